using Microsoft.Extensions.AI;
using QwenCode.Models;

namespace QwenCode.Conversations;

/// <summary>
/// A message that will not change any more. Because it does not, its wire form is made once and kept: a turn then costs what
/// is new in it, and a fork's request repeats its parent's bytes.
/// </summary>
/// <remarks>Changing <see cref="ChatMessage.Contents"/> of one after it was handed over breaks that promise.</remarks>
public sealed class HistoryMessage : ChatMessage
{
    private volatile WireForm? _wire;

    /// <summary>Creates a message.</summary>
    /// <param name="role">Who speaks.</param>
    /// <param name="contents">What is said; not changed afterwards.</param>
    public HistoryMessage(ChatRole role, IList<AIContent> contents)
        : base(role, contents)
    {
    }

    /// <summary>Creates a text message.</summary>
    /// <param name="role">Who speaks.</param>
    /// <param name="text">What is said.</param>
    public HistoryMessage(ChatRole role, string text)
        : base(role, text)
    {
    }

    /// <summary>Gets the model an answer came from; <c>null</c> if that is not known, or the message is no answer.</summary>
    public ModelOrigin? Origin { get; init; }

    /// <summary>Returns the wire form in a dialect, made at the first call and kept. Safe to call from several threads.</summary>
    /// <param name="dialect">What the form depends on beside the message; compared by reference. One form is kept: that of the
    /// last dialect asked for.</param>
    /// <param name="encode">Makes the form.</param>
    public byte[] GetWire(object dialect, Func<HistoryMessage, byte[]> encode)
    {
        ArgumentNullException.ThrowIfNull(encode);
        if (_wire is { } kept && ReferenceEquals(kept.Dialect, dialect))
        {
            return kept.Bytes;
        }

        var bytes = encode(this);
        _wire = new WireForm(dialect, bytes);
        return bytes;
    }

    private sealed record WireForm(object Dialect, byte[] Bytes);
}
