namespace QwenCode.Permissions.Shell;

/// <content>Compound commands: groups, branches, loops, functions and tests.</content>
internal sealed partial class ShellParser
{
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

    private BlockNode Finish(BlockKind kind, IReadOnlyList<ShellNode> parts, IReadOnlyList<ShellWord>? words = null,
        string? variable = null)
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
}
