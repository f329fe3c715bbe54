using System.Globalization;

namespace QwenCode.Permissions.Shell;

/// <summary>Words: quoting, expansions, redirections, here-documents.</summary>
internal sealed partial class ShellParser
{
    private sealed record PendingDocument(ShellRedirection Redirection, string Delimiter, bool IsLiteral, bool StripsTabs);

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
                    Fail();   // an extended pattern, which only some shells have switched on
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

    private void ReadDollar(ShellWordBuilder word, bool inQuotes)
    {
        var next = Peek(1);
        if (next is '(')
        {
            if (Peek(2) is '(' && FindArithmeticEnd(At + 3) is { } end)
            {
                ReadArithmetic(_text[(At + 3)..end], word, inQuotes);
                At = end + 2;
                return;
            }

            At += 2;
            word.Substitute(ReadNested(), inQuotes);
        }
        else if (next is '{')
        {
            ReadParameter(word, inQuotes);
        }
        else if (next is '\'' && !inQuotes)
        {
            ReadAnsiQuoted(word);
        }
        else if (next is '"' && !inQuotes)
        {
            At += 2;
            ReadDoubleQuoted(word);
        }
        else if (next is '[')
        {
            var end = _text.IndexOf(']', At);
            ReadArithmetic(end < 0 ? _text[(At + 2)..] : _text[(At + 2)..end], word, inQuotes);
            word.HidesCode = true;
            At = end < 0 ? _text.Length : end + 1;
            _failed |= end < 0;
        }
        else if (char.IsAsciiLetter(next) || next is '_')
        {
            var end = At + 1;
            while (end < _text.Length && (char.IsAsciiLetterOrDigit(_text[end]) || _text[end] is '_'))
            {
                end++;
            }

            word.Dynamic(inQuotes, _text[(At + 1)..end]);
            At = end;
        }
        else if (char.IsAsciiDigit(next) || next is '@' or '*' or '#' or '?' or '-' or '$' or '!')
        {
            word.Dynamic(inQuotes);
            At += 2;
        }
        else if (next is '\\' && Peek(2) is '\n')
        {
            Fail();   // the shell joins the lines first, and then this is an expansion
        }
        else
        {
            word.Quoted('$');
            At++;
        }
    }

    /// <summary>Reads the commands of a substitution whose opening is consumed, and its closing parenthesis.</summary>
    private SequenceNode ReadNested()
    {
        var outer = _documents;
        var start = At;
        _documents = [];
        var body = ParseList();
        if (AtEnd || Current is not ')' || _documents.Count > 0
            || (outer.Count > 0 && _text.AsSpan(start, At - start).Contains('\n')))
        {
            Fail();
        }

        _documents = outer;
        At++;
        return body;
    }

    private void ReadParameter(ShellWordBuilder word, bool inQuotes)
    {
        At += 2;
        if (Current is ' ' or '\t' or '\n' or '|' || AtEnd)
        {
            Fail();   // newer shells run commands in this form
            return;
        }

        var start = At;
        var isIndirect = Current is '!';
        if (Current is '!' or '#')
        {
            At++;
        }

        var nameStart = At;
        while (char.IsAsciiLetterOrDigit(Current) || Current is '_')
        {
            At++;
        }

        var name = _text[nameStart..Math.Min(At, _text.Length)];
        if (Current is '}' && !AtEnd)
        {
            word.HidesCode |= isIndirect;
            word.Dynamic(inQuotes, nameStart == start && name.Length > 0 && !char.IsAsciiDigit(name[0]) ? name : null);
            At++;
            return;
        }

        // Subscripts, offsets and indirection are evaluated as arithmetic or as prompts, which can run code held in variables.
        word.HidesCode |= isIndirect || Current is '[' || (Current is ':' && Peek(1) is not ('-' or '+' or '=' or '?'));
        ReadParameterRest(word, inQuotes);
        word.Dynamic(inQuotes);
    }

    private void ReadParameterRest(ShellWordBuilder word, bool inQuotes)
    {
        var rest = new ShellWordBuilder();
        if (++_depth > MaxDepth)
        {
            Fail();
        }

        while (!AtEnd && Current is not '}')
        {
            switch (Current)
            {
                case '\'' when inQuotes:
                    Fail();   // whether it quotes depends on the operator
                    break;
                case '@' or '(':
                    rest.HidesCode = true;
                    rest.Plain(Current);
                    At++;
                    break;
                case '\\':
                    At += 2;
                    break;
                case '"':
                    At++;
                    ReadDoubleQuoted(rest);
                    break;
                case '\'':
                    ReadSingleQuoted(rest);
                    break;
                case '$':
                    ReadDollar(rest, inQuotes);
                    break;
                case '`':
                    ReadBackticks(rest, inQuotes);
                    break;
                default:
                    rest.Plain(Current);
                    At++;
                    break;
            }
        }

        _depth--;
        word.Adopt(rest);
        if (AtEnd)
        {
            Fail();
        }

        At++;
    }

    private void ReadBackticks(ShellWordBuilder word, bool inQuotes)
    {
        var script = new System.Text.StringBuilder();
        for (At++; !AtEnd && Current is not '`'; At++)
        {
            if (Current is '\\' && (Peek(1) is '$' or '`' or '\\' || (inQuotes && Peek(1) is '"')))
            {
                At++;
            }

            script.Append(Current);
        }

        if (AtEnd)
        {
            Fail();
        }

        At++;
        var inner = Parse(script.ToString(), _depth + 1);
        _failed |= !inner.IsComplete;
        word.Substitute(inner.Root, inQuotes);
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

    /// <summary>Reads one escape of <c>$'…'</c>; -1 where the bytes depend on the locale.</summary>
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

        return digits == 0 && letter != '\0' ? -1 : radix == 8 ? (value & 0xff) is < 0x80 and var octal ? (int)octal : -1 : value < 0x80 ? (int)value : -1;
    }

    /// <summary>Finds where <c>((</c> closes; <c>null</c> where it is a subshell in a subshell after all.</summary>
    private int? FindArithmeticEnd(int start)
    {
        var level = 1;
        for (var i = start; i < _text.Length; i++)
        {
            switch (_text[i])
            {
                case '\\':
                    i++;
                    break;
                case '(':
                    level++;
                    break;
                case ')' when --level == 0:
                    return i + 1 < _text.Length && _text[i + 1] is ')' ? i : null;
            }
        }

        return null;
    }

    private void ReadArithmetic(string expression, ShellWordBuilder word, bool inQuotes)
    {
        var inner = new ShellParser(expression, _depth + 1);
        if (_depth < MaxDepth)
        {
            var scratch = new ShellWordBuilder();
            inner.ReadDoubleQuoted(scratch, terminator: null);
            word.Adopt(scratch);
        }

        _failed |= inner._failed || _depth >= MaxDepth;

        // A variable's value is evaluated too, and may itself hold a substitution in a subscript.
        word.HidesCode |= !expression.All("0123456789+-*/%()<>=!&|^~?:, \t\n".Contains);
        word.Dynamic(inQuotes);
    }

    private void ReadArray(ShellWordBuilder word)
    {
        // An item may hold an array again; without a bound, text alone could use up the stack and end the host.
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

    private ShellRedirection? ReadRedirection()
    {
        var start = At;
        while (char.IsAsciiDigit(Current))
        {
            At++;
        }

        if (At == start && Current is '{')
        {
            while (char.IsAsciiLetterOrDigit(Peek(1)) || Peek(1) is '_')
            {
                At++;
            }

            At += Peek(1) is '}' ? 2 : 0;
        }

        var isBoth = Current is '&' && Peek(1) is '>' && At == start;
        if (!isBoth && (Current is not ('<' or '>') || Peek(1) is '('))
        {
            At = start;
            return null;
        }

        if (AtEnd)
        {
            At = start;
            return null;
        }

        var descriptor = isBoth ? "&" : _text[start..At];
        At += isBoth ? 1 : 0;
        return Current is '<' ? ReadInput(descriptor) : ReadOutput(descriptor);
    }

    private ShellRedirection ReadInput(string descriptor)
    {
        if (Take("<<<"))
        {
            return new ShellRedirection(RedirectionKind.Text, descriptor, ReadTarget());
        }

        if (Take("<<"))
        {
            var stripsTabs = Take("-");
            var delimiter = ReadTarget();
            var redirection = new ShellRedirection(RedirectionKind.Text, descriptor, ShellWord.Of(string.Empty));
            if (delimiter.IsDynamic)
            {
                Fail();
            }
            else
            {
                _documents.Add(new PendingDocument(redirection, delimiter.Text, delimiter.IsQuoted, stripsTabs));
            }

            return redirection;
        }

        if (Take("<>"))
        {
            return new ShellRedirection(RedirectionKind.ReadWrite, descriptor, ReadTarget());
        }

        if (Take("<&"))
        {
            return new ShellRedirection(RedirectionKind.Duplicate, descriptor, ReadTarget());
        }

        At++;
        return new ShellRedirection(RedirectionKind.Read, descriptor, ReadTarget());
    }

    private ShellRedirection ReadOutput(string descriptor)
    {
        if (Take(">&"))
        {
            var target = ReadTarget();
            var isDescriptor = target.Literal is { Length: > 0 } text && text.AsSpan().TrimEnd('-').IndexOfAnyExceptInRange('0', '9') < 0;
            return new ShellRedirection(isDescriptor ? RedirectionKind.Duplicate : RedirectionKind.Write, isDescriptor ? descriptor : "&", target);
        }

        if (!Take(">>") && !Take(">|"))
        {
            At++;
        }

        return new ShellRedirection(RedirectionKind.Write, descriptor, ReadTarget());
    }

    private ShellWord ReadTarget()
    {
        SkipBlanks();
        if (AtEnd || (IsMeta(Current) && !Looking("<(") && !Looking(">(")))
        {
            Fail();
            return ShellWord.Unknown;
        }

        return ReadWord();
    }

    private void ReadDocuments()
    {
        foreach (var document in _documents)
        {
            var body = new System.Text.StringBuilder();
            var isClosed = false;
            while (!AtEnd && !isClosed)
            {
                var end = _text.IndexOf('\n', At);
                end = end < 0 ? _text.Length : end;
                var line = _text[At..end];
                At = Math.Min(end + 1, _text.Length);
                if (document.StripsTabs)
                {
                    line = line.TrimStart('\t');
                }

                isClosed = line == document.Delimiter;
                if (!isClosed)
                {
                    body.Append(line).Append('\n');
                }

                if (!document.IsLiteral && line.EndsWith('\\'))
                {
                    _failed = true;   // the shell joins the lines before it looks for the delimiter
                }
            }

            // Without a delimiter the shell takes the rest and goes on; that is more often a trick than a wish.
            _failed |= !isClosed;
            document.Redirection.Target = ReadDocument(body.ToString(), document.IsLiteral);
        }

        _documents.Clear();
    }

    private ShellWord ReadDocument(string body, bool isLiteral)
    {
        if (isLiteral)
        {
            return ShellWord.Of(body);
        }

        var inner = new ShellParser(body, _depth + 1);
        var word = new ShellWordBuilder();
        if (_depth < MaxDepth)
        {
            inner.ReadDoubleQuoted(word, terminator: null);
        }

        _failed |= inner._failed || _depth >= MaxDepth;
        return word.Build();
    }
}
