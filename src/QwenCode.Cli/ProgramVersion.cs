namespace QwenCode.Cli;

/// <summary>The version that clients of the protocols see: that of the program we are compatible with.</summary>
internal static class ProgramVersion
{
    public const string Text = "0.14.5";
}
