namespace QwenCode.Permissions.Shell;

/// <content>Redirections and here-documents.</content>
internal sealed partial class ShellParser
{
    private sealed record PendingDocument(ShellRedirection Redirection, string Delimiter, bool IsLiteral, bool StripsTabs);

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
            return isDescriptor
                ? new ShellRedirection(RedirectionKind.Duplicate, descriptor, target)
                : new ShellRedirection(RedirectionKind.Write, "&", target);
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
                    _failed = true;   // the shell joins lines before it looks for the delimiter
                }
            }

            // Without a delimiter the shell takes the rest of the script. That is rarely intended, so the script counts as incomplete.
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
