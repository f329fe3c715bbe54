using QwenCode.Workspaces;

namespace QwenCode.Permissions.Matching;

/// <summary>Every way to write the place a path leads to: as given, and with links resolved before or after <c>..</c> is taken out.</summary>
internal static class PathCandidates
{
    public static bool IgnoresCase { get; } = OperatingSystem.IsWindows() || OperatingSystem.IsMacOS();

    /// <summary>Lists them.</summary>
    /// <param name="path">An absolute path, dots allowed.</param>
    public static IReadOnlyList<string> Of(string path)
    {
        if (path.Contains('\0', StringComparison.Ordinal))
        {
            return [Normalize(path)];
        }

        return [.. new[] { Path.GetFullPath(path), Workspace.RealPath(path), Physical(path) }.Select(Trim).Distinct(StringComparer.Ordinal)];
    }

    /// <summary>Gives a path that may hold wildcards without dots and doubled slashes.</summary>
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

    /// <summary>Follows the path the way the operating system does: a link is entered before the <c>..</c> behind it counts.</summary>
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
