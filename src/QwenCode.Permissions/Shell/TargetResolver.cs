namespace QwenCode.Permissions.Shell;

/// <summary>Resolves words to the absolute paths they may name.</summary>
internal sealed class TargetResolver(DirectorySet directories, Func<ShellWord, ShellWord[]?> fill)
{
    private const int MaxHosts = 256;

    /// <summary>Returns an operation on a file; <c>null</c> if the word is not a path.</summary>
    /// <param name="tool">The tool whose rules apply.</param>
    /// <param name="word">The word.</param>
    /// <param name="isRecursive">Whether everything below it is used, too.</param>
    /// <param name="isCertain">Whether the word is certainly a path, as after a redirection.</param>
    public ShellOperation? File(string tool, ShellWord word, bool isRecursive = false, bool isCertain = false)
    {
        if (!isCertain && (word.Chars.Length == 0
            || (word.Literal is { } text && (text is "-" || text.Contains("://", StringComparison.Ordinal)))))
        {
            return null;
        }

        var paths = new List<string>();
        var mayBeElsewhere = word.IsDynamic || !directories.IsKnown;
        var isPattern = word.HasGlob;
        foreach (var known in word.IsDynamic ? fill(word) ?? [] : [word])
        {
            isPattern |= known.HasGlob;
            foreach (var directory in directories.Paths)
            {
                if (ShellPaths.Untilde(known, isPattern ? Escape(known) : known.Text, directory) is { } path
                    && ShellPaths.Absolute(path, directory) is { } absolute)
                {
                    paths.Add(absolute);
                    if (ShellPaths.BehindProcess(absolute) is { } rest)
                    {
                        // The link of another process: the one of this process is not what the command sees.
                        mayBeElsewhere = true;
                        paths.AddRange(directory is null ? [] : [directory + rest]);
                        paths.Add(rest.Length == 0 ? "/" : rest);
                    }
                }
                else
                {
                    mayBeElsewhere = true;
                }
            }
        }

        return new ShellOperation(tool, [.. paths.Distinct()]) { MayBeElsewhere = mayBeElsewhere, IsPattern = isPattern,
            IsRecursive = isRecursive };
    }

    /// <summary>Returns what an unknown program may do with a word; nothing if the word is not a path.</summary>
    /// <param name="word">The word.</param>
    /// <param name="isRecursive">Whether the program uses directories with everything below them.</param>
    public IEnumerable<ShellOperation> Guess(ShellWord word, bool isRecursive = false)
    {
        foreach (var tool in (string[])[FileOperations.Read, FileOperations.Edit, FileOperations.Write])
        {
            if (File(tool, word, isRecursive) is { Paths.Count: > 0 } operation)
            {
                yield return operation with { IsGuess = true };
            }
        }

        foreach (var host in Hosts(word.Text))
        {
            yield return new ShellOperation(FileOperations.Fetch, []) { Host = host, IsGuess = true };
        }
    }

    /// <summary>Lists the parts of a text that may be hosts.</summary>
    private static IEnumerable<string> Hosts(string text) =>
        text.Split(text.Where(static c => !char.IsLetterOrDigit(c) && c is not ('.' or '-')).Distinct().ToArray(),
            StringSplitOptions.RemoveEmptyEntries)
            .Where(static part => part.Contains('.', StringComparison.Ordinal)).Take(MaxHosts);

    /// <summary>Returns an operation on the directory the command runs in.</summary>
    public ShellOperation Here(string tool, bool isRecursive = false) => new(tool, [.. directories.Paths.OfType<string>()])
    {
        MayBeElsewhere = !directories.IsKnown,
        IsRecursive = isRecursive,
    };

    /// <summary>Returns an operation on the network; <c>null</c> if the word is not an address.</summary>
    public ShellOperation? Address(ShellWord word)
    {
        var known = word.IsDynamic ? fill(word) : [word];
        if (known is not [{ Literal: { } text }])
        {
            return new ShellOperation(FileOperations.Fetch, []);
        }

        var url = text.Contains("://", StringComparison.Ordinal) ? text : "http://" + text;
        return new ShellOperation(FileOperations.Fetch, []) { Host = url.Any("{}[]*\\ \t\n".Contains) ? null
            : Matching.DomainRule.HostOf(url) };
    }

    /// <summary>Marks quoted wildcards as plain characters, with a NUL before each.</summary>
    private static string Escape(ShellWord word) =>
        string.Concat(word.Chars.Select(static c =>
            c.Kind is WordCharKind.Quoted && c.Value is '*' or '?' or '[' ? $"\0{c.Value}" : c.Value.ToString()));
}
