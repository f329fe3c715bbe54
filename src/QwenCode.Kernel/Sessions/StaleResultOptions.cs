namespace QwenCode.Kernel.Sessions;

/// <summary>
/// When old tool results are taken out of a conversation: once it was left alone for so long that no provider caches it any more.
/// </summary>
/// <param name="Age">Since the last answer; <c>null</c> is never.</param>
/// <param name="Keep">How many of the newest results stay; at least one does.</param>
public sealed record StaleResultOptions(TimeSpan? Age, int Keep)
{
    /// <summary>Gets the default: nothing is ever taken out.</summary>
    public static StaleResultOptions Never { get; } = new(null, 5);
}
