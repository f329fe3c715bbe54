using QwenCode.Permissions.Programs;

namespace QwenCode.Permissions.Shell;

/// <summary>Finds the commands that a command starts.</summary>
internal sealed partial class CommandUnfolding
{
    private static readonly CommandUnfolding Nothing = new();

    public IReadOnlyList<ShellUnit> Children { get; private init; } = [];

    public bool IsTransparent { get; private init; }

    public bool IsReadOnlyWithChildren { get; private init; }

    public bool HasDangerousEnvironment { get; private init; }

    public static CommandUnfolding Unfold(ShellAnalyzer analyzer, SimpleCommand command, string? piped, bool isPiped)
    {
        var words = command.Words;
        if (words.Count == 0 || CommandVariants.Program(words[0])?.ToLowerInvariant() is not { } program)
        {
            return Nothing;
        }

        if (Wrappers.Value.TryGetValue(program, out var wrapper))
        {
            return UnfoldWrapper(analyzer, program, wrapper, words);
        }

        if (Shells.Contains(program))
        {
            return UnfoldShell(analyzer, command, piped, isPiped);
        }

        return program switch
        {
            "eval" => Script(analyzer, words.Skip(1).SkipWhile(static word => word.Text is "--"), isTransparent: true, sharesShell: true),
            "source" or "." => Sourced(analyzer, command),
            "trap" => Script(analyzer, words.Skip(1).SkipWhile(static word => word.Text is "--" or "-p" or "-l").Take(1),
                sharesShell: true),
            "alias" => Script(analyzer, words.Skip(1).Select(AfterEquals), sharesShell: true),
            "hash" => new CommandUnfolding { Children = [.. words.Zip(words.Skip(1)).Where(static pair => pair.First.Text is "-p")
                .Select(pair => analyzer.Nested([pair.Second]))] },
            "at" or "batch" => new CommandUnfolding { Children = InputChildren(analyzer, command, piped, isPiped) },
            "find" or "fd" or "fdfind" => UnfoldFind(analyzer, words),
            "git" => UnfoldGit(analyzer, words),
            _ => UnfoldCarried(analyzer, program, command, isPiped),
        };
    }

    /// <summary>Returns whether the shell or this parser runs a program in a way of its own.</summary>
    public static bool IsBuiltIn(string program) => program is "eval" or "source" or "." or "trap" or "alias" or "hash" or "at" or "batch"
        or "find" or "fd" or "fdfind" or "git" or "let";

    /// <summary>Finds commands and code in the arguments of a program that is not a shell.</summary>
    private static CommandUnfolding UnfoldCarried(ShellAnalyzer analyzer, string program, SimpleCommand command, bool isPiped)
    {
        var words = command.Words;
        var hasInput = isPiped || command.Redirections.Any(static r => r.Kind is not RedirectionKind.Write);
        var children = CarriedCode.Commands(program, words).SelectMany(word => Script(analyzer, [Bare(word)]).Children).ToList();
        if (CarriedCode.HasForeign(program, words, hasInput))
        {
            children.Add(ShellUnit.Foreign());
        }

        if (LooseWrappers.Starts(program, words, out var isCertain) is { } starts)
        {
            foreach (var start in starts)
            {
                var inner = words.Skip(start).ToArray();
                var begun = inner[0].Text.Any(static c => c is ' ' or ';' or '&' or '|' or '\n')
                    ? [analyzer.Nested(inner), .. Script(analyzer, inner).Children]
                    : new[] { analyzer.Nested(inner) };
                children.AddRange(isCertain ? begun : begun.Select(static unit => ShellUnit.Guess(unit)));
            }

            // `--entrypoint=rm` names the program, and its arguments follow later.
            for (var i = 1; i < words.Count; i++)
            {
                if (words[i].Text.StartsWith("--", StringComparison.Ordinal) && AfterEquals(words[i]) is { Chars.Length: > 0 } value)
                {
                    children.AddRange(Script(analyzer, [value]).Children.Append(analyzer.Nested([value, .. words.Skip(i + 1)]))
                        .Select(static unit => ShellUnit.Guess(unit)));
                }
            }
        }

        return children.Count == 0 ? Nothing : new CommandUnfolding { Children = children };
    }

    private static IEnumerable<ShellWord> Words(ShellWord text) =>
        text.Text.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(ShellWord.Of);

    /// <summary>Removes the prefixes that some programs mark a command with.</summary>
    private static ShellWord Bare(ShellWord word) =>
        word.StartsWith('!') || word.StartsWith('|') || word.StartsWith('@') ? Bare(word.Skip(1)) : word;

    private static ShellWord AfterEquals(ShellWord word)
    {
        var equals = Array.FindIndex(word.Chars, static c => c is { Value: '=', IsDynamic: false });
        return equals < 0 ? ShellWord.Of(string.Empty) : word.Skip(equals + 1);
    }

    private static CommandUnfolding Script(ShellAnalyzer analyzer, IEnumerable<ShellWord> words, bool isTransparent = false,
        bool sharesShell = false)
    {
        var given = words.ToArray();
        if (given.Length == 0)
        {
            return Nothing;
        }

        var units = analyzer.Nested(string.Join(' ', given.Select(static word => word.ToScript())), sharesShell).Units;
        return new CommandUnfolding
        {
            // The value of an expansion is parsed as code, too, and is unknown here.
            Children = given.Any(static word => word.IsDynamic || word.HasGlob) ? [.. units, ShellUnit.Hidden()] : units,
            IsTransparent = isTransparent && units.Count > 0,
        };
    }

    /// <summary>Returns the commands in the value of a variable that programs run.</summary>
    public static IReadOnlyList<ShellUnit> Value(ShellAnalyzer analyzer, ShellWord value) =>
        value.Chars.Length == 0 ? [] : Script(analyzer, [Bare(value)]).Children;

    private static IReadOnlyList<ShellWord> Inner(IReadOnlyList<ShellWord> words, int index, string? placeholder, bool appendsUnknown)
    {
        var inner = words.Skip(index);
        if (placeholder is { Length: > 0 })
        {
            return [.. inner.Select(word =>
                word.Text.Contains(placeholder, StringComparison.Ordinal) ? Replaced(word, placeholder) : word)];
        }

        return appendsUnknown ? [.. inner, ShellWord.Unknown] : [.. inner];
    }

    private static ShellWord Replaced(ShellWord word, string placeholder)
    {
        var at = word.Text.IndexOf(placeholder, StringComparison.Ordinal);
        return word.IsDynamic
            ? ShellWord.Unknown
            : new ShellWord([.. word.Chars[..at], ShellWord.Unknown.Chars[0] with { Kind = WordCharKind.DynamicQuoted },
                .. word.Chars[(at + placeholder.Length)..]], word.Substitutions, [], word.IsQuoted, word.HidesCode);
    }

    private static CommandUnfolding UnfoldFind(ShellAnalyzer analyzer, IReadOnlyList<ShellWord> words)
    {
        var children = new List<ShellUnit>();
        for (var i = 1; i < words.Count; i++)
        {
            if (words[i].Text is not ("-exec" or "-execdir" or "-ok" or "-okdir" or "-x" or "-X" or "--exec" or "--exec-batch"))
            {
                continue;
            }

            var inner = words.Skip(i + 1).TakeWhile(static word => word.Text is not ";")
                .Select(static word => word.Text.Contains("{}", StringComparison.Ordinal) ? Replaced(word, "{}") : word).ToArray();
            if (inner.Length > 0)
            {
                children.Add(analyzer.Nested(inner, words[i].Text is "-execdir" or "-okdir" ? new DirectorySet([null]) : null));
                i += inner.Length;
            }
        }

        return new CommandUnfolding { Children = children };
    }

    private static CommandUnfolding UnfoldGit(ShellAnalyzer analyzer, IReadOnlyList<ShellWord> words)
    {
        var scripts = new List<ShellWord>();
        var children = new List<ShellUnit>();
        var sub = GlobalOptions.Skip("git", words);
        foreach (var (option, value) in ProgramTable.Find("git")!.Read([.. words.Skip(1).Take(Math.Max(0, sub - 1))]).Options)
        {
            if (option.Name is "-c" && value is not null && GitCommands.RunsSetting(value.Text))
            {
                scripts.Add(AfterEquals(value));
                children.Add(ShellUnit.Guess(analyzer.Nested([ShellWord.Of("git"), .. Words(AfterEquals(value))])));
            }
        }

        scripts.AddRange(words.Where(static word => word.Text.Contains("ext::", StringComparison.Ordinal))
            .Select(static word => word.Skip(word.Text.IndexOf("ext::", StringComparison.Ordinal) + "ext::".Length)));

        if (sub < words.Count)
        {
            var name = words[sub].Text;
            if (name is "submodule" && words.Skip(sub).Any(static word => word.Text is "foreach"))
            {
                scripts.Add(words[^1]);
                children.Add(analyzer.Nested([.. words.SkipWhile(static word => word.Text is not "foreach").Skip(1)
                    .SkipWhile(static word => word.StartsWith('-'))]));
            }
            else if (name is "bisect"
                && words.Skip(sub + 1).SkipWhile(static word => word.Text is not "run").Skip(1).ToArray() is [_, ..] run)
            {
                children.Add(analyzer.Nested(run));
            }
            else if (name is "for-each-repo")
            {
                children.AddRange(Enumerable.Range(sub + 1, words.Count - sub - 1).Where(at => !words[at].StartsWith('-')).Take(3)
                    .Select(at => ShellUnit.Guess(analyzer.Nested([words[0], .. words.Skip(at)]))));
            }
            else if (name is "config")
            {
                // Whatever the options before them: a key that runs its value, and the value after it.
                for (var at = sub + 1; at + 1 < words.Count; at++)
                {
                    if (GitCommands.RunsSetting(words[at].Text + "=" + words[at + 1].Text))
                    {
                        scripts.Add(words[at + 1]);
                        children.Add(ShellUnit.Guess(analyzer.Nested([ShellWord.Of("git"), .. Words(words[at + 1])])));
                    }
                }
            }

            scripts.AddRange(CarriedCode.Commands($"git {name}", [.. words.Skip(sub)]));
        }

        foreach (var script in scripts)
        {
            children.AddRange(Script(analyzer, [Bare(script)]).Children);
        }

        return new CommandUnfolding { Children = [.. children.Where(static child => child.Words.Count > 0 || child.IsGuess)] };
    }
}
