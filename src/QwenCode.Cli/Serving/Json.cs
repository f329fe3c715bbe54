using System.Text.Json;

namespace QwenCode.Cli.Serving;

/// <summary>Writes JSON values.</summary>
internal static class Json
{
    /// <summary>Returns what is written as a value.</summary>
    public static JsonElement Of(Action<Utf8JsonWriter> write)
    {
        using var buffer = new MemoryStream();
        using (var writer = new Utf8JsonWriter(buffer))
        {
            write(writer);
        }

        var reader = new Utf8JsonReader(buffer.GetBuffer().AsSpan(0, (int)buffer.Length));
        return JsonElement.ParseValue(ref reader);
    }

    /// <summary>Returns an object with what is written as its members.</summary>
    public static JsonElement Object(Action<Utf8JsonWriter> members) => Of(writer =>
    {
        writer.WriteStartObject();
        members(writer);
        writer.WriteEndObject();
    });
}
