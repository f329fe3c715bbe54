namespace QwenCode.Cli.Tests.Support;

/// <summary>A fact about what only Linux has.</summary>
internal sealed class LinuxFactAttribute : FactAttribute
{
    /// <param name="reason">Why it is skipped elsewhere.</param>
    public LinuxFactAttribute(string reason = "Processes of other programs are looked at on Linux only.") =>
        Skip = OperatingSystem.IsLinux() ? null : reason;
}
