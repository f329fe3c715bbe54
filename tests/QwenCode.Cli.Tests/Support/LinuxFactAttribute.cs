namespace QwenCode.Cli.Tests.Support;

/// <summary>A fact about processes of other programs, which are looked at in <c>/proc</c>.</summary>
internal sealed class LinuxFactAttribute : FactAttribute
{
    public LinuxFactAttribute() => Skip = OperatingSystem.IsLinux() ? null : "Processes of other programs are looked at on Linux only.";
}
