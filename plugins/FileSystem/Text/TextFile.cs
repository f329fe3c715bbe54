using Microsoft.Win32.SafeHandles;
using QwenCode.Plugin.FileSystem.Files;
using QwenCode.Tools;

namespace QwenCode.Plugin.FileSystem.Text;

/// <summary>The text of a file, and all that is needed to put a changed text in its place without touching the rest.</summary>
/// <param name="Text">The text as it stands, line endings included, without a byte order mark.</param>
/// <param name="Format">How it is kept.</param>
/// <param name="Status">The file as it was when the text was read.</param>
internal sealed record TextFile(string Text, TextFormat Format, FileStatus Status)
{
    /// <summary>The largest file that is read to be changed.</summary>
    public const long Largest = 256L * 1024 * 1024;

    /// <summary>Reads a file, from the client's editor where that serves it.</summary>
    /// <param name="path">The path of a file that exists.</param>
    /// <param name="status">What is known of it.</param>
    /// <param name="context">Who reads.</param>
    /// <param name="cancellationToken">Abandons the read.</param>
    /// <exception cref="IOException">It could not be read.</exception>
    /// <exception cref="UndecodableTextException">No encoding gives back the bytes that are in the file.</exception>
    public static async ValueTask<TextFile> ReadAsync(
        SettledPath path, FileStatus status, ToolContext context, CancellationToken cancellationToken)
    {
        if (context.ClientFiles is { CanRead: true } client)
        {
            var (text, shownFormat) = await ClientText.ReadAsync(client, path, cancellationToken).ConfigureAwait(false);
            return new TextFile(text, shownFormat, status);
        }

        using var file = path.OpenForReading();
        var bytes = await ReadBytesAsync(file, Largest, cancellationToken).ConfigureAwait(false);
        var format = TextDetection.Detect(bytes) ?? throw new UndecodableTextException(path.Path);
        return new TextFile(format.Encoding.GetString(bytes.AsSpan(format.Mark.Length)), format, status);
    }

    /// <summary>Reads a whole open file. Its size is not relied on: the kernel's own files say 0, and others grow.</summary>
    /// <exception cref="IOException">It could not be read, or is longer than <paramref name="most"/>.</exception>
    public static async ValueTask<byte[]> ReadBytesAsync(SafeFileHandle file, long most, CancellationToken cancellationToken)
    {
        var expected = RandomAccess.GetLength(file);
        if (expected > most)
        {
            throw new IOException($"the file is larger than {most / (1024 * 1024)} MB");
        }

        var bytes = new byte[Math.Max(expected, 1)];
        var length = 0;
        while (await RandomAccess.ReadAsync(file, bytes.AsMemory(length), length, cancellationToken)
            .ConfigureAwait(false) is var read and > 0)
        {
            length += read;
            if (length > most)
            {
                throw new IOException($"the file is larger than {most / (1024 * 1024)} MB");
            }

            if (length == bytes.Length)
            {
                // One more byte first: usually the end is here, and doubling would be for nothing.
                var more = new byte[1];
                if (await RandomAccess.ReadAsync(file, more, length, cancellationToken).ConfigureAwait(false) == 0)
                {
                    break;
                }

                Array.Resize(ref bytes, checked((int)Math.Min((bytes.Length * 2L) + 4_096, most + 1)));
                bytes[length++] = more[0];
            }
        }

        return length == bytes.Length ? bytes : bytes[..length];
    }
}
