namespace QwenCode.Cli.Tests.Support;

/// <summary>A test that sends signals or starts <c>sh</c>.</summary>
internal sealed class UnixFactAttribute : FactAttribute
{
    public UnixFactAttribute()
    {
        if (OperatingSystem.IsWindows())
        {
            Skip = "Needs signals and sh.";
        }
    }
}
