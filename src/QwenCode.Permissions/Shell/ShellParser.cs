namespace QwenCode.Permissions.Shell;

/// <summary>
/// Reads a script of the bash/POSIX shell language into commands. It never throws: what it does not understand ends the
/// reading and makes the script incomplete, and an incomplete script is never taken for harmless.
/// </summary>
/// <remarks>The rules of quoting are in the other half. Nesting is bounded, so time is linear in the text for any depth.</remarks>
internal sealed partial class ShellParser
{
    private const int MaxDepth = 40;
    private const int MaxLength = 1 << 20;
    private const int MaxReserved = 8;

    private static readonly string[] Reserved =
        ["!", "{", "}", "[[", "if", "then", "elif", "else", "fi", "for", "select", "while", "until", "do", "done", "case", "esac", "in", "function", "time", "coproc"];

    private readonly string _text;
    /// <summary>Gets or sets where reading stands; never past the end, whatever a failed reading skips.</summary>
    private int At { get; set => field = Math.Min(value, _text.Length); }

    private int _depth;
    private int _reservedEnd;
    private bool _failed;
    private bool _hasComments;
    private List<PendingDocument> _documents = [];

    private ShellParser(string text, int depth)
    {
        _text = text;
        _depth = depth;
    }

    private bool AtEnd => At >= _text.Length;

    private char Current => At < _text.Length ? _text[At] : '\0';

    /// <summary>Parses a script.</summary>
    /// <param name="text">The script.</param>
    /// <param name="depth">How deep it is nested in others already.</param>
    public static ShellScript Parse(string text, int depth = 0)
    {
        var parser = new ShellParser(text, depth);
        if (text.Length > MaxLength || text.Contains('\0', StringComparison.Ordinal) || depth > MaxDepth)
        {
            // A NUL ends the text for the program that runs it, not for us: what is judged would not be what runs.
            return new ShellScript(new SequenceNode([]), false, false);
        }

        var root = parser.ParseList();
        if (!parser.AtEnd || parser._documents.Count > 0)
        {
            parser._failed = true;
        }

        return new ShellScript(root, !parser._failed, parser._hasComments);
    }

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

    /// <summary>Gives the bare word that stands here if it is one of the language's own; <see cref="TakeReserved"/> then steps over it.</summary>
    private string? PeekReserved()
    {
        Span<char> word = stackalloc char[MaxReserved + 1];
        var length = 0;
        var end = At;
        for (; end < _text.Length && !IsMeta(_text[end]); end++)
        {
            if (_text[end] is '\\' && end + 1 < _text.Length && _text[end + 1] is '\n')
            {
                end++;   // the shell joins the lines first, so a keyword may come in two halves
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

    private SequenceNode ParseList()
    {
        var items = new List<(ShellNode, ShellConnector)>();
        if (++_depth > MaxDepth)
        {
            Fail();
        }

        while (!_failed)
        {
            SkipLines();
            if (AtEnd || Current is ')' || Looking(";;") || Looking(";&")
                || PeekReserved() is "}" or "then" or "elif" or "else" or "fi" or "do" or "done" or "esac")
            {
                break;
            }

            var before = At;
            var node = ParsePipeline();
            SkipBlanks();
            var connector = ReadConnector();
            items.Add((node, connector ?? ShellConnector.Then));
            if (At == before)
            {
                Fail();
            }
        }

        _depth--;
        return new SequenceNode(items);
    }

    private ShellConnector? ReadConnector()
    {
        if (Take("&&"))
        {
            SkipLines();
            return ShellConnector.And;
        }

        if (Take("||"))
        {
            SkipLines();
            return ShellConnector.Or;
        }

        if (Current is '&' && !AtEnd)
        {
            At++;
            return ShellConnector.Background;
        }

        if (Current is ';' && Peek(1) is not (';' or '&'))
        {
            At++;
            return ShellConnector.Then;
        }

        return null;
    }

    private ShellNode ParsePipeline()
    {
        var items = new List<ShellNode>();
        while (!_failed)
        {
            SkipBlanks();
            while (PeekReserved() is "!")
            {
                TakeReserved();
                SkipBlanks();
            }

            SkipTimeBeforeCompound();
            items.Add(ParseCommand());
            SkipBlanks();
            if (Looking("||") || !(Take("|&") || Take("|")))
            {
                break;
            }

            SkipLines();
        }

        return items.Count == 1 ? items[0] : new PipelineNode(items);
    }

    /// <summary>Before a simple command <c>time</c> is a word like others; before a compound one only the grammar knows it.</summary>
    private void SkipTimeBeforeCompound()
    {
        if (PeekReserved() is not ("time" or "coproc"))
        {
            return;
        }

        var start = At;
        TakeReserved();
        SkipBlanks();
        if (Take("-p"))
        {
            SkipBlanks();
        }

        if (Current is not '(' && PeekReserved() is null && !_failed)
        {
            At = start;
        }
    }

    private ShellNode ParseCommand()
    {
        if (++_depth > MaxDepth)
        {
            Fail();
            return new SequenceNode([]);
        }

        ShellNode node = Current is '(' ? ParseParenthesis() : PeekReserved() switch
        {
            "{" => ParseGroup(),
            "if" => ParseIf(),
            "while" or "until" => ParseLoop(),
            "for" or "select" => ParseFor(),
            "case" => ParseCase(),
            "function" => ParseFunction(),
            "[[" => ParseTest(),
            null or "time" or "coproc" or "in" => ParseSimple(),
            _ => Unexpected(),
        };
        _depth--;
        return node;
    }

    private SequenceNode Unexpected()
    {
        Fail();
        return new SequenceNode([]);
    }

    private void Expect(string keyword)
    {
        SkipLines();
        if (PeekReserved() != keyword)
        {
            Fail();
            return;
        }

        TakeReserved();
    }

    private BlockNode Finish(BlockKind kind, IReadOnlyList<ShellNode> parts, IReadOnlyList<ShellWord>? words = null, string? variable = null)
    {
        var redirections = new List<ShellRedirection>();
        SkipBlanks();
        while (!AtEnd && ReadRedirection() is { } redirection)
        {
            redirections.Add(redirection);
            SkipBlanks();
        }

        return new BlockNode(kind, parts, words ?? [], redirections, variable);
    }

    private BlockNode ParseParenthesis()
    {
        if (Looking("((") && FindArithmeticEnd(At + 2) is { } end)
        {
            var word = new ShellWordBuilder();
            ReadArithmetic(_text[(At + 2)..end], word, inQuotes: true);
            At = end + 2;
            return Finish(BlockKind.Control, [], [word.Build()]);
        }

        At++;
        var body = ParseList();
        if (Current is not ')' || AtEnd)
        {
            Fail();
            return new BlockNode(BlockKind.Subshell, [body], [], []);
        }

        At++;
        return Finish(BlockKind.Subshell, [body]);
    }

    private BlockNode ParseGroup()
    {
        TakeReserved();
        var body = ParseList();
        Expect("}");
        return Finish(BlockKind.Group, [body]);
    }

    private BlockNode ParseIf()
    {
        var parts = new List<ShellNode>();
        TakeReserved();
        parts.Add(ParseList());
        Expect("then");
        parts.Add(ParseList());
        while (!_failed && PeekReserved() is "elif")
        {
            TakeReserved();
            parts.Add(ParseList());
            Expect("then");
            parts.Add(ParseList());
        }

        if (PeekReserved() is "else")
        {
            TakeReserved();
            parts.Add(ParseList());
        }

        Expect("fi");
        return Finish(BlockKind.Control, parts);
    }

    private BlockNode ParseLoop()
    {
        TakeReserved();
        var condition = ParseList();
        return Finish(BlockKind.Control, [condition, ParseBody()]);
    }

    private SequenceNode ParseBody()
    {
        SkipLines();
        var braces = PeekReserved() is "{";
        Expect(braces ? "{" : "do");
        var body = ParseList();
        Expect(braces ? "}" : "done");
        return body;
    }

    private BlockNode ParseFor()
    {
        TakeReserved();
        SkipBlanks();
        var words = new List<ShellWord>();
        string? variable = null;
        if (Looking("((") && FindArithmeticEnd(At + 2) is { } end)
        {
            var head = new ShellWordBuilder();
            ReadArithmetic(_text[(At + 2)..end], head, inQuotes: true);
            words.Add(head.Build());
            At = end + 2;
        }
        else
        {
            variable = ReadWord().Literal;
            SkipLines();
            if (PeekReserved() is "in")
            {
                TakeReserved();
                SkipBlanks();
                while (!AtEnd && !(IsMeta(Current) && !Looking("<(") && !Looking(">(")))
                {
                    words.AddRange(ShellBraces.Expand(ReadWord()));
                    SkipBlanks();
                }
            }
        }

        SkipBlanks();
        if (Current is ';')
        {
            At++;
        }

        return Finish(BlockKind.Control, [ParseBody()], words, variable);
    }

    private BlockNode ParseCase()
    {
        var parts = new List<ShellNode>();
        TakeReserved();
        SkipBlanks();
        var words = new List<ShellWord> { ReadWord() };
        Expect("in");
        while (!_failed)
        {
            SkipLines();
            if (PeekReserved() is "esac")
            {
                break;
            }

            Take("(");
            do
            {
                SkipBlanks();
                words.Add(ReadWord());
                SkipBlanks();
            }
            while (Take("|"));

            if (!Take(")"))
            {
                Fail();
                break;
            }

            parts.Add(ParseList());
            if (!Take(";;&") && !Take(";;") && !Take(";&"))
            {
                break;
            }
        }

        Expect("esac");
        return Finish(BlockKind.Control, parts, words);
    }

    private BlockNode ParseFunction()
    {
        TakeReserved();
        SkipBlanks();
        _ = ReadWord();
        SkipBlanks();
        if (Take("("))
        {
            SkipBlanks();
            if (!Take(")"))
            {
                Fail();
            }
        }

        return ParseFunctionBody();
    }

    private BlockNode ParseFunctionBody()
    {
        SkipLines();
        return new BlockNode(BlockKind.Function, [ParseCommand()], [], []);
    }

    private BlockNode ParseTest()
    {
        var words = new List<ShellWord>();
        while (!_failed)
        {
            SkipLines();
            if (AtEnd)
            {
                Fail();
                break;
            }

            if (IsMeta(Current) && !Looking("<(") && !Looking(">("))
            {
                At++;
                continue;
            }

            var closing = Looking("]]") && (At + 2 >= _text.Length || IsMeta(Peek(2)));
            words.Add(ReadWord(allowParentheses: true));
            if (closing)
            {
                break;
            }
        }

        var block = Finish(BlockKind.Control, []);
        return new BlockNode(BlockKind.Control, [new SimpleCommand([], words, [])], [], block.Redirections);
    }

    private ShellNode ParseSimple()
    {
        var assignments = new List<ShellAssignment>();
        var words = new List<ShellWord>();
        var redirections = new List<ShellRedirection>();
        while (!_failed)
        {
            SkipBlanks();
            if (AtEnd)
            {
                break;
            }

            if (ReadRedirection() is { } redirection)
            {
                redirections.Add(redirection);
                continue;
            }

            if (Current is '(' && words.Count == 1 && assignments.Count == 0)
            {
                At++;
                SkipBlanks();
                if (Take(")"))
                {
                    return ParseFunctionBody();
                }

                Fail();
                break;
            }

            if (Current is '(')
            {
                Fail();
                break;
            }

            if (IsMeta(Current) && !Looking("<(") && !Looking(">("))
            {
                break;
            }

            var word = ReadWord();
            if (words.Count == 0 && AsAssignment(word) is { } assignment)
            {
                assignments.Add(assignment);
            }
            else
            {
                words.AddRange(ShellBraces.Expand(word));
            }
        }

        return new SimpleCommand(assignments, words, redirections);
    }

    private static ShellAssignment? AsAssignment(ShellWord word)
    {
        var chars = word.Chars;
        var end = 0;
        while (end < chars.Length && chars[end].Kind is WordCharKind.Plain && (char.IsAsciiLetterOrDigit(chars[end].Value) || chars[end].Value is '_'))
        {
            end++;
        }

        if (end == 0 || char.IsAsciiDigit(chars[0].Value))
        {
            return null;
        }

        var equals = end;
        var isSubscripted = equals < chars.Length && chars[equals].IsPlain('[');
        if (isSubscripted)
        {
            while (equals < chars.Length && !chars[equals].IsPlain(']'))
            {
                equals++;
            }

            equals++;
        }

        if (equals < chars.Length && chars[equals].IsPlain('+'))
        {
            equals++;
        }

        if (equals >= chars.Length || !chars[equals].IsPlain('='))
        {
            return null;
        }

        var value = word.Skip(equals + 1);
        return new ShellAssignment(
            string.Concat(chars[..end].Select(static c => c.Value)),
            // A subscript is arithmetic, and arithmetic can run code.
            isSubscripted ? new ShellWord(value.Chars, value.Substitutions, value.Variables, value.IsQuoted, true) : value);
    }
}
