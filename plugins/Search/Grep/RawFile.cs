using System.Runtime.InteropServices;
using System.Text;
using Microsoft.Win32.SafeHandles;

namespace QwenCode.Plugin.Search.Grep;

/// <summary>An open file, read with nothing between us and the operating system: over many small files that is half the time.</summary>
internal unsafe ref partial struct RawFile
{
    // O_NONBLOCK, O_CLOEXEC and O_NOFOLLOW, whose number depends on the processor; reading is 0 everywhere.
    private static readonly int Flags = !OperatingSystem.IsLinux() ? 0x4 | 0x1000000 | 0x100
        : RuntimeInformation.ProcessArchitecture is Architecture.Arm or Architecture.Arm64 or Architecture.Armv6 or Architecture.Ppc64le
        ? 0x800 | 0x80000 | 0x8000
        : 0x800 | 0x80000 | 0x20000;

    private readonly SafeFileHandle? _handle;
    private readonly int _descriptor;
    private long _offset;

    private RawFile(SafeFileHandle? handle, int descriptor) => (_handle, _descriptor) = (handle, descriptor);

    /// <summary>
    /// Opens a file for reading; a link put in its place is refused. A pipe is opened without waiting for a writer, and is at its
    /// end at once.
    /// </summary>
    /// <returns>Whether it could be opened.</returns>
    public static bool TryOpen(string path, out RawFile file)
    {
        file = default;
        if (!OperatingSystem.IsWindows())
        {
            Span<byte> name = path.Length <= 300 ? stackalloc byte[1024] : new byte[(path.Length * 3) + 1];
            var length = Encoding.UTF8.GetBytes(path, name);
            name[length] = 0;
            int descriptor;
            fixed (byte* pointer = name)
            {
                descriptor = Open(pointer, Flags);
            }

            file = new RawFile(null, descriptor);
            return descriptor >= 0;
        }

        try
        {
            file = new RawFile(File.OpenHandle(
                path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, FileOptions.SequentialScan), -1);
            return true;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    /// <summary>Reads on.</summary>
    /// <returns>How many bytes; 0 at the end, or where reading fails.</returns>
    public int Read(Span<byte> buffer)
    {
        if (_handle is not null)
        {
            try
            {
                var length = RandomAccess.Read(_handle, buffer, _offset);
                _offset += length;
                return length;
            }
            catch (IOException)
            {
                return 0;
            }
        }

        fixed (byte* pointer = buffer)
        {
            return (int)Math.Max(0, Read(_descriptor, pointer, (nuint)buffer.Length));
        }
    }

    /// <summary>Closes the file.</summary>
    public readonly void Dispose()
    {
        if (_handle is not null)
        {
            _handle.Dispose();
        }
        else if (_descriptor >= 0)
        {
            _ = Close(_descriptor);
        }
    }

    [LibraryImport("libc", EntryPoint = "open")]
    private static partial int Open(byte* path, int flags);

    [LibraryImport("libc", EntryPoint = "read")]
    private static partial nint Read(int descriptor, byte* buffer, nuint length);

    [LibraryImport("libc", EntryPoint = "close")]
    private static partial int Close(int descriptor);
}
