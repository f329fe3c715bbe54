namespace QwenCode.Cli.Tests.Support;

/// <summary>A test that sends signals or starts <c>sh</c>.</summary>
internal sealed class UnixTheoryAttribute : TheoryAttribute
{
    public UnixTheoryAttribute()
    {
        if (OperatingSystem.IsWindows())
        {
            Skip = "Needs signals and sh.";
        }
    }
}
