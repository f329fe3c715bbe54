using System.Text;

namespace QwenCode.Models.OpenAI;

/// <summary>
/// Splits text that begins with <c>&lt;think&gt;</c> into the thought and the answer, as servers without a parser for thoughts send
/// it. Tags elsewhere in a text are text.
/// </summary>
internal sealed class ThinkTags
{
    private static readonly string[] Opening = ["<think>", "<thinking>"];

    private readonly StringBuilder _held = new();
    private string _closing = string.Empty;
    private State _state;

    private enum State
    {
        Undecided,
        Thought,
        AfterThought,
        Text,
    }

    /// <summary>Takes a piece of text.</summary>
    /// <param name="piece">The piece.</param>
    /// <returns>What is known to be thought, and what is known to be text.</returns>
    public (string? Thought, string? Text) Add(string? piece)
    {
        if (_state is State.Text || string.IsNullOrEmpty(piece))
        {
            return (null, piece);
        }

        var held = _held.Append(piece).ToString();
        _held.Clear();
        if (_state is State.Undecided && !Decide(ref held))
        {
            _held.Append(held);
            return (null, null);
        }

        var thought = _state is State.Thought ? TakeThought(ref held) : null;
        if (_state is State.AfterThought)
        {
            held = held.TrimStart();
            _state = held.Length > 0 ? State.Text : State.AfterThought;
        }

        return (thought, _state is State.Text ? held : null);
    }

    /// <summary>Returns what was held back to the end.</summary>
    public (string? Thought, string? Text) Rest()
    {
        var rest = _held.ToString();
        _held.Clear();
        return _state is State.Thought ? (rest, null) : (null, rest);
    }

    /// <summary>Decides what the answer begins with; not possible while it may still become a tag.</summary>
    private bool Decide(ref string held)
    {
        var text = held.TrimStart();
        foreach (var tag in Opening)
        {
            if (text.StartsWith(tag, StringComparison.Ordinal))
            {
                _closing = tag.Insert(1, "/");
                _state = State.Thought;
                held = text[tag.Length..];
                return true;
            }

            if (tag.StartsWith(text, StringComparison.Ordinal))
            {
                return false;
            }
        }

        _state = State.Text;
        return true;
    }

    private string? TakeThought(ref string held)
    {
        var end = held.IndexOf(_closing, StringComparison.Ordinal);
        if (end >= 0)
        {
            var thought = held[..end];
            held = held[(end + _closing.Length)..];
            _state = State.AfterThought;
            return thought;
        }

        // The closing tag may be cut anywhere.
        var kept = Math.Min(_closing.Length - 1, held.Length);
        while (kept > 0 && !_closing.StartsWith(held[^kept..], StringComparison.Ordinal))
        {
            kept--;
        }

        _held.Append(held, held.Length - kept, kept);
        return held[..^kept];
    }
}
