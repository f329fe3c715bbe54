using QwenCode.Workspaces;

namespace QwenCode.Permissions.Shell;

/// <summary>Resolves words to the absolute paths they may name.</summary>
internal sealed class TargetResolver(DirectorySet directories, Func<ShellWord, ShellWord[]?> fill)
{
    private const int MaxHosts = 256;
    private const int MaxParts = 200;
    private const int MaxPath = 4096;
    private const int MaxText = 20_000;
    private const int MaxCluster = 24;

    private static readonly char[] Separators = [.. "\"'`()[]{}<>|;,&=:@!%?$ \t\r\n\\"];

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
                    mayBeElsewhere |= ShellPaths.LeavesMissing(absolute, Path.IsPathRooted(path) ? 0 : (directory?.Length ?? 0) + 1);
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

    /// <summary>Returns what an unknown program may do with a word and with the parts of it; nothing if none may be a path or a host.
    /// </summary>
    /// <param name="word">The word.</param>
    /// <param name="isRecursive">Whether the program uses directories with everything below them.</param>
    public IEnumerable<ShellOperation> Guess(ShellWord word, bool isRecursive = false)
    {
        if (!word.StartsWith('-') && word.Chars.Length <= MaxPath
            && File(FileOperations.Any, word, isRecursive) is { Paths.Count: > 0 } whole)
        {
            yield return whole with { IsGuess = true };
        }

        foreach (var part in Parts(word.Text).Distinct(StringComparer.Ordinal).Take(MaxParts))
        {
            if (File(FileOperations.Any, ShellWord.Of(part)) is { Paths.Count: > 0 } operation
                && (part.Contains('/', StringComparison.Ordinal) || part.Contains('.', StringComparison.Ordinal)
                    || operation.Paths.Any(Path.Exists)))
            {
                yield return operation with { IsGuess = true };
            }

            if (part is ['~', '/', ..] or "~")
            {
                yield return new ShellOperation(FileOperations.Any, [Workspace.HomeDirectory + part[1..]]) { IsGuess = true };
            }
        }

        foreach (var operation in FileAddress(word))
        {
            yield return operation with { IsGuess = true };
        }

        foreach (var host in Hosts(word.Text))
        {
            yield return new ShellOperation(FileOperations.Fetch, []) { Host = host, IsGuess = true };
        }
    }

    /// <summary>Returns what is read by a <c>file:</c> address in a word.</summary>
    public IEnumerable<ShellOperation> FileAddress(ShellWord word)
    {
        var at = word.Text.IndexOf("file:", StringComparison.OrdinalIgnoreCase);
        if (at < 0)
        {
            yield break;
        }

        if (Uri.TryCreate(word.Text[at..], UriKind.Absolute, out var address) && address.IsFile
            && File(FileOperations.Read, ShellWord.Of(address.LocalPath)) is { } read)
        {
            yield return read with { MayBeElsewhere = word.IsDynamic };
        }

        if (File(FileOperations.Read, ShellWord.Of(Uri.UnescapeDataString(word.Text[(at + "file:".Length)..]))) is { } plain)
        {
            yield return plain;
        }
    }

    /// <summary>Lists what may be a path in a text: between separators, and after the letters of short options.</summary>
    private static IEnumerable<string> Parts(string text)
    {
        text = text.Length > MaxText ? text[..MaxText] : text;
        if (text is ['-', not '-', ..])
        {
            for (var i = 2; i < Math.Min(text.Length, MaxCluster); i++)
            {
                yield return text[i..];
            }
        }

        foreach (var part in text.Split(Separators, StringSplitOptions.RemoveEmptyEntries))
        {
            if (part.Length < text.Length && part.Length <= MaxPath)
            {
                yield return part;
                if (part is ['-', not '-', _, ..])
                {
                    yield return part[2..];
                }
            }
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

        // Programs take any number of slashes after the scheme.
        var colon = text.IndexOf(":/", StringComparison.Ordinal);
        var url = colon > 0 && text[..colon].All(char.IsAsciiLetterOrDigit) ? $"{text[..colon]}://{text[(colon + 1)..].TrimStart('/')}"
            : "http://" + text;
        return new ShellOperation(FileOperations.Fetch, []) { Host = url.Any("{}[]*\\ \t\n".Contains) ? null
            : Matching.DomainRule.HostOf(url) };
    }

    /// <summary>Marks quoted wildcards as plain characters, with a NUL before each.</summary>
    private static string Escape(ShellWord word) =>
        string.Concat(word.Chars.Select(static c =>
            c.Kind is WordCharKind.Quoted && c.Value is '*' or '?' or '[' ? $"\0{c.Value}" : c.Value.ToString()));
}
