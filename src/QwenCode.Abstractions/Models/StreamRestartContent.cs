using Microsoft.Extensions.AI;

namespace QwenCode.Models;

/// <summary>
/// Says that the answer so far was abandoned and begins again: a collector of the stream drops what it has of this answer.
/// A client sends it when it repeats a request after parts of the first answer were already handed on.
/// </summary>
/// <param name="reason">Why, for logs and screens.</param>
public sealed class StreamRestartContent(string reason) : AIContent
{
    /// <summary>Gets why.</summary>
    public string Reason { get; } = reason;
}
