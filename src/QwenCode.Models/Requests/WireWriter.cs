using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace QwenCode.Models.Requests;

/// <summary>Makes pieces of JSON. Text stays readable: a request is no web page, and escapes would only make it longer.</summary>
internal static class WireWriter
{
    private static readonly JsonWriterOptions Options =
        new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, SkipValidation = true };

    /// <summary>Writes one or more values.</summary>
    /// <param name="state">What the writing needs.</param>
    /// <param name="write">Writes the values; several come out with commas between them.</param>
    public static byte[] Write<TState>(TState state, Action<Utf8JsonWriter, TState> write)
        where TState : class
    {
        var buffer = new ArrayBufferWriter<byte>(512);
        using (var writer = new Utf8JsonWriter(buffer, Options))
        {
            writer.WriteStartArray();
            write(writer, state);
            writer.WriteEndArray();
        }

        return buffer.WrittenSpan[1..^1].ToArray();
    }
}
