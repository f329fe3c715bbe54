using System.Diagnostics;
using System.Text;

namespace QwenCode.Hooks;

/// <summary>Runs command hooks.</summary>
internal sealed class CommandHookCaller(HookRunnerOptions options)
{
    private static readonly string[] DirectoryVariables = ["GEMINI_PROJECT_DIR", "CLAUDE_PROJECT_DIR"];

    public async Task<HookResult> CallAsync(CommandHook hook, byte[] input, CancellationToken cancellationToken)
    {
        var exit = await HookProcess.RunAsync(Describe(hook), input, hook.Timeout, options.Time, cancellationToken).ConfigureAwait(false);
        if (exit.IsCancelled)
        {
            return new HookResult(null);
        }

        if (exit.Failure is not null)
        {
            return new HookResult(null, exit.Failure);
        }

        if (exit.IsTimeout)
        {
            return new HookResult(
                null,
                $"took longer than its {hook.Timeout.TotalMilliseconds:0} ms and was stopped; it is ignored. "
                + "Raise its \"timeout\" (in milliseconds) or make it faster.");
        }

        var output = HookOutputReader.FromCommand(exit.Code, exit.Output, exit.Error, exit.IsCut);
        var problem = exit.IsCut ? "printed more than 1 MiB; the rest was dropped."
            : output is null && exit.Code == 2 ? "exited with 2 without a reason on standard error; it is ignored."
            : output is null && exit.Code != 0 ? $"exited with {exit.Code} without output; it is ignored."
            : output?.SystemMessage is { } warning && exit.Code == 1 ? $"failed with exit code 1, which does not block: {warning}"
            : null;
        return new HookResult(output, problem);
    }

    internal static string FillIn(string command, string directory, bool usesPowerShell)
    {
        if (usesPowerShell)
        {
            var quoted = $"'{directory.Replace("'", "''", StringComparison.Ordinal)}'";
            return DirectoryVariables.Aggregate(command, (text, name) => text.Replace($"${name}", quoted, StringComparison.Ordinal));
        }

        // Within quotes the shell substitutes the variable itself; added quotes would end those of the command.
        var result = new StringBuilder(command.Length);
        var quote = '\0';
        for (var i = 0; i < command.Length; i++)
        {
            var character = command[i];
            if (character == '\\' && quote != '\'' && i + 1 < command.Length)
            {
                result.Append(character).Append(command[++i]);
                continue;
            }

            if (character is '\'' or '"' && (quote == '\0' || quote == character))
            {
                quote = quote == '\0' ? character : '\0';
            }
            else if (character == '$' && quote == '\0' && NameAt(command, i + 1) is { } name)
            {
                result.Append('\'').Append(directory.Replace("'", "'\\''", StringComparison.Ordinal)).Append('\'');
                i += name.Length;
                continue;
            }

            result.Append(character);
        }

        return result.ToString();
    }

    private static string? NameAt(string command, int start) => Array.Find(DirectoryVariables, name =>
        string.CompareOrdinal(command, start, name, 0, name.Length) == 0
        && (start + name.Length == command.Length
            || !(char.IsAsciiLetterOrDigit(command[start + name.Length]) || command[start + name.Length] == '_')));

    private ProcessStartInfo Describe(CommandHook hook)
    {
        var directory = options.WorkingDirectory;
        var command = FillIn(hook.Command, directory, hook.UsesPowerShell);
        var shell = !hook.UsesPowerShell ? "bash" : OperatingSystem.IsWindows() ? "powershell" : "pwsh";
        var start = new ProcessStartInfo(shell) { WorkingDirectory = directory };
        start.ArgumentList.Add(hook.UsesPowerShell ? "-Command" : "-c");
        start.ArgumentList.Add(command);
        if (options.Environment is { } environment)
        {
            start.Environment.Clear();
            foreach (var (name, value) in environment)
            {
                start.Environment[name] = value;
            }
        }

        foreach (var name in (string[])["QWEN_PROJECT_DIR", .. DirectoryVariables])
        {
            start.Environment[name] = directory;
        }

        foreach (var (name, value) in hook.Environment)
        {
            start.Environment[name] = value;
        }

        return start;
    }
}
