namespace QwenCode;

/// <summary>Options make no sense. The message lists every fault with its property, its value and what it can be.</summary>
/// <param name="problems">The faults, one sentence each.</param>
public sealed class InvalidOptionsException(IReadOnlyList<string> problems)
    : QwenCodeException($"The options cannot be used: {string.Join(' ', problems ?? [])}")
{
    /// <summary>Gets the faults, one sentence each.</summary>
    public IReadOnlyList<string> Problems { get; } = problems ?? [];
}
