using System.Globalization;

namespace QwenCode.Permissions.Shell;

/// <content>Words and their quoting.</content>
internal sealed partial class ShellParser
{
    private ShellWord ReadWord(bool allowParentheses = false)
    {
        var word = new ShellWordBuilder();
        while (!AtEnd)
        {
            var c = Current;
            if (c is '(' && !_failed && word.Last is { } last)
            {
                if (last.IsPlain('='))
                {
                    ReadArray(word);
                    continue;
                }

                if (!allowParentheses && last.Kind is WordCharKind.Plain && last.Value is '?' or '*' or '+' or '@' or '!')
                {
                    Fail();   // an extended pattern, which only some shells enable
                    break;
                }
            }

            if (c is '<' or '>' && Peek(1) is '(')
            {
                At += 2;
                word.Substitute(ReadNested(), inQuotes: false);
                continue;
            }

            if (IsMeta(c))
            {
                break;
            }

            ReadPiece(word, c);
        }

        return word.Build();
    }

    private void ReadPiece(ShellWordBuilder word, char c)
    {
        switch (c)
        {
            case '\\' when Peek(1) is '\n':
                At += 2;
                break;
            case '\\' when At + 1 < _text.Length:
                word.IsQuoted = true;
                word.Quoted(Peek(1));
                At += 2;
                break;
            case '\'':
                ReadSingleQuoted(word);
                break;
            case '"':
                At++;
                ReadDoubleQuoted(word);
                break;
            case '$':
                ReadDollar(word, inQuotes: false);
                break;
            case '`':
                ReadBackticks(word, inQuotes: false);
                break;
            default:
                word.Plain(c);
                At++;
                break;
        }
    }

    private void ReadSingleQuoted(ShellWordBuilder word)
    {
        var end = _text.IndexOf('\'', At + 1);
        if (end < 0)
        {
            Fail();
            return;
        }

        word.IsQuoted = true;
        foreach (var c in _text.AsSpan(At + 1, end - At - 1))
        {
            word.Quoted(c);
        }

        At = end + 1;
    }

    private void ReadDoubleQuoted(ShellWordBuilder word, char? terminator = '"')
    {
        word.IsQuoted = true;
        while (!AtEnd)
        {
            var c = Current;
            if (c == terminator)
            {
                At++;
                return;
            }

            switch (c)
            {
                case '\\' when Peek(1) is '\n':
                    At += 2;
                    break;
                case '\\' when Peek(1) is '$' or '`' or '\\' || (Peek(1) is '"' && terminator is '"'):
                    word.Quoted(Peek(1));
                    At += 2;
                    break;
                case '$':
                    ReadDollar(word, inQuotes: true);
                    break;
                case '`':
                    ReadBackticks(word, inQuotes: true);
                    break;
                default:
                    word.Quoted(c);
                    At++;
                    break;
            }
        }

        if (terminator is not null)
        {
            Fail();
        }
    }

    private void ReadAnsiQuoted(ShellWordBuilder word)
    {
        word.IsQuoted = true;
        At += 2;
        var isCut = false;
        while (!AtEnd && Current is not '\'')
        {
            var value = Current is '\\' ? ReadEscape() : _text[At++];
            if (value == 0)
            {
                isCut = true;   // the shell drops the rest of the quoted text
            }
            else if (!isCut && value is -1)
            {
                word.Dynamic(inQuotes: true);
            }
            else if (!isCut)
            {
                word.Quoted((char)value);
            }
        }

        if (AtEnd)
        {
            Fail();
        }

        At++;
    }

    /// <summary>Parses one escape of <c>$'…'</c>; -1 if the bytes depend on the locale.</summary>
    private int ReadEscape()
    {
        At++;
        var c = Current;
        At++;
        return c switch
        {
            'a' => 7,
            'b' => 8,
            'e' or 'E' => 27,
            'f' => 12,
            'n' => 10,
            'r' => 13,
            't' => 9,
            'v' => 11,
            '\\' or '\'' or '"' or '?' => c,
            'x' => ReadNumber(16, 2, 'x'),
            'u' => ReadNumber(16, 4, 'u'),
            'U' => ReadNumber(16, 8, 'U'),
            'c' => AtEnd ? -1 : _text[At++] & 0x1f,
            >= '0' and <= '7' => Octal(),
            _ => -1,
        };

        int Octal()
        {
            At--;
            return ReadNumber(8, 3, '\0');
        }
    }

    private int ReadNumber(int radix, int maxDigits, char letter)
    {
        long value = 0;
        var digits = 0;
        while (digits < maxDigits && !AtEnd && char.IsAsciiHexDigit(Current) && (radix == 16 || Current is >= '0' and <= '7'))
        {
            value = (value * radix) + int.Parse(_text.AsSpan(At, 1), NumberStyles.HexNumber, CultureInfo.InvariantCulture);
            digits++;
            At++;
        }

        return digits == 0 && letter != '\0' ? -1 : radix == 8 ? (value & 0xff) is < 0x80 and var octal ? (int)octal : -1 : value < 0x80
            ? (int)value : -1;
    }

    private void ReadArray(ShellWordBuilder word)
    {
        // An item may contain an array; without a bound, a crafted script could overflow the stack and end the host.
        if (++_depth > MaxDepth)
        {
            Fail();
        }

        At++;
        while (true)
        {
            SkipLines();
            if (AtEnd || Current is ')')
            {
                break;
            }

            if (IsMeta(Current) && !Looking("<(") && !Looking(">("))
            {
                Fail();
                break;
            }

            var item = ReadWord();
            foreach (var script in item.Substitutions)
            {
                word.Substitute(script, inQuotes: true);
            }

            word.HidesCode |= item.HidesCode || item.StartsWith('[');
        }

        _depth--;
        if (AtEnd)
        {
            Fail();
            return;
        }

        At++;
        word.Dynamic(inQuotes: true);
    }
}
