namespace QwenCode.Kernel.Permissions.Shell;

/// <summary>Turns words into the absolute paths they may name.</summary>
internal sealed class TargetResolver(DirectorySet directories, Func<ShellWord, ShellWord[]?> fill)
{
    /// <summary>Gives an operation on a file, or <c>null</c> where the word is no path.</summary>
    /// <param name="tool">The tool whose rules count.</param>
    /// <param name="word">The word.</param>
    /// <param name="isRecursive">Whether all below it is used too.</param>
    /// <param name="isCertain">Whether the word can be nothing but a path, as after a redirection.</param>
    public ShellOperation? File(string tool, ShellWord word, bool isRecursive = false, bool isCertain = false)
    {
        if (!isCertain && (word.Chars.Length == 0 || (word.Literal is { } text && (text is "-" || text.Contains("://", StringComparison.Ordinal)))))
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
                if (ShellPaths.Untilde(known, isPattern ? Escape(known) : known.Text, directory) is { } path && ShellPaths.Absolute(path, directory) is { } absolute)
                {
                    paths.Add(absolute);
                }
                else
                {
                    mayBeElsewhere = true;
                }
            }
        }

        return new ShellOperation(tool, [.. paths.Distinct()]) { MayBeElsewhere = mayBeElsewhere, IsPattern = isPattern, IsRecursive = isRecursive };
    }

    /// <summary>Gives an operation on the directory the command runs in.</summary>
    public ShellOperation Here(string tool, bool isRecursive = false) => new(tool, [.. directories.Paths.OfType<string>()])
    {
        MayBeElsewhere = !directories.IsKnown,
        IsRecursive = isRecursive,
    };

    /// <summary>Gives an operation on the network, or <c>null</c> where the word is no address.</summary>
    public ShellOperation? Address(ShellWord word)
    {
        var known = word.IsDynamic ? fill(word) : [word];
        if (known is not [{ Literal: { } text }])
        {
            return new ShellOperation(FileOperations.Fetch, []);
        }

        var url = text.Contains("://", StringComparison.Ordinal) ? text : "http://" + text;
        var isPlain = !url.Any("{}[]*\\ \t\n".Contains) && Uri.TryCreate(url, UriKind.Absolute, out _);
        return new ShellOperation(FileOperations.Fetch, []) { Host = isPlain ? new Uri(url).Host : null };
    }

    /// <summary>Marks quoted wildcards as plain characters; a pattern's reader takes a NUL before a character for that.</summary>
    private static string Escape(ShellWord word) =>
        string.Concat(word.Chars.Select(static c => c.Kind is WordCharKind.Quoted && c.Value is '*' or '?' or '[' ? $"\0{c.Value}" : c.Value.ToString()));
}
