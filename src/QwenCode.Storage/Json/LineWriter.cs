using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace QwenCode.Storage.Json;

/// <summary>Makes one line of JSON, in a buffer that a thread keeps for its next line.</summary>
internal static class LineWriter
{
    /// <summary>A buffer that one long text has blown up is not kept.</summary>
    private const int LargestKept = 256 * 1024;

    [ThreadStatic]
    private static ArrayBufferWriter<byte>? _keptBuffer;

    [ThreadStatic]
    private static Utf8JsonWriter? _keptWriter;

    /// <summary>Makes a line and uses it.</summary>
    /// <param name="state">What <paramref name="write"/> and <paramref name="use"/> need.</param>
    /// <param name="write">Writes one object.</param>
    /// <param name="use">Gets the line with its line feed; valid until it returns.</param>
    /// <param name="startsLine">Whether a line feed goes before it, because what is in the file stops in the middle of a line.</param>
    public static void Write<T>(T state, Action<Utf8JsonWriter, T> write, Action<ReadOnlySpan<byte>, T> use, bool startsLine = false)
    {
        var buffer = _keptBuffer ?? new ArrayBufferWriter<byte>(1024);
        var writer = _keptWriter ?? new Utf8JsonWriter(buffer, new JsonWriterOptions
        {
            // The line goes into a file, not into a page of HTML: what is readable stays readable.
            Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
            SkipValidation = true,
        });
        (_keptBuffer, _keptWriter) = (null, null); // What throws half-way is not used again.
        if (startsLine)
        {
            buffer.Write("\n"u8);
        }

        write(writer, state);
        writer.Flush();
        buffer.Write("\n"u8);
        use(buffer.WrittenSpan, state);
        if (buffer.Capacity <= LargestKept)
        {
            buffer.ResetWrittenCount();
            writer.Reset();
            (_keptBuffer, _keptWriter) = (buffer, writer);
        }
    }
}
