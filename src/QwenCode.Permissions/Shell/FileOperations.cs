using QwenCode.Permissions.Programs;

namespace QwenCode.Permissions.Shell;

/// <summary>Finds the files and hosts a command uses, so that rules for the file and web tools also apply to commands.</summary>
internal static class FileOperations
{
    public const string Read = "read_file";
    public const string List = "list_directory";
    public const string Edit = "edit";
    public const string Write = "write_file";
    public const string Fetch = "web_fetch";

    /// <summary>Any use: what a program does with it is not known.</summary>
    public const string Any = "*";

    private const int MaxGuesses = 2000;

    private static readonly HashSet<string> Shells = ["bash", "sh", "zsh", "dash", "ksh", "mksh", "ash", "fish", "source", "."];

    /// <summary>Lists what a command does to files and the network.</summary>
    /// <param name="command">The command.</param>
    /// <param name="assignments">The variables it sets that programs may obey.</param>
    /// <param name="piped">What is written to its standard input, if known.</param>
    /// <param name="directories">Where it may run.</param>
    /// <param name="fill">Substitutes known variables; <c>null</c> if some are unknown.</param>
    public static IReadOnlyList<ShellOperation> Of(SimpleCommand command, IEnumerable<(string Name, ShellWord Value)> assignments,
        string? piped, DirectorySet directories, Func<ShellWord, ShellWord[]?> fill)
    {
        var operations = new List<ShellOperation>();
        var resolver = new TargetResolver(directories, fill);
        foreach (var redirection in command.Redirections)
        {
            AddRedirection(operations, redirection, resolver);
        }

        if (command.Words.Count > 0 && CommandVariants.Program(command.Words[0])?.ToLowerInvariant() is { } program)
        {
            AddCommand(operations, program, [.. command.Words.Skip(1)], resolver);
            if (ObeysInput(program))
            {
                AddGuesses(operations, command.Redirections.Where(static r => r.Kind is RedirectionKind.Text)
                    .Select(static r => r.Target).Concat(piped is null ? [] : [ShellWord.Of(piped)]), resolver);
            }
        }

        foreach (var (_, value) in assignments)
        {
            operations.AddRange(resolver.Guess(value, isRecursive: true));
        }

        return operations;
    }

    /// <summary>
    /// Adds what an unknown program may do with its arguments: each may be a file or a host, also after <c>--option=</c>, <c>-o</c> or
    /// <c>user@</c>, and in a script of its own.
    /// </summary>
    public static void AddGuesses(List<ShellOperation> operations, IEnumerable<ShellWord> words, TargetResolver resolver,
        bool isRecursive = false)
    {
        foreach (var word in words)
        {
            if (operations.Count > MaxGuesses)
            {
                return;
            }

            operations.AddRange(resolver.Guess(word, isRecursive));
        }
    }

    /// <summary>Returns the reading of a file that the command does not name.</summary>
    public static ShellOperation Elsewhere() => new(Read, []) { MayBeElsewhere = true };

    // What is not known to print or store its input may take it for orders.
    private static bool ObeysInput(string program) => ProgramTable.Find(program) is not { } entry || entry.IsLoose
        || entry.Arguments is "guess" or "packs" or "mounts" or "address";

    private static void AddCommand(List<ShellOperation> operations, string program, ShellWord[] words, TargetResolver resolver)
    {
        if (Shells.Contains(program))
        {
            AddFirst(operations, words, resolver);
            AddGuesses(operations, words.Where(static word => !word.Text.Any(char.IsWhiteSpace)), resolver);
            return;
        }

        if (CommandUnfolding.IsWrapper(program))
        {
            AddGuesses(operations, LeadingOptions(words), resolver);
            return;
        }

        var entry = ProgramTable.Find(program);
        if (entry is null)
        {
            AddGuesses(operations, words, resolver);
            return;
        }

        if (program is "git" && Array.Exists(words, static word => word.Text.StartsWith("--no-in", StringComparison.Ordinal)
            || word.Text.StartsWith("--untr", StringComparison.Ordinal)))
        {
            // It reads folders with everything in them, as the tools without a repository do.
            foreach (var word in words.Where(static word => !word.StartsWith('-')).Skip(1))
            {
                Add(operations, resolver.File(Read, word, isRecursive: true));
            }

            operations.Add(resolver.Here(Read, isRecursive: true) with { IsGuess = true });
        }

        var use = entry.Read(words);
        AddOptions(operations, entry, words, use, resolver);
        ArgumentRoles.Apply(entry.Arguments, new CommandUse(program, words, use), resolver, operations);
    }

    private static void AddOptions(List<ShellOperation> operations, ProgramEntry entry, ShellWord[] words, ProgramUse use,
        TargetResolver resolver)
    {
        foreach (var (option, value) in use.Options)
        {
            if (value is null)
            {
                continue;
            }

            switch (option.Role)
            {
                case OptionRole.Read:
                    Add(operations, resolver.File(Read, value));
                    break;
                case OptionRole.Names:
                    Add(operations, resolver.File(Read, value));
                    operations.Add(Elsewhere());
                    break;
                case OptionRole.Write:
                    Add(operations, resolver.File(Write, value));
                    break;
                case OptionRole.Folder:
                    Add(operations, resolver.File(Write, value));
                    operations.AddRange(resolver.Guess(value, isRecursive: true));
                    break;
                // One letter may take no value in another version of the program; then the next word is a file. An expression is one
                // in all of them.
                case OptionRole.Text when option.Name is ['-', not 'e'] && entry.Arguments is not ("text" or "address")
                    && Array.IndexOf(words, value) >= 0:
                    Add(operations, resolver.File(Read, value) is { } read ? read with { IsGuess = true } : null);
                    break;
                case OptionRole.Host:
                case OptionRole.Change:
                    operations.AddRange(resolver.Guess(value));
                    break;
            }
        }

        // An option that is not known may take anything, in the same word or in the next.
        foreach (var (word, next) in entry.Arguments is "text" ? [] : use.Unknown)
        {
            operations.AddRange(resolver.Guess(word).Where(operation => !entry.IsOpen || operation.Host is null)
                .Select(operation => entry.IsOpen ? operation with { Tool = Read } : operation));
            if (next is not null && !entry.IsOpen)
            {
                operations.AddRange(resolver.Guess(next));
            }
        }
    }

    /// <summary>Returns the options before the command that a program starts, each with the word after it.</summary>
    private static IEnumerable<ShellWord> LeadingOptions(ShellWord[] words)
    {
        for (var i = 0; i < words.Length && (words[i].StartsWith('-') || (i > 0 && words[i - 1].StartsWith('-'))); i++)
        {
            yield return words[i];
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
            Add(operations, resolver.File(Write, redirection.Target, isCertain: true) is { } write
                ? write with { IsRedirection = true } : null);
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
}
