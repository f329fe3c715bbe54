using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace QwenCode.Plugin.FileSystem.Files;

/// <summary>The calls of the C library that .NET has no equal for.</summary>
internal static unsafe partial class NativeFiles
{
    public const int NotPermitted = 1;
    public const int NoSuchEntry = 2;
    public const int AccessDenied = 13;
    public const int NotDirectory = 20;
    public const int NotImplemented = 38;

    private const int CurrentDirectory = -100;
    private const uint BasicStatus = 0x7FF;

    /// <summary>Asks for a file's status, links followed (Linux only).</summary>
    /// <returns>0, or the error's number.</returns>
    public static int Stat(string path, out Status status)
    {
        fixed (Status* target = &status)
        {
            try
            {
                return StatX(CurrentDirectory, path, 0, BasicStatus, target) == 0 ? 0 : Marshal.GetLastPInvokeError();
            }
            catch (EntryPointNotFoundException)
            {
                return NotImplemented;
            }
        }
    }

    /// <summary>Opens a file for reading; a pipe without a writer does not block.</summary>
    /// <exception cref="IOException">It could not be opened.</exception>
    public static SafeFileHandle OpenForReading(string path)
    {
        if (OperatingSystem.IsWindows())
        {
            return File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, FileOptions.SequentialScan);
        }

        // O_NONBLOCK and O_CLOEXEC; reading is 0 everywhere.
        var flags = OperatingSystem.IsLinux() ? 0x800 | 0x80000 : 0x4 | 0x1000000;
        var descriptor = Open(path, flags);
        return descriptor >= 0
            ? new SafeFileHandle(descriptor, ownsHandle: true)
            : throw (Marshal.GetLastPInvokeError() switch
            {
                NoSuchEntry => new FileNotFoundException($"Could not find file '{path}'.", path),
                AccessDenied or NotPermitted => new UnauthorizedAccessException($"Access to the path '{path}' is denied."),
                var error => new IOException($"{Marshal.GetPInvokeErrorMessage(error)} : '{path}'", error),
            });
    }

    /// <summary>Gives an open file to somebody.</summary>
    /// <returns>Whether that was allowed.</returns>
    public static bool TryChangeOwner(SafeFileHandle file, uint owner, uint group) => ChangeOwner(file, owner, group) == 0;

    [LibraryImport("libc", EntryPoint = "statx", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int StatX(int directory, string path, int flags, uint mask, Status* status);

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Open(string path, int flags);

    [LibraryImport("libc", EntryPoint = "fchown", SetLastError = true)]
    private static partial int ChangeOwner(SafeFileHandle file, uint owner, uint group);

    /// <summary>The kernel's <c>struct statx</c>, which is laid out alike on every processor.</summary>
    [StructLayout(LayoutKind.Explicit, Size = 256)]
    public struct Status
    {
        [FieldOffset(20)]
        public uint Owner;

        [FieldOffset(24)]
        public uint Group;

        [FieldOffset(28)]
        public ushort Mode;

        [FieldOffset(40)]
        public ulong Size;

        [FieldOffset(112)]
        public long ModifiedSeconds;

        [FieldOffset(120)]
        public uint ModifiedNanoseconds;
    }
}
