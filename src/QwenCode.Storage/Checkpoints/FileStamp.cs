using System.Runtime.InteropServices;

namespace QwenCode.Storage.Checkpoints;

/// <summary>What the file system says of a path without opening it; a link is not followed.</summary>
/// <param name="Kind">What the path names.</param>
/// <param name="Mode">The permission bits; 0 on Windows.</param>
/// <param name="Size">The size of a file in bytes; 0 for anything else.</param>
/// <param name="Modified">When the content was last changed, in nanoseconds since 1970, not all of them significant.</param>
/// <param name="Changed">When anything of it was last changed, which no program can set; 0 where the system does not say.</param>
/// <param name="Inode">The number of the file; 0 where the system does not say.</param>
internal readonly record struct FileStamp(EntryKind Kind, int Mode, long Size, long Modified, long Changed, ulong Inode)
{
    private static bool _hasNoStatX = !OperatingSystem.IsLinux();

    /// <summary>Looks at a path.</summary>
    /// <exception cref="UnauthorizedAccessException">A folder on the way may not be entered.</exception>
    /// <exception cref="IOException">The file system fails.</exception>
    public static FileStamp Of(string path)
    {
        if (_hasNoStatX)
        {
            return Portable(path);
        }

        switch (NativeStatus.Read(path, out var status))
        {
            case 0:
                return From(status);
            case NativeStatus.NoEntry or NativeStatus.NotDirectory:
                return default;
            case NativeStatus.AccessDenied:
                throw new UnauthorizedAccessException($"Access to the path '{path}' is denied.");
            case NativeStatus.NotImplemented or NativeStatus.NotPermitted:
                _hasNoStatX = true;
                return Portable(path);
            case var error:
                throw new IOException($"{Marshal.GetPInvokeErrorMessage(error)} : '{path}'", error);
        }
    }

    private static FileStamp From(in NativeStatus.Status status)
    {
        var kind = (status.Mode & 0xF000) switch
        {
            0x8000 => EntryKind.File, 0x4000 => EntryKind.Directory, 0xA000 => EntryKind.Link, _ => EntryKind.Other,
        };
        return new FileStamp(kind, status.Mode & 0xFFF, kind is EntryKind.File ? (long)status.Size : 0,
            (status.ModifiedSeconds * 1_000_000_000) + status.ModifiedNanoseconds,
            (status.ChangedSeconds * 1_000_000_000) + status.ChangedNanoseconds, status.Number);
    }

    private static FileStamp Portable(string path)
    {
        FileSystemInfo entry = new FileInfo(path);
        if (entry.LinkTarget is not null)
        {
            return new FileStamp(EntryKind.Link, 0, 0, Ticks(entry), 0, 0);
        }

        if (!entry.Exists)
        {
            entry = new DirectoryInfo(path);
            return entry.Exists ? new FileStamp(EntryKind.Directory, ModeOf(entry), 0, Ticks(entry), 0, 0) : default;
        }

        return (entry.Attributes & FileAttributes.Device) != 0 ? new FileStamp(EntryKind.Other, 0, 0, 0, 0, 0)
            : new FileStamp(EntryKind.File, ModeOf(entry), ((FileInfo)entry).Length, Ticks(entry), 0, 0);
    }

    private static long Ticks(FileSystemInfo entry) => (entry.LastWriteTimeUtc.Ticks - DateTime.UnixEpoch.Ticks) * 100;

    private static int ModeOf(FileSystemInfo entry) => OperatingSystem.IsWindows() ? 0 : (int)entry.UnixFileMode;
}
