namespace QwenCode.Tools;

/// <summary>Bounds of what a tool gives to the model. They keep one call from filling the context window.</summary>
/// <param name="MaxCharacters">Characters; zero or less is no bound. The default is 25,000
/// (<c>tools.truncateToolOutputThreshold</c>).</param>
/// <param name="MaxLines">Lines; zero or less is no bound. The default is 1,000 (<c>tools.truncateToolOutputLines</c>).</param>
public sealed record ToolLimits(int MaxCharacters = 25_000, int MaxLines = 1_000)
{
    /// <summary>Gets the defaults.</summary>
    public static ToolLimits Default { get; } = new();
}
