using QwenCode.Permissions.Matching;
using QwenCode.Workspaces;

namespace QwenCode.Permissions.Files;

/// <summary>
/// Files that programs obey later: what git, editors, build tools, shells and agents run or are allowed because of them. Whoever may
/// write such a file decides what runs, so a change to one needs approval even where other changes do not.
/// </summary>
/// <remarks>The list is in <c>obeyed.txt</c>.</remarks>
internal static class ObeyedFiles
{
    private static readonly Lazy<Entries> Table = new(static () => Entries.Read(ProgramData.Lines("obeyed.txt")));

    /// <summary>Returns whether programs obey a file, under any spelling of its path.</summary>
    /// <param name="path">An absolute path, dots allowed.</param>
    public static bool Contains(string path) => PathCandidates.Of(path).Any(static candidate => Table.Value.Match(candidate)
        || IsInRepository(candidate));

    /// <summary>Returns whether git takes a folder for a repository without a <c>.git</c>, and obeys the configuration in it.</summary>
    /// <param name="directory">An absolute path.</param>
    public static bool IsBareRepository(string directory) =>
        Path.Exists(Path.Combine(directory, "HEAD"))
        && (Path.Exists(Path.Combine(directory, "commondir"))
            || (Directory.Exists(Path.Combine(directory, "objects")) && Directory.Exists(Path.Combine(directory, "refs"))));

    /// <summary>Returns whether git finds such a repository when it looks upwards from a folder.</summary>
    /// <param name="directory">An absolute path.</param>
    public static bool LiesInBareRepository(string directory)
    {
        for (string? at = Workspace.RealPath(directory); at is not null; at = Path.GetDirectoryName(at))
        {
            if (Path.Exists(Path.Combine(at, ".git")))
            {
                return false;
            }

            if (IsBareRepository(at))
            {
                return true;
            }
        }

        return false;
    }

    private static bool IsInRepository(string path) =>
        Path.GetDirectoryName(path) is { } directory && LiesInBareRepository(directory);

    /// <summary>The entries of the list, sorted by how they are compared.</summary>
    private sealed class Entries
    {
        private readonly HashSet<string> _names = new(StringComparer.OrdinalIgnoreCase);
        private readonly List<(string Start, string End)> _patterns = [];
        private readonly List<string[]> _folders = [];

        public static Entries Read(IEnumerable<string> lines)
        {
            var entries = new Entries();
            foreach (var line in lines)
            {
                if (line.EndsWith('/'))
                {
                    entries._folders.Add(line.TrimEnd('/').Split('/'));
                }
                else if (line.Split('*') is [var start, var end])
                {
                    entries._patterns.Add((start, end));
                }
                else
                {
                    entries._names.Add(line);
                }
            }

            return entries;
        }

        public bool Match(string path)
        {
            var parts = path.Replace('\\', '/').Split('/', StringSplitOptions.RemoveEmptyEntries);
            return parts.Length > 0 && (Names(parts[^1]) || _folders.Exists(folder => Lies(parts, folder)));
        }

        private bool Names(string name) => _names.Contains(name)
            || _patterns.Exists(pattern => name.Length >= pattern.Start.Length + pattern.End.Length
                && name.StartsWith(pattern.Start, StringComparison.OrdinalIgnoreCase)
                && name.EndsWith(pattern.End, StringComparison.OrdinalIgnoreCase));

        private static bool Lies(string[] parts, string[] folder)
        {
            for (var i = 0; i + folder.Length <= parts.Length; i++)
            {
                if (folder.SequenceEqual(parts.Skip(i).Take(folder.Length), StringComparer.OrdinalIgnoreCase))
                {
                    return true;
                }
            }

            return false;
        }
    }
}
