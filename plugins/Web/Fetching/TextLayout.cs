using System.Text;

namespace QwenCode.Plugin.Web.Fetching;

/// <summary>Writes text in lines and blocks; white space runs together as in a browser.</summary>
internal sealed class TextLayout
{
    private readonly StringBuilder _text = new();
    private bool _wantsSpace;

    /// <summary>Gets how much is written.</summary>
    public int Length => _text.Length;

    /// <summary>Gets or sets how deep in lists we are.</summary>
    public int Depth { get; set; }

    /// <summary>Gets or sets whether white space is kept, if not zero.</summary>
    public int Verbatim { get; set; }

    private bool IsAtLineStart => _text.Length == 0 || _text[^1] == '\n';

    /// <summary>Writes text.</summary>
    public void Write(string text)
    {
        if (Verbatim > 0)
        {
            _text.Append(text.ReplaceLineEndings("\n"));
            return;
        }

        foreach (var c in text)
        {
            if (char.IsWhiteSpace(c))
            {
                _wantsSpace = true;
                continue;
            }

            if (IsAtLineStart)
            {
                _text.Append(' ', Math.Max(Depth - 1, 0) * 2);
            }
            else if (_wantsSpace && _text[^1] != ' ')
            {
                _text.Append(' ');
            }

            _wantsSpace = false;
            _text.Append(c);
        }
    }

    /// <summary>Ends the line, if it holds anything.</summary>
    public void BreakLine()
    {
        _wantsSpace = false;
        if (!IsAtLineStart)
        {
            _text.Append('\n');
        }
    }

    /// <summary>Ends the line and leaves one blank.</summary>
    public void BreakBlock()
    {
        BreakLine();
        if (Depth == 0 && _text.Length > 1 && _text[^2] != '\n')
        {
            _text.Append('\n');
        }
    }

    /// <inheritdoc/>
    public override string ToString() => _text.ToString();
}
