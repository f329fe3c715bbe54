using System.Runtime.InteropServices;
using System.Text;
using Microsoft.Win32.SafeHandles;

namespace QwenCode.Platform.Files;

/// <summary>
/// Reads files that somebody else put there: pipes and devices are refused instead of waited for, and what is read has a bound.
/// </summary>
public static partial class BoundedFile
{
    // O_NONBLOCK and O_CLOEXEC, which differ between systems.
    private static readonly int Flags = OperatingSystem.IsMacOS() ? 0x4 | 0x100_0000 : 0x800 | 0x8_0000;

    /// <summary>Reads the beginning of a file.</summary>
    /// <param name="path">The file.</param>
    /// <param name="limit">How many bytes are read at most.</param>
    /// <param name="isCut">Whether the file is longer.</param>
    /// <exception cref="IOException">The file cannot be read, or is a pipe or a device.</exception>
    /// <exception cref="UnauthorizedAccessException">The file may not be read.</exception>
    public static byte[] Read(string path, int limit, out bool isCut)
    {
        ArgumentNullException.ThrowIfNull(path);
        using var stream = Open(path);
        if (!stream.CanSeek)
        {
            throw new IOException($"'{path}' is a pipe or a device, and no file.");
        }

        var content = new byte[(int)Math.Min(Math.Max(stream.Length, 4096) + 1, (long)limit + 1)];
        var length = 0;
        while (true)
        {
            var count = stream.Read(content, length, content.Length - length);
            length += count;
            if (count == 0 || length > limit)
            {
                break;
            }

            if (length == content.Length)
            {
                Array.Resize(ref content, (int)Math.Min((long)content.Length * 2, (long)limit + 1));
            }
        }

        isCut = length > limit;
        return content[..Math.Min(length, limit)];
    }

    /// <summary>Reads the beginning of a file of text; bytes that are not UTF-8 become U+FFFD.</summary>
    /// <param name="path">The file.</param>
    /// <param name="limit">How many bytes are read at most.</param>
    /// <param name="isCut">Whether the file is longer.</param>
    /// <exception cref="IOException">The file cannot be read, or is a pipe or a device.</exception>
    /// <exception cref="UnauthorizedAccessException">The file may not be read.</exception>
    public static string ReadText(string path, int limit, out bool isCut)
    {
        using var content = new MemoryStream(Read(path, limit, out isCut));
        using var reader = new StreamReader(content, Encoding.UTF8, detectEncodingFromByteOrderMarks: true);
        return reader.ReadToEnd();
    }

    private static FileStream Open(string path)
    {
        if (OperatingSystem.IsWindows())
        {
            return new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        }

        // The usual way would wait for a writer if the file is a pipe.
        var descriptor = Open(Encoding.UTF8.GetBytes(path + '\0'), Flags);
        if (descriptor < 0)
        {
            return new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        }

        return new FileStream(new SafeFileHandle(descriptor, ownsHandle: true), FileAccess.Read, bufferSize: 0);
    }

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true)]
    private static partial int Open(byte[] path, int flags);
}
