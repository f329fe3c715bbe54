using QwenCode.Workspaces;

namespace QwenCode.Permissions.Shell;

/// <summary>Makes paths that a command names absolute, the way the shell would.</summary>
internal static class ShellPaths
{
    /// <summary>Gives the path, dots still in it; <c>null</c> where it depends on what is not known.</summary>
    public static string? Absolute(string path, string? directory)
    {
        if (Path.IsPathRooted(path))
        {
            return path;
        }

        return directory is null ? null : path.Length == 0 ? directory : Path.Combine(directory, path);
    }

    /// <summary>Gives what follows the directory, or the root, of a process in a path through <c>/proc</c>; <c>null</c> for other paths.</summary>
    public static string? BehindProcess(string path)
    {
        var parts = path.Split('/', StringSplitOptions.RemoveEmptyEntries);
        var end = Array.FindIndex(parts, static part => part is "cwd" or "root");
        return parts is ["proc", ..] && end is >= 2 and <= 4 ? string.Concat(parts[(end + 1)..].Select(static part => "/" + part)) : null;
    }

    /// <summary>Gives a word's text with a leading tilde replaced; <c>null</c> for somebody else's home.</summary>
    public static string? Untilde(ShellWord word, string text, string? directory)
    {
        if (!word.HasTilde || text.Length == 0 || text[0] != '~')
        {
            return text;
        }

        var end = text.IndexOf('/', StringComparison.Ordinal);
        var rest = end < 0 ? string.Empty : text[end..];
        return (end < 0 ? text : text[..end]) switch
        {
            "~" => Workspace.HomeDirectory + rest,
            "~+" when directory is not null => directory + rest,
            _ => null,
        };
    }
}
