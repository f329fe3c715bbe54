namespace QwenCode.Permissions.Shell;

/// <content>Expansions: substitutions, parameters and arithmetic.</content>
internal sealed partial class ShellParser
{
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
            word.Dynamic(inQuotes, next is '?' or '#' or '$' ? ShellWord.Number : null);
            At += 2;
        }
        else if (next is '\\' && Peek(2) is '\n')
        {
            Fail();   // the shell joins lines first, which makes this an expansion
        }
        else
        {
            word.Quoted('$');
            At++;
        }
    }

    /// <summary>Parses the commands of a substitution after its opening parenthesis, and consumes the closing one.</summary>
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
            Fail();   // newer shells run a command here
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
            word.Dynamic(inQuotes, nameStart == start ? name.Length > 0 && !char.IsAsciiDigit(name[0]) ? name : null
                : isIndirect ? null : ShellWord.Number);
            At++;
            return;
        }

        // Subscripts, offsets and indirection are evaluated as arithmetic or as prompts, which can run code in variables.
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
                    Fail();   // whether this is a quote depends on the operator
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

    /// <summary>Finds where <c>((</c> closes; <c>null</c> if it is a subshell within a subshell.</summary>
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

        // The value of a variable is evaluated, too, and may contain a substitution in a subscript.
        word.HidesCode |= !expression.All("0123456789+-*/%()<>=!&|^~?:, \t\n".Contains);
        word.Dynamic(inQuotes);
    }
}
