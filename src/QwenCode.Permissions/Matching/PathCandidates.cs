using QwenCode.Workspaces;

namespace QwenCode.Permissions.Matching;

/// <summary>The spellings of the place a path leads to: as given, and with links resolved before or after <c>..</c>.</summary>
internal static class PathCandidates
{
    public static bool IgnoresCase { get; } = OperatingSystem.IsWindows() || OperatingSystem.IsMacOS();

    /// <summary>Lists the spellings.</summary>
    /// <param name="path">An absolute path, dots allowed.</param>
    public static IReadOnlyList<string> Of(string path)
    {
        if (path.Contains('\0', StringComparison.Ordinal))
        {
            return [Normalize(path)];
        }

        return [.. new[] { Path.GetFullPath(path), Workspace.RealPath(path), Physical(path) }.Select(Trim)
            .Distinct(StringComparer.Ordinal)];
    }

    /// <summary>Removes dots and doubled slashes from a path that may contain wildcards.</summary>
    public static string Normalize(string path)
    {
        var parts = new List<string>();
        foreach (var part in path.Replace('\\', '/').Split('/', StringSplitOptions.RemoveEmptyEntries))
        {
            if (part is "..")
            {
                parts = parts.Count > 0 ? parts[..^1] : parts;
            }
            else if (part is not ".")
            {
                parts.Add(part);
            }
        }

        return (path.StartsWith('/') ? "/" : string.Empty) + string.Join('/', parts);
    }

    /// <summary>Resolves the path as the operating system does: links first, then the <c>..</c> after them.</summary>
    private static string Physical(string path)
    {
        var at = Path.GetPathRoot(path) ?? string.Empty;
        foreach (var part in path[at.Length..].Split(Path.DirectorySeparatorChar, StringSplitOptions.RemoveEmptyEntries))
        {
            at = part switch
            {
                "." => at,
                ".." => Path.GetDirectoryName(at) ?? at,
                _ => Workspace.RealPath(Path.Combine(at, part)),
            };
        }

        return at;
    }

    private static string Trim(string path)
    {
        path = OperatingSystem.IsWindows() ? path.Replace('\\', '/') : path;
        return path.Length > 1 ? path.TrimEnd('/') is { Length: > 0 } trimmed ? trimmed : "/" : path;
    }
}
