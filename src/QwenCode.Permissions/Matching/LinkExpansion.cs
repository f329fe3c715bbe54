using QwenCode.Workspaces;

namespace QwenCode.Permissions.Matching;

/// <summary>Resolves the links that a path with wildcards can match: after a link, the path leads elsewhere.</summary>
internal static class LinkExpansion
{
    private const int MaxEntries = 20_000;

    /// <summary>
    /// Lists the paths that links lead to, with the wildcards after each link; <c>null</c> if there are too many entries.
    /// </summary>
    /// <param name="path">An absolute path with wildcards.</param>
    public static IReadOnlyList<string>? Of(string path)
    {
        var found = new List<string>();
        var entries = 0;
        var pending = new Queue<(string Directory, string[] Parts)>();
        pending.Enqueue(("/", PathCandidates.Normalize(path).Split('/', StringSplitOptions.RemoveEmptyEntries)));
        while (pending.TryDequeue(out var item))
        {
            var (directory, rest) = item;
            var at = 0;
            while (at < rest.Length && !IsWild(rest[at]))
            {
                directory = Path.Combine(directory, rest[at].Replace("\0", string.Empty, StringComparison.Ordinal));
                at++;
            }

            if (at == rest.Length || !Directory.Exists(directory))
            {
                continue;
            }

            var pattern = GlobSymbol.Path(rest[at]);
            foreach (var entry in Entries(directory))
            {
                if (++entries > MaxEntries)
                {
                    return null;
                }

                if (!RulePattern.ForPath(Escape(entry.Name), coversBelow: false).Meets(pattern, PathCandidates.IgnoresCase))
                {
                    continue;
                }

                var tail = rest[(at + 1)..];
                if (entry.LinkTarget is not null)
                {
                    var real = Workspace.RealPath(entry.FullName);
                    found.Add(tail.Length == 0 ? real : $"{real}/{string.Join('/', tail)}");
                    if (Directory.Exists(real) && found.Count < MaxEntries / 100)
                    {
                        pending.Enqueue((real, tail));
                    }
                }
                else if (tail.Length > 0 && entry is DirectoryInfo)
                {
                    pending.Enqueue((entry.FullName, tail));
                }
            }
        }

        return found;
    }

    private static bool IsWild(string part)
    {
        for (var i = 0; i < part.Length; i++)
        {
            if (part[i] is '*' or '?' or '[' && (i == 0 || part[i - 1] is not '\0'))
            {
                return true;
            }
        }

        return false;
    }

    private static string Escape(string name) =>
        name.Replace("[", "[[]", StringComparison.Ordinal).Replace("*", "[*]", StringComparison.Ordinal)
        .Replace("?", "[?]", StringComparison.Ordinal);

    private static IEnumerable<FileSystemInfo> Entries(string directory)
    {
        try
        {
            return [.. new DirectoryInfo(directory).EnumerateFileSystemInfos().Take(MaxEntries + 1)];
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            return [];   // the shell cannot expand a directory that cannot be listed
        }
    }
}
