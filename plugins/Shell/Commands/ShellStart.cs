using QwenCode.Platform.Processes;

namespace QwenCode.Plugin.Shell.Commands;

/// <summary>Describes how a command line is given to the shell of this system.</summary>
internal static class ShellStart
{
    /// <summary>Gets what to start.</summary>
    /// <param name="command">The command line for the shell.</param>
    /// <param name="directory">The existing directory to run it in.</param>
    /// <param name="environment">All variables it gets.</param>
    /// <param name="prefix">The program and arguments that start the shell, such as a sandbox; empty starts the shell itself. Unix
    /// only.</param>
    public static ProcessStart Describe(
        string command, string directory, IReadOnlyDictionary<string, string> environment, IReadOnlyList<string> prefix)
    {
        if (!OperatingSystem.IsWindows() || environment.ContainsKey("MSYSTEM"))
        {
            string[] words = [.. prefix, "bash", "-c", command];
            return new ProcessStart(words[0], directory) { Arguments = words[1..], Environment = environment };
        }

        var shell = environment.GetValueOrDefault("ComSpec") ?? "cmd.exe";
        return shell.EndsWith("powershell.exe", StringComparison.OrdinalIgnoreCase)
            || shell.EndsWith("pwsh.exe", StringComparison.OrdinalIgnoreCase)
            ? new ProcessStart(shell, directory)
            {
                Arguments = ["-NoProfile", "-Command", "[Console]::OutputEncoding=[System.Text.Encoding]::UTF8;" + command],
                Environment = environment,
            }

            // cmd.exe has its own quoting: with /s it takes off the outer quotes and leaves the rest as it is.
            : new ProcessStart(shell, directory) { CommandLine = $"/d /s /c \"{command}\"", Environment = environment };
    }
}
