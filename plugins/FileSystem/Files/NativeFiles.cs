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
    private const int EmptyPath = 0x1000;
    private const uint BasicStatus = 0x7FF;
    private const int ForWriting = 1;
    private const int PathOnly = 0x200000;

    // The numbers of Linux, where one depends on the processor, and of macOS and the BSDs; reading is 0 everywhere.
    private static readonly int CloseOnExecute = OperatingSystem.IsLinux() ? 0x80000 : 0x1000000;
    private static readonly int WithoutBlocking = OperatingSystem.IsLinux() ? 0x800 : 0x4;
    private static readonly int NoLink = !OperatingSystem.IsLinux() ? 0x100
        : RuntimeInformation.ProcessArchitecture is Architecture.Arm or Architecture.Arm64 or Architecture.Armv6 or Architecture.Ppc64le
        ? 0x8000 : 0x20000;

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

    /// <summary>Asks for an open file's status (Linux only).</summary>
    /// <returns>0, or the error's number.</returns>
    public static int Stat(SafeFileHandle file, out Status status)
    {
        fixed (Status* target = &status)
        {
            try
            {
                return StatX(file, string.Empty, EmptyPath, BasicStatus, target) == 0 ? 0 : Marshal.GetLastPInvokeError();
            }
            catch (EntryPointNotFoundException)
            {
                return NotImplemented;
            }
        }
    }

    /// <summary>Opens a file for reading; a pipe without a writer does not block.</summary>
    /// <exception cref="IOException">It could not be opened.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be opened.</exception>
    public static SafeFileHandle OpenForReading(string path) => OperatingSystem.IsWindows()
        ? File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, FileOptions.SequentialScan)
        : Open(path, CloseOnExecute | WithoutBlocking, writes: false);

    /// <summary>
    /// Opens a file for writing as it is: nothing is cut off, nothing is created, and a link at the end of the path is refused.
    /// </summary>
    /// <exception cref="IOException">It could not be opened.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be written.</exception>
    public static SafeFileHandle OpenForWriting(string path) => OperatingSystem.IsWindows()
        ? File.OpenHandle(path, FileMode.Open, FileAccess.Write, FileShare.ReadWrite | FileShare.Delete)
        : Open(path, CloseOnExecute | WithoutBlocking | NoLink, writes: true);

    /// <summary>
    /// Takes hold of a directory, so that what is done below <see cref="PathTo"/> is done there, wherever its path leads by then
    /// (Linux only).
    /// </summary>
    /// <exception cref="IOException">It could not be opened.</exception>
    public static SafeFileHandle OpenDirectory(string path) => Open(path, CloseOnExecute | PathOnly, writes: false);

    /// <summary>Gives a path to an open file or directory that does not depend on where its own path leads (Linux only).</summary>
    public static string PathTo(SafeFileHandle file) => $"/proc/self/fd/{file.DangerousGetHandle()}";

    /// <summary>Gives the path under which the system knows an open file; <c>null</c> where it does not tell.</summary>
    public static string? PathOf(SafeFileHandle file) => OperatingSystem.IsLinux() ? new FileInfo(PathTo(file)).LinkTarget : null;

    /// <summary>Gives an open file to somebody.</summary>
    /// <returns>Whether that was allowed.</returns>
    public static bool TryChangeOwner(SafeFileHandle file, uint owner, uint group) => ChangeOwner(file, owner, group) == 0;

    private static SafeFileHandle Open(string path, int flags, bool writes)
    {
        var descriptor = Open(path, flags | (writes ? ForWriting : 0));
        return descriptor >= 0
            ? new SafeFileHandle(descriptor, ownsHandle: true)
            : throw (Marshal.GetLastPInvokeError() switch
            {
                NoSuchEntry => new FileNotFoundException($"Could not find file '{path}'.", path),
                AccessDenied or NotPermitted => new UnauthorizedAccessException($"Access to the path '{path}' is denied."),
                var error => new IOException($"{Marshal.GetPInvokeErrorMessage(error)} : '{path}'", error),
            });
    }

    [LibraryImport("libc", EntryPoint = "statx", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int StatX(int directory, string path, int flags, uint mask, Status* status);

    [LibraryImport("libc", EntryPoint = "statx", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int StatX(SafeFileHandle file, string path, int flags, uint mask, Status* status);

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

        [FieldOffset(32)]
        public ulong Number;

        [FieldOffset(40)]
        public ulong Size;

        [FieldOffset(112)]
        public long ModifiedSeconds;

        [FieldOffset(120)]
        public uint ModifiedNanoseconds;

        [FieldOffset(136)]
        public uint DeviceMajor;

        [FieldOffset(140)]
        public uint DeviceMinor;
    }
}
