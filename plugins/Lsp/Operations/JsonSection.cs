using System.Buffers;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace QwenCode.Plugin.Lsp.Operations;

/// <summary>
/// The part of a result that is JSON: an array with one item a line. Indented, it would cost the model three times as much.
/// </summary>
internal static class JsonSection
{
    private static readonly JsonWriterOptions Plain = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Words the section.</summary>
    /// <param name="what">What the items are.</param>
    /// <param name="items">The items.</param>
    /// <param name="write">Writes one as a value.</param>
    public static string Of<T>(string what, IEnumerable<T> items, Action<Utf8JsonWriter, T> write)
    {
        var lines = items.Select(item =>
        {
            var buffer = new ArrayBufferWriter<byte>();
            using (var writer = new Utf8JsonWriter(buffer, Plain))
            {
                write(writer, item);
            }

            return Encoding.UTF8.GetString(buffer.WrittenSpan);
        });
        return $"{what} (JSON):\n[\n{string.Join(",\n", lines)}\n]";
    }
}
