namespace QwenCode.Permissions.Shell;

/// <content>Moving through the text: blanks, comments, lines and reserved words.</content>
internal sealed partial class ShellParser
{
    /// <summary>Gets or sets the position in the text. Never past the end, even if a failed attempt skips further.</summary>
    private int At { get; set => field = Math.Min(value, _text.Length); }

    private bool AtEnd => At >= _text.Length;

    private char Current => At < _text.Length ? _text[At] : '\0';

    private char Peek(int distance) => At + distance < _text.Length ? _text[At + distance] : '\0';

    private bool Looking(string value) => string.CompareOrdinal(_text, At, value, 0, value.Length) == 0;

    private bool Take(string value)
    {
        if (!Looking(value))
        {
            return false;
        }

        At += value.Length;
        return true;
    }

    private void Fail()
    {
        _failed = true;
        At = _text.Length;
    }

    private void SkipBlanks()
    {
        while (!AtEnd)
        {
            if (Current is ' ' or '\t')
            {
                At++;
            }
            else if (Current is '\\' && Peek(1) is '\n')
            {
                At += 2;
            }
            else if (Current is '#')
            {
                _hasComments = true;
                while (!AtEnd && Current is not '\n')
                {
                    At++;
                }
            }
            else
            {
                return;
            }
        }
    }

    private void SkipLines()
    {
        SkipBlanks();
        while (Current is '\n' && !AtEnd)
        {
            At++;
            ReadDocuments();
            SkipBlanks();
        }
    }

    /// <summary>Returns the reserved word at the position, or <c>null</c>. <see cref="TakeReserved"/> consumes it.</summary>
    private string? PeekReserved()
    {
        Span<char> word = stackalloc char[MaxReserved + 1];
        var length = 0;
        var end = At;
        for (; end < _text.Length && !IsMeta(_text[end]); end++)
        {
            if (_text[end] is '\\' && end + 1 < _text.Length && _text[end + 1] is '\n')
            {
                end++;   // the shell joins lines first, so a keyword may be split
                continue;
            }

            if (_text[end] is '\'' or '"' or '\\' or '$' or '`' || length > MaxReserved - 1)
            {
                return null;
            }

            word[length++] = _text[end];
        }

        foreach (var reserved in Reserved)
        {
            if (word[..length].SequenceEqual(reserved))
            {
                _reservedEnd = end;
                return reserved;
            }
        }

        return null;
    }

    private void TakeReserved()
    {
        if (PeekReserved() is not null)
        {
            At = _reservedEnd;
        }
    }

    private static bool IsMeta(char c) => c is ' ' or '\t' or '\n' or ';' or '&' or '|' or '<' or '>' or '(' or ')';
}
