using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace QwenCode.Plugin.FileSystem.Files;

/// <summary>What the file system knows of a path, links followed, without opening it.</summary>
/// <param name="Type">What it is.</param>
/// <param name="Length">Its size in bytes; nothing to go by for files the kernel makes up, such as those of <c>/proc</c>.</param>
/// <param name="Modified">When it was last changed, in ticks of 100 ns since 1970.</param>
/// <param name="Mode">Its permission bits; meaningless on Windows.</param>
/// <param name="Owner">Its owner, where known.</param>
/// <param name="Group">Its group, where known.</param>
/// <param name="Identity">What no other file of this machine has at the same time, where known.</param>
internal readonly record struct FileStatus(
    FileType Type, long Length, long Modified, UnixFileMode Mode, uint? Owner = null, uint? Group = null,
    (ulong Device, ulong Number)? Identity = null)
{
    private const int PermissionBits = 0xFFF;

    /// <summary>Looks at a path.</summary>
    /// <exception cref="UnauthorizedAccessException">A directory on the way may not be entered.</exception>
    public static FileStatus Of(string path)
    {
        if (!OperatingSystem.IsLinux())
        {
            return Portable(path);
        }

        switch (NativeFiles.Stat(path, out var status))
        {
            case 0:
                return From(status);
            case NativeFiles.NoSuchEntry or NativeFiles.NotDirectory:
                return default;
            case NativeFiles.AccessDenied:
                throw new UnauthorizedAccessException($"Access to the path '{path}' is denied.");
            case var error when error is NativeFiles.NotImplemented or NativeFiles.NotPermitted:
                return Portable(path); // An old kernel, or a sandbox that does not know the call.
            case var error:
                throw new IOException($"{Marshal.GetPInvokeErrorMessage(error)} : '{path}'", error);
        }
    }

    /// <summary>Looks at an open file, whatever its path leads to by now.</summary>
    /// <returns>What is known of it, or <c>null</c> where the system does not say.</returns>
    public static FileStatus? Of(SafeFileHandle file) =>
        OperatingSystem.IsLinux() && NativeFiles.Stat(file, out var status) == 0 ? From(status) : null;

    private static FileStatus From(in NativeFiles.Status status) => new(
        (status.Mode & 0xF000) switch { 0x8000 => FileType.Regular, 0x4000 => FileType.Directory, _ => FileType.Special },
        (long)status.Size,
        (status.ModifiedSeconds * TimeSpan.TicksPerSecond) + (status.ModifiedNanoseconds / 100),
        (UnixFileMode)(status.Mode & PermissionBits),
        status.Owner,
        status.Group,
        (((ulong)status.DeviceMajor << 32) | status.DeviceMinor, status.Number));

    private static FileStatus Portable(string path)
    {
        if (Directory.Exists(path))
        {
            return new FileStatus(FileType.Directory, 0, 0, default);
        }

        var file = new FileInfo(path);
        file = file.LinkTarget is null ? file : (FileInfo)(file.ResolveLinkTarget(returnFinalTarget: true) ?? file);
        return file.Exists
            ? new FileStatus(FileType.Regular, file.Length, file.LastWriteTimeUtc.Ticks - DateTime.UnixEpoch.Ticks,
                OperatingSystem.IsWindows() ? default : file.UnixFileMode)
            : default;
    }
}
