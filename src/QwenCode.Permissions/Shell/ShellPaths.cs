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

    /// <summary>
    /// Returns the rest of a path after a link that is different in each process, such as <c>/proc/self/cwd</c>; <c>null</c> for other
    /// paths.
    /// </summary>
    public static string? BehindProcess(string path)
    {
        var at = new List<string>();
        var parts = path.Split('/', StringSplitOptions.RemoveEmptyEntries);
        for (var i = 0; i < parts.Length; i++)
        {
            switch (parts[i])
            {
                case ".":
                    continue;
                case "..":
                    at = at.Count > 0 ? at[..^1] : at;
                    continue;
            }

            at.Add(parts[i]);
            at = at is ["dev", "fd"] ? ["proc", "self", "fd"] : at;
            if (at is ["proc", _, "cwd" or "root"] or ["proc", _, "task", _, "cwd" or "root"]
                || (at is ["proc", _, "fd", _] && i + 1 < parts.Length))
            {
                return string.Concat(parts[(i + 1)..].Select(static part => "/" + part));
            }
        }

        return null;
    }

    /// <summary>
    /// Returns whether a path leads back up from a folder that does not exist. If it exists when the path is used, it may be a link.
    /// </summary>
    /// <param name="path">An absolute path.</param>
    /// <param name="from">Where the part begins that is not the current directory.</param>
    public static bool LeavesMissing(string path, int from)
    {
        if (path.Contains('\0', StringComparison.Ordinal) || from >= path.Length)
        {
            return false;
        }

        for (var at = from; (at = path.IndexOf("/..", at, StringComparison.Ordinal)) >= 0; at++)
        {
            if (at > from && path[at - 1] is not '.' && (at + 3 == path.Length || path[at + 3] is '/') && !Directory.Exists(path[..at]))
            {
                return true;
            }
        }

        return false;
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
