using QwenCode.Workspaces;

namespace QwenCode.Permissions.Shell;

/// <summary>Makes the paths of a command absolute, as the shell does.</summary>
internal static class ShellPaths
{
    /// <summary>Returns the path, dots not resolved; <c>null</c> if it depends on something unknown.</summary>
    public static string? Absolute(string path, string? directory)
    {
        if (Path.IsPathRooted(path))
        {
            return path;
        }

        return directory is null ? null : path.Length == 0 ? directory : Path.Combine(directory, path);
    }

    /// <summary>Returns the rest of a path after <c>/proc/PID/cwd</c> or <c>/proc/PID/root</c>; <c>null</c> for other paths.</summary>
    public static string? BehindProcess(string path)
    {
        var parts = path.Split('/', StringSplitOptions.RemoveEmptyEntries);
        var end = Array.FindIndex(parts, static part => part is "cwd" or "root");
        return parts is ["proc", ..] && end is >= 2 and <= 4 ? string.Concat(parts[(end + 1)..].Select(static part => "/" + part)) : null;
    }

    /// <summary>Returns the text of a word with its leading tilde replaced; <c>null</c> for the home of another user.</summary>
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
