namespace QwenCode.Storage.Checkpoints;

/// <summary>Reads files and links as they are now.</summary>
internal static class ContentReader
{
    /// <summary>Reads a file whole, if it is not larger than allowed.</summary>
    /// <param name="path">The file. A link is not expected here.</param>
    /// <param name="largest">The most bytes to read.</param>
    /// <param name="content">The content; empty if it was not read.</param>
    /// <returns>Why it was not read, in words that follow the path; <c>null</c> if it was.</returns>
    public static string? Read(string path, long largest, out byte[] content)
    {
        content = [];
        try
        {
            using var file = File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            var length = RandomAccess.GetLength(file);
            if (length > largest)
            {
                return $"is larger than {largest >> 20} MiB";
            }

            var bytes = new byte[length];
            var filled = 0;
            while (filled < bytes.Length && RandomAccess.Read(file, bytes.AsSpan(filled), filled) is > 0 and var read)
            {
                filled += read;
            }

            content = filled == bytes.Length ? bytes : bytes[..filled];
            return null;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return "could not be read";
        }
    }

    /// <summary>Returns what a link leads to.</summary>
    public static string? TargetOf(string path) => new FileInfo(path).LinkTarget;

    /// <summary>Describes a path as it is now, its content read, if allowed, and left to the caller.</summary>
    /// <param name="path">The absolute path.</param>
    /// <param name="largest">The most bytes to read.</param>
    /// <param name="hidden">Why the content is not to be read; <c>null</c> if it may be.</param>
    /// <param name="content">The content of a file; <c>null</c> if there is none or it was not read.</param>
    /// <exception cref="IOException">The file system fails.</exception>
    /// <exception cref="UnauthorizedAccessException">A folder on the way may not be entered.</exception>
    public static FileState Describe(string path, long largest, string? hidden, out byte[]? content)
    {
        content = null;
        var stamp = FileStamp.Of(path);
        switch (stamp.Kind)
        {
            case EntryKind.None:
                return FileState.None;
            case EntryKind.Link:
                return new FileState(EntryKind.Link) { Target = TargetOf(path) };
            case EntryKind.File:
                byte[] bytes = [];
                var lost = hidden ?? Read(path, largest, out bytes);
                content = lost is null ? bytes : null;
                return new FileState(EntryKind.File)
                {
                    Mode = stamp.Mode, Size = content?.Length ?? stamp.Size, Modified = stamp.Modified, Lost = lost,
                    Hash = content is null ? null : ContentHash.Of(content),
                };
            default:
                return new FileState(stamp.Kind) { Mode = stamp.Mode };
        }
    }
}
