namespace QwenCode.Kernel.Permissions.Shell;

/// <summary>Finds the commands that a command starts.</summary>
internal sealed class CommandUnfolding
{
    private static readonly CommandUnfolding Nothing = new();

    private static readonly Dictionary<string, Wrapper> Wrappers = new(StringComparer.Ordinal)
    {
        ["env"] = new(["-u", "--unset", "-C", "--chdir", "-S", "--split-string"], Assignments: true, IsReadOnly: true),
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
        ["sudo"] = new(["-u", "-g", "-h", "-p", "-C", "-T", "-r", "-t", "-U", "-D", "-R", "--user", "--group", "--host", "--prompt", "--chdir", "--chroot", "--role", "--type"], Assignments: true, IsTransparent: false),
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
        ["parallel"] = new(["-j", "--jobs"], AppendsUnknown: true, IsTransparent: false),
        ["watch"] = new(["-n", "--interval"], IsScript: true, IsTransparent: false),
        ["setarch"] = new([], Positionals: 1, IsTransparent: false),
        ["fakeroot"] = new([], IsTransparent: false),
        ["catchsegv"] = new([], IsTransparent: false),
        ["dbus-run-session"] = new([], IsTransparent: false),
        ["caffeinate"] = new(["-t", "-w"], IsTransparent: false),
    };

    private static readonly HashSet<string> Shells = ["sh", "bash", "zsh", "dash", "ksh", "mksh", "ash", "rbash", "yash", "fish", "tcsh", "csh"];

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
            "eval" => Script(analyzer, words.Skip(1).SkipWhile(static word => word.Text is "--"), isTransparent: true),
            "source" or "." => Sourced(analyzer, command),
            "trap" => Script(analyzer, words.Skip(1).SkipWhile(static word => word.Text is "--" or "-p" or "-l").Take(1)),
            "alias" => Script(analyzer, words.Skip(1).Select(AfterEquals)),
            "su" or "runuser" or "script" => Script(analyzer, OptionValues(words, "-c", "--command", "--session-command")),
            "find" or "fd" or "fdfind" => UnfoldFind(analyzer, words),
            "git" => UnfoldGit(analyzer, words),
            _ => Nothing,
        };
    }

    private static ShellWord AfterEquals(ShellWord word)
    {
        var equals = Array.FindIndex(word.Chars, static c => c is { Value: '=', IsDynamic: false });
        return equals < 0 ? ShellWord.Of(string.Empty) : word.Skip(equals + 1);
    }

    private static IEnumerable<ShellWord> OptionValues(IReadOnlyList<ShellWord> words, params string[] names)
    {
        for (var i = 1; i < words.Count; i++)
        {
            if (Array.IndexOf(names, words[i].Text) >= 0 && i + 1 < words.Count)
            {
                yield return words[++i];
            }
            else if (Array.Exists(names, name => name.StartsWith("--", StringComparison.Ordinal) && words[i].Text.StartsWith(name + "=", StringComparison.Ordinal)))
            {
                yield return AfterEquals(words[i]);
            }
            else if (words[i].Text.Length > 2 && words[i].Text[0] is '-' && words[i].Text[1] is not '-' && words[i].Text.EndsWith('c') && i + 1 < words.Count)
            {
                yield return words[++i];
            }
        }
    }

    private static CommandUnfolding Script(ShellAnalyzer analyzer, IEnumerable<ShellWord> words, bool isTransparent = false)
    {
        var given = words.ToArray();
        if (given.Length == 0)
        {
            return Nothing;
        }

        var units = analyzer.Nested(string.Join(' ', given.Select(static word => word.ToScript()))).Units;
        return new CommandUnfolding
        {
            // What an expansion brings is parsed as code too, and cannot be seen here.
            Children = given.Any(static word => word.IsDynamic || word.HasGlob) ? [.. units, ShellUnit.Hidden()] : units,
            IsTransparent = isTransparent && units.Count > 0,
        };
    }

    private static CommandUnfolding Sourced(ShellAnalyzer analyzer, SimpleCommand command) =>
        new() { Children = [.. Documents(analyzer, command), ShellUnit.Hidden()] };

    private static IEnumerable<ShellUnit> Documents(ShellAnalyzer analyzer, SimpleCommand command) =>
        command.Redirections.Where(static r => r.Kind is RedirectionKind.Text).SelectMany(r => analyzer.Nested(r.Target.ToScript()).Units);

    private static CommandUnfolding UnfoldShell(ShellAnalyzer analyzer, SimpleCommand command, string? piped, bool isPiped)
    {
        var words = command.Words;
        var (hasScript, readsInput, isSimple) = (false, false, true);
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
            var isKnown = !words[index].IsDynamic;
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

        var children = Documents(analyzer, command).ToList();
        if (piped is not null)
        {
            children.AddRange(analyzer.Nested(piped).Units);
        }

        // Unless the whole input is in the text, what runs is not known. A terminal's shell waits for a person.
        var hasDocument = command.Redirections.Any(static r => r.Kind is RedirectionKind.Text && !r.Target.IsDynamic);
        var hasInput = isPiped || command.Redirections.Any(static r => r.Kind is RedirectionKind.Read or RedirectionKind.ReadWrite or RedirectionKind.Duplicate) || !hasDocument;
        return new CommandUnfolding { Children = hasInput || children.Count == 0 ? [.. children, ShellUnit.Hidden()] : children };
    }

    private static CommandUnfolding UnfoldWrapper(ShellAnalyzer analyzer, string program, Wrapper wrapper, IReadOnlyList<ShellWord> words)
    {
        var (index, positionals, hasUnknownOption, environment) = (1, wrapper.Positionals, false, false);
        string? placeholder = null;
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
                environment |= ShellEnvironment.IsDangerous(text[..text.IndexOf('=', StringComparison.Ordinal)]);
                continue;
            }

            if (positionals-- <= 0)
            {
                break;
            }
        }

        if (index >= words.Count)
        {
            return program is "xargs"
                ? new CommandUnfolding { Children = [analyzer.Nested([ShellWord.Of("echo"), ShellWord.Unknown])], IsTransparent = true }
                : Nothing;
        }

        var children = new List<ShellUnit>();
        if (wrapper.IsScript)
        {
            children.AddRange(Script(analyzer, words.Skip(index)).Children);
        }

        children.Add(analyzer.Nested(Inner(words, index, placeholder, wrapper.AppendsUnknown)));
        if (hasUnknownOption && index + 1 < words.Count && !words[index].IsDynamic)
        {
            // An option we do not know may have had a value, and then the command begins one word later.
            children.Add(analyzer.Nested(Inner(words, index + 1, placeholder, wrapper.AppendsUnknown)));
        }

        return new CommandUnfolding
        {
            Children = children,
            IsTransparent = wrapper.IsTransparent && !hasUnknownOption,
            IsReadOnlyWithChildren = wrapper.IsReadOnly && !hasUnknownOption && words[0].Literal == program,
            HasDangerousEnvironment = environment,
        };
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
                children.Add(analyzer.Nested(inner));
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
            if (words[i].Text is "-c" && words[i + 1].Text is { } setting && setting.Contains("=!", StringComparison.Ordinal))
            {
                scripts.Add(words[i + 1].Skip(setting.IndexOf("=!", StringComparison.Ordinal) + 2));
            }
        }

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
            else if (name is "rebase" or "filter-branch")
            {
                scripts.AddRange(OptionValues([.. words.Skip(sub)], "-x", "--exec", "--tree-filter", "--index-filter", "--msg-filter", "--env-filter"));
            }
        }

        foreach (var script in scripts)
        {
            children.AddRange(Script(analyzer, [script]).Children);
        }

        return new CommandUnfolding { Children = [.. children.Where(static child => child.Words.Count > 0)] };
    }

    private sealed record Wrapper(
        HashSet<string> ValueOptions, int Positionals = 0, bool Assignments = false, bool AppendsUnknown = false,
        bool IsTransparent = true, bool IsReadOnly = false, bool IsScript = false);
}
