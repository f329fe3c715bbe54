using System.Collections.Concurrent;

namespace QwenCode.Plugin.FileSystem.Files;

/// <summary>The files this program wrote, as they were then: that tells a change of our own from somebody else's.</summary>
internal static class WrittenFiles
{
    private const int Most = 1_000;

    private static readonly ConcurrentDictionary<string, FileStatus> Known = new(StringComparer.Ordinal);

    /// <summary>Remembers a file as it was left.</summary>
    /// <param name="path">Its real path.</param>
    /// <param name="status">What it was like.</param>
    public static void Remember(string path, FileStatus status)
    {
        if (Known.Count >= Most)
        {
            Known.Clear();
        }

        Known[path] = status;
    }

    /// <summary>Says whether somebody else changed a file between two looks at it.</summary>
    /// <param name="path">Its real path.</param>
    /// <param name="then">What it was like at the first look.</param>
    /// <param name="now">What it is like.</param>
    public static bool WasChangedByOthers(string path, FileStatus then, FileStatus now) =>
        !IsSame(then, now) && !(Known.TryGetValue(path, out var left) && IsSame(left, now));

    private static bool IsSame(FileStatus left, FileStatus right) =>
        left.Type == right.Type && (left.Type is not FileType.Regular
            || (left.Length == right.Length && left.Modified == right.Modified && left.Identity == right.Identity));
}
