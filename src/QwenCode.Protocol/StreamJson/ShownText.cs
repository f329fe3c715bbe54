using System.Text;

namespace QwenCode.Protocol.StreamJson;

/// <summary>
/// A text that is shown piece by piece and may begin again. What was shown cannot be taken back, so a new beginning is shown only from
/// where it differs.
/// </summary>
internal sealed class ShownText
{
    private readonly StringBuilder _text = new();
    private readonly StringBuilder _shown = new();
    private bool _isReplaying;

    /// <summary>Gets the text as it stands.</summary>
    public string Text => _text.ToString();

    /// <summary>Gets whether there is no text.</summary>
    public bool IsEmpty => _text.Length == 0;

    /// <summary>Adds a piece.</summary>
    /// <param name="piece">The piece.</param>
    /// <returns>What to show now; empty if all of it was shown before.</returns>
    public string Add(string piece)
    {
        _text.Append(piece);
        if (!_isReplaying)
        {
            _shown.Append(piece);
            return piece;
        }

        var (now, before) = (_text.ToString(), _shown.ToString());
        if (before.StartsWith(now, StringComparison.Ordinal))
        {
            return string.Empty;
        }

        _isReplaying = false;
        var rest = now.StartsWith(before, StringComparison.Ordinal) ? now[before.Length..] : "\n" + now;
        _shown.Clear().Append(now);
        return rest;
    }

    /// <summary>Drops the text so far: what follows replaces it.</summary>
    public void Restart()
    {
        _text.Clear();
        _isReplaying = _shown.Length > 0;
    }

    /// <summary>Forgets everything: another text begins.</summary>
    public void Reset()
    {
        _text.Clear();
        _shown.Clear();
        _isReplaying = false;
    }
}
