using Microsoft.Extensions.AI;

namespace QwenCode.Models;

/// <summary>
/// Says that a client waits because the provider limits how much it answers. It comes again about every half minute, so that nobody takes
/// the client for stuck, and belongs to no answer.
/// </summary>
/// <param name="reason">What the provider said.</param>
/// <param name="left">How long the client still waits.</param>
public sealed class LimitWaitContent(string reason, TimeSpan left) : AIContent
{
    /// <summary>Gets what the provider said.</summary>
    public string Reason { get; } = reason;

    /// <summary>Gets how long the client still waits before it asks again.</summary>
    public TimeSpan Left { get; } = left;
}
