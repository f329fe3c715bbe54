namespace QwenCode.Permissions.Shell;

/// <summary>
/// Parses a script of the bash/POSIX shell language into commands. It never throws: parsing ends at what it does not understand, the
/// script is marked incomplete, and an incomplete script never counts as harmless.
/// </summary>
/// <remarks>Nesting is bounded, so time is linear in the length of the text at any depth.</remarks>
internal sealed partial class ShellParser
{
    private const int MaxDepth = 40;
    private const int MaxLength = 1 << 20;
    private const int MaxReserved = 8;

    private static readonly string[] Reserved =
        ["!", "{", "}", "[[", "if", "then", "elif", "else", "fi", "for", "select", "while", "until", "do", "done", "case", "esac", "in",
            "function", "time", "coproc"];

    private readonly string _text;
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

    /// <summary>Parses a script.</summary>
    /// <param name="text">The script.</param>
    /// <param name="depth">The nesting depth of the script.</param>
    public static ShellScript Parse(string text, int depth = 0)
    {
        var parser = new ShellParser(text, depth);
        if (text.Length > MaxLength || text.Contains('\0', StringComparison.Ordinal) || depth > MaxDepth)
        {
            // The program that runs the script stops at a NUL, this parser does not: the judged text would differ from the one that runs.
            return new ShellScript(new SequenceNode([]), false, false);
        }

        var root = parser.ParseList();
        if (!parser.AtEnd || parser._documents.Count > 0)
        {
            parser._failed = true;
        }

        return new ShellScript(root, !parser._failed, parser._hasComments);
    }

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

    /// <summary>Skips <c>time</c> before a compound command. Before a simple command it is an ordinary word.</summary>
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
        while (end < chars.Length && chars[end].Kind is WordCharKind.Plain
            && (char.IsAsciiLetterOrDigit(chars[end].Value) || chars[end].Value is '_'))
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
