using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace QwenCode.Platform.Files;

/// <summary>
/// Files that only grow. On Unix every write goes to the end as it is at that moment, also when another process appends to the same file;
/// <see cref="FileMode.Append"/> only looks up the end once, at opening, and two writers would overwrite each other.
/// </summary>
/// <remarks>
/// On Windows the end is looked up before each write: two processes that append at the very same instant can collide there.
/// </remarks>
public static partial class AppendFile
{
    private const int WriteOnly = 1;
    private const int Interrupted = 4;
    private const int NoEntry = 2;

    // O_APPEND | O_CLOEXEC
    private static readonly int OpenFlags = WriteOnly | (OperatingSystem.IsMacOS() ? 0x8 | 0x1000000 : 0x400 | 0x80000);

    // O_RDONLY | O_CLOEXEC
    private static readonly int ReadFlags = OperatingSystem.IsMacOS() ? 0x1000000 : 0x80000;

    /// <summary>
    /// Opens a file for appending; it and its directories are made if they are missing, readable for their owner alone.
    /// </summary>
    /// <param name="path">The absolute path.</param>
    /// <exception cref="IOException">It cannot be opened.</exception>
    /// <exception cref="UnauthorizedAccessException">The operating system refused.</exception>
    public static SafeFileHandle Open(string path)
    {
        if (OperatingSystem.IsWindows())
        {
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            return File.OpenHandle(path, FileMode.OpenOrCreate, FileAccess.Write, FileShare.ReadWrite | FileShare.Delete);
        }

        var descriptor = OpenExisting(path, OpenFlags);
        if (descriptor < 0 && Marshal.GetLastPInvokeError() == NoEntry)
        {
            Directory.CreateDirectory(
                Path.GetDirectoryName(path)!, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);

            // Made by the framework, because `open` with a mode takes its arguments differently on some machines.
            new FileStream(path, new FileStreamOptions
            {
                Mode = FileMode.OpenOrCreate,
                Access = FileAccess.Write,
                Share = FileShare.ReadWrite | FileShare.Delete,
                BufferSize = 0,
                UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite,
            }).Dispose();
            descriptor = OpenExisting(path, OpenFlags);
        }

        return descriptor >= 0 ? new SafeFileHandle(descriptor, ownsHandle: true) : throw Failure(path, "opened");
    }

    /// <summary>Writes all of the bytes at the end.</summary>
    /// <param name="file">A file from <see cref="Open"/>.</param>
    /// <param name="bytes">The bytes.</param>
    /// <exception cref="IOException">Not all of them could be written; some may have been.</exception>
    public static void Write(SafeFileHandle file, ReadOnlySpan<byte> bytes)
    {
        if (OperatingSystem.IsWindows())
        {
            RandomAccess.Write(file, bytes, RandomAccess.GetLength(file));
            return;
        }

        while (!bytes.IsEmpty)
        {
            var written = WriteSome(file, bytes, (nuint)bytes.Length);
            if (written >= 0)
            {
                bytes = bytes[(int)written..];
            }
            else if (Marshal.GetLastPInvokeError() != Interrupted)
            {
                throw Failure(null, "written");
            }
        }
    }

    /// <summary>Opens a file for reading that another handle may have locked.</summary>
    /// <param name="path">The file.</param>
    /// <exception cref="IOException">It cannot be opened.</exception>
    /// <exception cref="UnauthorizedAccessException">The operating system refused.</exception>
    public static SafeFileHandle OpenUnlocked(string path)
    {
        if (OperatingSystem.IsWindows())
        {
            return File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        }

        var descriptor = OpenExisting(path, ReadFlags);
        return descriptor >= 0 ? new SafeFileHandle(descriptor, ownsHandle: true) : throw Failure(path, "opened");
    }

    private static IOException Failure(string? path, string what)
    {
        var error = Marshal.GetLastPInvokeError();
        return new IOException(
            $"{(path is null ? "The file" : $"'{path}'")} could not be {what}: {Marshal.GetPInvokeErrorMessage(error)}.", error);
    }

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int OpenExisting(string path, int flags);

    [LibraryImport("libc", EntryPoint = "write", SetLastError = true)]
    private static partial nint WriteSome(SafeFileHandle file, ReadOnlySpan<byte> bytes, nuint count);
}
