namespace QwenCode.Permissions.Shell;

/// <summary>Finds the files and hosts a command uses, so that rules for the file and web tools also apply to commands.</summary>
internal static class FileOperations
{
    public const string Read = "read_file";
    public const string List = "list_directory";
    public const string Edit = "edit";
    public const string Write = "write_file";
    public const string Fetch = "web_fetch";

    private const int MaxGuesses = 20_000;

    /// <summary>Programs that copy whole directories.</summary>
    private static readonly HashSet<string> Packers = ["tar", "gtar", "bsdtar", "zip", "7z", "7za", "7zz", "rar", "rsync", "scp", "sftp",
        "pax", "rclone", "aws", "gsutil", "gcloud", "borg", "restic"];

    /// <summary>Programs whose arguments are not files.</summary>
    private static readonly HashSet<string> TextOnly =
    [
        "echo", "printf", ":", "true", "false", "test", "[", "[[", "((", "cd", "pushd", "popd", "dirs", "export", "declare", "typeset",
        "local", "readonly", "set", "shopt", "unset", "alias", "unalias", "eval",
        "let", "exit", "return", "break", "continue", "shift", "kill", "wait", "jobs", "fg", "bg", "sleep", "type", "which", "where",
        "command", "builtin", "basename", "dirname", "seq", "expr", "umask", "ulimit",
        "env", "sudo", "doas", "time", "nice", "ionice", "nohup", "timeout", "stdbuf", "unbuffer", "setsid", "exec", "busybox", "toybox",
        "trap", "whoami", "id", "hostname", "uname", "ps", "pgrep", "pkill",
    ];

    /// <summary>Lists what a command does to files and the network.</summary>
    /// <param name="command">The command.</param>
    /// <param name="directories">Where it may run.</param>
    /// <param name="fill">Substitutes known variables; <c>null</c> if some are unknown.</param>
    public static IReadOnlyList<ShellOperation> Of(SimpleCommand command, DirectorySet directories, Func<ShellWord, ShellWord[]?> fill)
    {
        var operations = new List<ShellOperation>();
        var resolver = new TargetResolver(directories, fill);
        foreach (var redirection in command.Redirections)
        {
            AddRedirection(operations, redirection, resolver);
        }

        if (command.Words.Count > 0 && CommandVariants.Program(command.Words[0])?.ToLowerInvariant() is { } program)
        {
            var words = command.Words.Skip(1).ToArray();
            if (CommandTable.Find(program) is { } shape)
            {
                AddCommand(operations, program, shape, words, resolver);
            }
            else if (program is "bash" or "sh" or "zsh" or "dash" or "ksh" or "source" or ".")
            {
                AddFirst(operations, words, resolver);
            }
            else if (program is "git" && words.Any(static word => word.Text is "--no-index"))
            {
                operations.AddRange(words.Where(static word => !word.StartsWith('-')).Skip(1).Select(word => resolver.File(Read, word))
                    .OfType<ShellOperation>());
            }
            else if (!TextOnly.Contains(program))
            {
                AddGuesses(operations, words, resolver, isRecursive: Packers.Contains(program));
            }
        }

        foreach (var assignment in command.Assignments.Where(static assignment =>
            assignment.Name.EndsWith("proxy", StringComparison.OrdinalIgnoreCase)))
        {
            operations.AddRange(resolver.Guess(assignment.Value));
        }

        return operations;
    }

    /// <summary>
    /// Adds what an unknown program may do with its arguments: each may be a file or a host, also after <c>--option=</c>, <c>-o</c> or
    /// <c>user@</c>.
    /// </summary>
    private static void AddGuesses(List<ShellOperation> operations, ShellWord[] words, TargetResolver resolver, bool isRecursive)
    {
        foreach (var word in words.Take(MaxGuesses))
        {
            if (!word.StartsWith('-'))
            {
                operations.AddRange(resolver.Guess(word, isRecursive));
            }

            var split = Array.FindIndex(word.Chars, static c => c is { Value: '=' or ':' or '@', IsDynamic: false });
            if (split >= 0 && split + 1 < word.Chars.Length)
            {
                operations.AddRange(resolver.Guess(word.Skip(split + 1)));
            }

            if (word.StartsWith('-') && word.Text is [_, not '-', _, ..])
            {
                operations.AddRange(resolver.Guess(word.Skip(2)));
            }
        }
    }

    private static void AddRedirection(List<ShellOperation> operations, ShellRedirection redirection, TargetResolver resolver)
    {
        if (redirection.Kind is RedirectionKind.Duplicate or RedirectionKind.Text)
        {
            return;
        }

        var text = redirection.Target.Text;
        if (text.StartsWith("/dev/tcp/", StringComparison.Ordinal) || text.StartsWith("/dev/udp/", StringComparison.Ordinal))
        {
            operations.Add(new ShellOperation(Fetch, []) { Host = redirection.Target.IsDynamic ? null : text.Split('/')[3] });
            return;
        }

        if (redirection.Kind is RedirectionKind.Read or RedirectionKind.ReadWrite)
        {
            Add(operations, resolver.File(Read, redirection.Target, isCertain: true));
        }

        // Discarding errors changes nothing; `> /dev/null` still counts as a write, so that existing rules keep matching.
        var isDiscarded = text is "/dev/null" && redirection.Descriptor is not ("" or "1");
        if (redirection.Kind is RedirectionKind.Write or RedirectionKind.ReadWrite && !isDiscarded)
        {
            Add(operations, resolver.File(Write, redirection.Target, isCertain: true));
        }
    }

    private static void Add(List<ShellOperation> operations, ShellOperation? operation)
    {
        if (operation is not null)
        {
            operations.Add(operation);
        }
    }

    private static void AddFirst(List<ShellOperation> operations, ShellWord[] words, TargetResolver resolver)
    {
        if (Array.Find(words, static word => !word.StartsWith('-')) is { } script
            && !Array.Exists(words, static word => word.Text is ['-', not '-', ..] && word.Text.EndsWith('c')))
        {
            Add(operations, resolver.File(Read, script));
        }
    }

    private static void AddCommand(List<ShellOperation> operations, string program, CommandShape shape, ShellWord[] words,
        TargetResolver resolver)
    {
        var positionals = new List<ShellWord>();
        var (flags, patternGiven) = (new List<string>(), false);
        var optionsEnded = false;
        for (var i = 0; i < words.Length; i++)
        {
            var word = words[i];
            if (optionsEnded || !word.StartsWith('-') || word.Text is "-")
            {
                positionals.Add(word);
                continue;
            }

            if (word.Text is "--")
            {
                optionsEnded = true;
                continue;
            }

            flags.Add(word.Text);
            patternGiven |= shape.PatternOptions.Contains(word.Text)
                || Array.Exists(shape.PatternOptions, option =>
                    word.Text.StartsWith(option, StringComparison.Ordinal)
                    && (option.Length == 2 || word.Text.StartsWith(option + "=", StringComparison.Ordinal)));
            i += AddOption(operations, shape, words, i, resolver);
        }

        shape.Apply(new CommandUse(program, positionals, flags, patternGiven, words), resolver, operations);
    }

    /// <summary>Adds a file named by an option, and returns how many more words the option takes.</summary>
    private static int AddOption(List<ShellOperation> operations, CommandShape shape, ShellWord[] words, int index, TargetResolver resolver)
    {
        var word = words[index];
        foreach (var (option, tool) in shape.FileOptions)
        {
            if (word.Text == option)
            {
                if (index + 1 < words.Length)
                {
                    Add(operations, resolver.File(tool, words[index + 1]));
                }

                return 1;
            }

            var isLong = option.StartsWith("--", StringComparison.Ordinal);
            if (word.Text.StartsWith(isLong ? option + "=" : option, StringComparison.Ordinal) && word.Text.Length > option.Length)
            {
                Add(operations, resolver.File(tool, word.Skip(isLong ? option.Length + 1 : option.Length)));
                return 0;
            }

            // `-ro FILE` is `-r -o FILE`.
            if (!isLong && word.Text.Length > 2 && word.Text[1] is not '-' && word.Text.EndsWith(option[1]) && index + 1 < words.Length
                && !shape.ValueOptions.Contains(word.Text[..2]))
            {
                Add(operations, resolver.File(tool, words[index + 1]));
                return 1;
            }
        }

        return shape.ValueOptions.Contains(word.Text) ? 1 : 0;
    }
}
