using System.Collections;
using Microsoft.Extensions.AI;
using QwenCode.Conversations;

namespace QwenCode.Kernel.Conversations;

/// <summary>
/// A conversation up to some message. Immutable: appending gives a longer history that shares everything before. Two
/// histories may continue the same one, which is what a fork is; neither copies it.
/// </summary>
/// <remarks>
/// Messages lie in segments that only grow. The first to append behind a segment's end extends it in place; a later one
/// second starts a segment of its own that refers to the shared part. So appending is O(1), and a fork costs one object.
/// </remarks>
public sealed class History : IReadOnlyList<ChatMessage>
{
    private readonly Segment _segment;

    private History(Segment segment, int count) => (_segment, Count) = (segment, count);

    /// <summary>Gets a history without messages, of which any number can be continued.</summary>
    public static History Empty => new(new Segment(null), 0);

    /// <inheritdoc/>
    public int Count { get; }

    /// <summary>Gets the last message, or <c>null</c> if there is none.</summary>
    public HistoryMessage? Last => Count == 0 ? null : Get(Count - 1);

    /// <inheritdoc/>
    public ChatMessage this[int index] => Get(index);

    /// <summary>Makes a history of messages.</summary>
    /// <param name="messages">The messages, in order.</param>
    public static History Of(params IEnumerable<HistoryMessage> messages)
    {
        ArgumentNullException.ThrowIfNull(messages);
        var history = Empty;
        foreach (var message in messages)
        {
            history = history.Append(message);
        }

        return history;
    }

    /// <summary>Returns this history with one more message.</summary>
    /// <param name="message">The message.</param>
    public History Append(HistoryMessage message)
    {
        ArgumentNullException.ThrowIfNull(message);
        if (_segment.TryAppend(Count, message))
        {
            return new History(_segment, Count + 1);
        }

        var own = new Segment(this);
        own.TryAppend(Count, message);
        return new History(own, Count + 1);
    }

    /// <summary>
    /// Gives the same history in a form whose continuation lies apart: what is appended to it is let go with it, and does not
    /// stay in the part that others share.
    /// </summary>
    public History Branch() => new(new Segment(this), Count);

    /// <summary>Returns this history without its last messages.</summary>
    /// <param name="count">How many messages stay.</param>
    public History Take(int count)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(count, Count);
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        return new History(_segment, count);
    }

    /// <inheritdoc/>
    public IEnumerator<ChatMessage> GetEnumerator()
    {
        for (var i = 0; i < Count; i++)
        {
            yield return Get(i);
        }
    }

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    private HistoryMessage Get(int index)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(index, Count);
        var segment = _segment;
        while (segment.Prefix is { } prefix && index < prefix.Count)
        {
            segment = prefix._segment;
        }

        return segment.Get(index);
    }

    private sealed class Segment(History? prefix)
    {
        private readonly Lock _gate = new();
        private HistoryMessage[] _items = [];
        private int _count;

        public History? Prefix { get; } = prefix;

        private int Start => Prefix?.Count ?? 0;

        public bool TryAppend(int position, HistoryMessage message)
        {
            lock (_gate)
            {
                if (position != Start + _count)
                {
                    return false;
                }

                if (_count == _items.Length)
                {
                    Array.Resize(ref _items, Math.Max(4, _count * 2));
                }

                _items[_count++] = message;
                return true;
            }
        }

        // A reader only asks for positions below a count that was published after the item was written, and a resized
        // array keeps the items: reading without the lock sees either array, and the same item in both.
        public HistoryMessage Get(int position) => Volatile.Read(ref _items)[position - Start];
    }
}
