namespace QwenCode.Permissions.Shell;

/// <summary>Finds the commands that a command starts.</summary>
internal sealed class CommandUnfolding
{
    private static readonly CommandUnfolding Nothing = new();

    private static readonly Dictionary<string, Wrapper> Wrappers = new(StringComparer.Ordinal)
    {
        ["env"] = new(["-u", "--unset", "-C", "--chdir", "-S", "--split-string"], Assignments: true, IsReadOnly: true, Directory: ["-C", "--chdir"]),
        ["timeout"] = new(["-k", "--kill-after", "-s", "--signal"], Positionals: 1, IsReadOnly: true),
        ["gtimeout"] = new(["-k", "--kill-after", "-s", "--signal"], Positionals: 1),
        ["time"] = new(["-o", "--output", "-f", "--format"], IsReadOnly: true),
        ["nice"] = new(["-n", "--adjustment"], IsReadOnly: true),
        ["ionice"] = new(["-c", "-n", "-p", "-P", "-u", "--class", "--classdata"], IsReadOnly: true),
        ["command"] = new([], IsReadOnly: true),
        ["builtin"] = new([]),
        ["nohup"] = new([]),
        ["setsid"] = new([]),
        ["stdbuf"] = new(["-i", "-o", "-e", "--input", "--output", "--error"]),
        ["unbuffer"] = new([]),
        ["exec"] = new(["-a"]),
        ["xargs"] = new(["-I", "-n", "-P", "-L", "-s", "-d", "-E", "-a", "--max-args", "--max-procs", "--max-lines", "--max-chars", "--delimiter", "--arg-file", "--replace"], AppendsUnknown: true),
        ["coproc"] = new([]),
        ["chrt"] = new(["-T", "-P", "-D"], Positionals: 1),
        ["taskset"] = new([], Positionals: 1),
        ["sudo"] = new(["-u", "-g", "-h", "-p", "-C", "-T", "-r", "-t", "-U", "-D", "-R", "--user", "--group", "--host", "--prompt", "--chdir", "--chroot", "--role", "--type"], Assignments: true, IsTransparent: false, Directory: ["-D", "--chdir", "-R", "--chroot", "-i", "--login"]),
        ["doas"] = new(["-u", "-C", "-a"], IsTransparent: false),
        ["pkexec"] = new(["--user"], IsTransparent: false),
        ["busybox"] = new([], IsTransparent: false),
        ["toybox"] = new([], IsTransparent: false),
        ["chroot"] = new(["--userspec", "--groups"], Positionals: 1, IsTransparent: false),
        ["flock"] = new(["-w", "--timeout", "-E", "--conflict-exit-code"], Positionals: 1, IsTransparent: false),
        ["unshare"] = new([], IsTransparent: false),
        ["nsenter"] = new(["-t", "--target"], IsTransparent: false),
        ["strace"] = new(["-o", "-e", "-p", "-s", "-u", "-E"], IsTransparent: false),
        ["ltrace"] = new(["-o", "-e", "-p", "-s", "-u"], IsTransparent: false),
        ["systemd-run"] = new(["-p", "--property", "--unit", "-u", "--uid", "--gid"], IsTransparent: false),
        ["parallel"] = new(["-j", "--jobs", "-a", "--arg-file", "-S", "--sshlogin", "--wd", "--workdir"], AppendsUnknown: true, IsScript: true, IsTransparent: false, Directory: ["--wd", "--workdir"]),
        ["watch"] = new(["-n", "--interval"], IsScript: true, IsTransparent: false),
        ["setarch"] = new([], Positionals: 1, IsTransparent: false),
        ["fakeroot"] = new([], IsTransparent: false),
        ["catchsegv"] = new([], IsTransparent: false),
        ["dbus-run-session"] = new([], IsTransparent: false),
        ["caffeinate"] = new(["-t", "-w"], IsTransparent: false),
    };

    private static readonly HashSet<string> Shells = ["sh", "bash", "zsh", "dash", "ksh", "mksh", "ash", "rbash", "yash", "fish", "tcsh", "csh"];

    // Their language is another one, so what is read as harmless need not be.
    private static readonly HashSet<string> ForeignShells = ["zsh", "fish", "tcsh", "csh"];

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

        if (Wrappers.TryGetValue(program, out var wrapper))
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
            "trap" => Script(analyzer, words.Skip(1).SkipWhile(static word => word.Text is "--" or "-p" or "-l").Take(1), sharesShell: true),
            "alias" => Script(analyzer, words.Skip(1).Select(AfterEquals), sharesShell: true),
            "hash" => new CommandUnfolding { Children = [.. words.Zip(words.Skip(1)).Where(static pair => pair.First.Text is "-p").Select(pair => analyzer.Nested([pair.Second]))] },
            "at" or "batch" => new CommandUnfolding { Children = InputChildren(analyzer, command, piped, isPiped) },
            "find" or "fd" or "fdfind" => UnfoldFind(analyzer, words),
            "git" => UnfoldGit(analyzer, words),
            _ => UnfoldCarried(analyzer, program, words),
        };
    }

    /// <summary>Looks for commands and code in the arguments of a program that is no shell.</summary>
    private static CommandUnfolding UnfoldCarried(ShellAnalyzer analyzer, string program, IReadOnlyList<ShellWord> words)
    {
        var children = CarriedCode.Commands(program, words).SelectMany(word => Script(analyzer, [Bare(word)]).Children).ToList();
        if (CarriedCode.HasForeign(program, words))
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
        }

        return children.Count == 0 ? Nothing : new CommandUnfolding { Children = children };
    }

    /// <summary>Takes off what some programs mark a command with.</summary>
    private static ShellWord Bare(ShellWord word) => word.StartsWith('!') || word.StartsWith('|') || word.StartsWith('@') ? Bare(word.Skip(1)) : word;

    private static ShellWord AfterEquals(ShellWord word)
    {
        var equals = Array.FindIndex(word.Chars, static c => c is { Value: '=', IsDynamic: false });
        return equals < 0 ? ShellWord.Of(string.Empty) : word.Skip(equals + 1);
    }

    private static CommandUnfolding Script(ShellAnalyzer analyzer, IEnumerable<ShellWord> words, bool isTransparent = false, bool sharesShell = false)
    {
        var given = words.ToArray();
        if (given.Length == 0)
        {
            return Nothing;
        }

        var units = analyzer.Nested(string.Join(' ', given.Select(static word => word.ToScript())), sharesShell).Units;
        return new CommandUnfolding
        {
            // What an expansion brings is parsed as code too, and cannot be seen here.
            Children = given.Any(static word => word.IsDynamic || word.HasGlob) ? [.. units, ShellUnit.Hidden()] : units,
            IsTransparent = isTransparent && units.Count > 0,
        };
    }

    private static CommandUnfolding Sourced(ShellAnalyzer analyzer, SimpleCommand command)
    {
        analyzer.Lose();   // it may change the directory
        return new() { Children = [.. Documents(analyzer, command), ShellUnit.Hidden()] };
    }

    private static List<ShellUnit> InputChildren(ShellAnalyzer analyzer, SimpleCommand command, string? piped, bool isPiped)
    {
        var children = Documents(analyzer, command).ToList();
        if (piped is not null)
        {
            children.AddRange(analyzer.Nested(piped).Units);
        }

        // Unless the whole input is in the text, what runs is not known. A terminal's shell waits for a person.
        var hasDocument = command.Redirections.Any(static r => r.Kind is RedirectionKind.Text && !r.Target.IsDynamic);
        var hasInput = isPiped || command.Redirections.Any(static r => r.Kind is RedirectionKind.Read or RedirectionKind.ReadWrite or RedirectionKind.Duplicate) || !hasDocument;
        if (hasInput || children.Count == 0)
        {
            children.Add(ShellUnit.Hidden());
        }

        return children;
    }

    private static IEnumerable<ShellUnit> Documents(ShellAnalyzer analyzer, SimpleCommand command) =>
        command.Redirections.Where(static r => r.Kind is RedirectionKind.Text).SelectMany(r => analyzer.Nested(r.Target.ToScript()).Units);

    private static CommandUnfolding UnfoldShell(ShellAnalyzer analyzer, SimpleCommand command, string? piped, bool isPiped)
    {
        var words = command.Words;
        var isForeign = ForeignShells.Contains(CommandVariants.Program(words[0])!.ToLowerInvariant());
        var (hasScript, readsInput, isSimple) = (false, false, !isForeign);
        var index = 1;
        for (; index < words.Count && (words[index].StartsWith('-') || words[index].StartsWith('+')) && words[index].Text.Length > 1; index++)
        {
            var option = words[index].Text;
            if (option is "--")
            {
                index++;
                break;
            }

            if (option is "--rcfile" or "--init-file" or "-o" or "-O" or "+o" or "+O")
            {
                index++;
                isSimple = false;
            }
            else if (option.StartsWith("--", StringComparison.Ordinal))
            {
                isSimple = false;
                hasScript |= option is "--command";
            }
            else
            {
                hasScript |= option.Contains('c', StringComparison.Ordinal);
                readsInput |= option.Contains('s', StringComparison.Ordinal);
                isSimple &= option.AsSpan(1).IndexOfAnyExcept("ceux") < 0;
                index += option.Contains('o', StringComparison.Ordinal) || option.Contains('O', StringComparison.Ordinal) ? 1 : 0;
            }

            isSimple &= !words[index < words.Count ? index : words.Count - 1].IsDynamic;
        }

        if (hasScript && index < words.Count)
        {
            var (units, isPlain) = analyzer.Nested(words[index].ToScript());
            var isKnown = !words[index].IsDynamic && !isForeign;
            return new CommandUnfolding
            {
                Children = isKnown ? units : [.. units, ShellUnit.Hidden()],
                IsTransparent = isKnown && isSimple && units.Count > 0,
                IsReadOnlyWithChildren = isKnown && isSimple && isPlain && CommandVariants.Program(words[0]) == words[0].Literal,
            };
        }

        if (index < words.Count && !readsInput)
        {
            return words[index].IsDynamic || words[index].Text is "-" or "/dev/stdin"
                ? new CommandUnfolding { Children = [.. Documents(analyzer, command), ShellUnit.Hidden()] }
                : Nothing;
        }

        return new CommandUnfolding { Children = InputChildren(analyzer, command, piped, isPiped) };
    }

    private static CommandUnfolding UnfoldWrapper(ShellAnalyzer analyzer, string program, Wrapper wrapper, IReadOnlyList<ShellWord> words)
    {
        var (index, positionals, hasUnknownOption, environment) = (1, wrapper.Positionals, false, false);
        string? placeholder = null;
        var carried = new List<ShellUnit>();
        for (; index < words.Count; index++)
        {
            var word = words[index];
            var text = word.Text;
            if (text is "--")
            {
                index++;
                index += positionals;
                break;
            }

            if (word.IsDynamic && word.Chars[0].IsDynamic)
            {
                hasUnknownOption = true;
                break;
            }

            if (program is "env" && text is "-")
            {
                continue;   // an old way to write -i
            }

            if (text is ['-', _, ..] && !word.Chars[0].IsDynamic)
            {
                if (program is "env" && (text is "-S" || text.StartsWith("-S", StringComparison.Ordinal) || text.StartsWith("--split-string", StringComparison.Ordinal)
                    || (text[1] is not '-' && text.EndsWith('S'))))
                {
                    return SplitString(analyzer, words, index);
                }

                if (program is "command" && text is "-v" or "-V")
                {
                    return new CommandUnfolding { Children = [analyzer.Nested([ShellWord.Of("which")])], IsReadOnlyWithChildren = true };
                }

                if (program is "xargs" && text.StartsWith("-I", StringComparison.Ordinal))
                {
                    placeholder = text.Length > 2 ? text[2..] : index + 1 < words.Count ? words[index + 1].Text : null;
                }

                var takesValue = wrapper.ValueOptions.Contains(text);
                hasUnknownOption |= !takesValue;
                environment |= program is "time" && text is "-o" or "--output";   // writes a file
                index += takesValue ? 1 : 0;
                continue;
            }

            if (wrapper.Assignments && text.Contains('=', StringComparison.Ordinal) && text[0] is not '=')
            {
                var name = text[..text.IndexOf('=', StringComparison.Ordinal)];
                environment |= ShellEnvironment.IsDangerous(name);
                if (ShellEnvironment.RunsValue(name))
                {
                    carried.AddRange(Value(analyzer, AfterEquals(word)));
                }

                continue;
            }

            if (positionals-- <= 0)
            {
                break;
            }
        }

        if (index >= words.Count)
        {
            return program switch
            {
                "xargs" => new CommandUnfolding { Children = [analyzer.Nested([ShellWord.Of("echo"), ShellWord.Unknown])], IsTransparent = true },
                "parallel" => new CommandUnfolding { Children = [ShellUnit.Hidden()] },   // it runs the lines it reads
                _ => Nothing,
            };
        }

        var directories = DirectoryOf(analyzer, wrapper, words.Take(index).ToArray());
        var children = carried;
        if (wrapper.IsScript)
        {
            children.AddRange(Script(analyzer, words.Skip(index)).Children);
        }

        children.Add(analyzer.Nested(Inner(words, index, placeholder, wrapper.AppendsUnknown), directories));
        if (hasUnknownOption && !words[index].IsDynamic)
        {
            // An option we do not know may have had a value, and then the command begins one word later, or where its options end.
            var next = index + 1;
            while (next < words.Count && words[next].StartsWith('-'))
            {
                next++;
            }

            if (next < words.Count)
            {
                children.Add(analyzer.Nested(Inner(words, next, placeholder, wrapper.AppendsUnknown), directories));
            }
        }

        return new CommandUnfolding
        {
            Children = children,
            IsTransparent = wrapper.IsTransparent && !hasUnknownOption,
            IsReadOnlyWithChildren = wrapper.IsReadOnly && !hasUnknownOption && words[0].Literal == program,
            HasDangerousEnvironment = environment,
        };
    }

    /// <summary>Gives the commands in the value of a variable that names one.</summary>
    public static IReadOnlyList<ShellUnit> Value(ShellAnalyzer analyzer, ShellWord value) => value.Chars.Length == 0 ? [] : Script(analyzer, [Bare(value)]).Children;

    /// <summary>Gives where the command runs, if options say so.</summary>
    private static DirectorySet? DirectoryOf(ShellAnalyzer analyzer, Wrapper wrapper, ShellWord[] words)
    {
        for (var i = 1; i < words.Length; i++)
        {
            foreach (var option in wrapper.Directory ?? [])
            {
                var isLong = option.StartsWith("--", StringComparison.Ordinal);
                var value = words[i].Text == option ? words.ElementAtOrDefault(i + 1)
                    : words[i].Text.StartsWith(isLong ? option + "=" : option, StringComparison.Ordinal) ? words[i].Skip(isLong ? option.Length + 1 : option.Length)
                    : null;
                if (value is not null)
                {
                    return analyzer.Directories.Enter(option is "-C" or "-D" or "--chdir" && !value.HasGlob && !value.HasTilde ? value.Literal : null);
                }
            }
        }

        return null;
    }

    private static CommandUnfolding SplitString(ShellAnalyzer analyzer, IReadOnlyList<ShellWord> words, int index)
    {
        var word = words[index];
        var attached = word.Text.StartsWith("--", StringComparison.Ordinal)
            ? word.Text.Contains('=', StringComparison.Ordinal) ? AfterEquals(word) : null
            : word.Text.EndsWith('S') ? null : word.Skip(word.Text.IndexOf('S', StringComparison.Ordinal) + 1);
        var rest = attached is null ? words.Skip(index + 1) : words.Skip(index + 1).Prepend(attached);
        var first = rest.FirstOrDefault();
        return new CommandUnfolding
        {
            Children = [.. Script(analyzer, rest).Children, .. first is null ? [] : analyzer.Nested("env " + first.ToScript()).Units],
            IsTransparent = false,
        };
    }

    private static IReadOnlyList<ShellWord> Inner(IReadOnlyList<ShellWord> words, int index, string? placeholder, bool appendsUnknown)
    {
        var inner = words.Skip(index);
        if (placeholder is { Length: > 0 })
        {
            return [.. inner.Select(word => word.Text.Contains(placeholder, StringComparison.Ordinal) ? Replaced(word, placeholder) : word)];
        }

        return appendsUnknown ? [.. inner, ShellWord.Unknown] : [.. inner];
    }

    private static ShellWord Replaced(ShellWord word, string placeholder)
    {
        var at = word.Text.IndexOf(placeholder, StringComparison.Ordinal);
        return word.IsDynamic
            ? ShellWord.Unknown
            : new ShellWord([.. word.Chars[..at], ShellWord.Unknown.Chars[0] with { Kind = WordCharKind.DynamicQuoted }, .. word.Chars[(at + placeholder.Length)..]], word.Substitutions, [], word.IsQuoted, word.HidesCode);
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
        var sub = GlobalOptions.Skip("git", words);
        for (var i = 1; i + 1 < sub; i++)
        {
            if (words[i].Text is "-c" && GitCommands.RunsSetting(words[i + 1].Text))
            {
                scripts.Add(AfterEquals(words[i + 1]));
            }
        }

        scripts.AddRange(words.Where(static word => word.Text.StartsWith("ext::", StringComparison.Ordinal)).Select(static word => word.Skip("ext::".Length)));

        var children = new List<ShellUnit>();
        if (sub < words.Count)
        {
            var name = words[sub].Text;
            if (name is "submodule" && words.Skip(sub).Any(static word => word.Text is "foreach"))
            {
                scripts.Add(words[^1]);
                children.Add(analyzer.Nested([.. words.SkipWhile(static word => word.Text is not "foreach").Skip(1).SkipWhile(static word => word.StartsWith('-'))]));
            }
            else if (name is "bisect" && words.Count > sub + 2 && words[sub + 1].Text is "run")
            {
                children.Add(analyzer.Nested([.. words.Skip(sub + 2)]));
            }
            else if (name is "config" && words.Skip(sub + 1).Where(static word => !word.StartsWith('-')).SkipWhile(static word => word.Text is "set" or "add").ToArray() is [var key, var setting, ..] && GitCommands.RunsSetting(key.Text + "=" + setting.Text))
            {
                scripts.Add(setting);
            }

            scripts.AddRange(CarriedCode.Commands($"git {name}", [.. words.Skip(sub)]));
        }

        foreach (var script in scripts)
        {
            children.AddRange(Script(analyzer, [Bare(script)]).Children);
        }

        return new CommandUnfolding { Children = [.. children.Where(static child => child.Words.Count > 0)] };
    }

    private sealed record Wrapper(
        HashSet<string> ValueOptions, int Positionals = 0, bool Assignments = false, bool AppendsUnknown = false,
        bool IsTransparent = true, bool IsReadOnly = false, bool IsScript = false, string[]? Directory = null);
}
