namespace QwenCode.Plugin.Shell.Tests;

/// <summary>A test that needs bubblewrap, and a system that lets it build its walls.</summary>
internal sealed class SandboxFactAttribute : FactAttribute
{
    private static readonly Lazy<bool> Works = new(static () =>
    {
        if (!OperatingSystem.IsLinux())
        {
            return false;
        }

        try
        {
            using var process = System.Diagnostics.Process.Start("bwrap", ["--unshare-pid", "--ro-bind", "/", "/", "--proc", "/proc", "true"]);
            process.WaitForExit();
            return process.ExitCode == 0;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return false;
        }
    });

    /// <param name="program">A program that the test needs, too.</param>
    public SandboxFactAttribute(string? program = null)
    {
        if (program is not null && !(Environment.GetEnvironmentVariable("PATH") ?? string.Empty).Split(':')
            .Any(folder => File.Exists(Path.Combine(folder, program))))
        {
            Skip = $"{program} is not there.";
        }

        if (!Works.Value)
        {
            Skip = "bubblewrap is not there, or may not do anything here.";
        }
    }
}
