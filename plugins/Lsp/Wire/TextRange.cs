using System.Text.Json;
using QwenCode.Platform.Json;

namespace QwenCode.Plugin.Lsp.Wire;

/// <summary>A stretch of a text; the end is not part of it.</summary>
internal readonly record struct TextRange(TextPosition Start, TextPosition End)
{
    /// <summary>Reads a range of the protocol.</summary>
    public static TextRange Read(JsonElement json) => json.ValueKind is JsonValueKind.Object
        ? new(TextPosition.Read(json.Member("start")), TextPosition.Read(json.Member("end")))
        : default;

    /// <summary>Reads a range as the model writes it: counted from one.</summary>
    public static TextRange FromModel(JsonElement json)
    {
        var (start, end) = Read(json);
        return new(Down(start), Down(end));

        static TextPosition Down(TextPosition position) => new(Math.Max(0, position.Line - 1), Math.Max(0, position.Character - 1));
    }

    public bool Touches(TextRange other) => Start.CompareTo(other.End) <= 0 && other.Start.CompareTo(End) <= 0;

    /// <summary>Writes the range as a member.</summary>
    /// <param name="writer">Takes it.</param>
    /// <param name="name">The member.</param>
    /// <param name="shift">1 for the model, which counts from one.</param>
    public void Write(Utf8JsonWriter writer, ReadOnlySpan<byte> name, int shift = 0)
    {
        writer.WriteStartObject(name);
        Start.Write(writer, "start"u8, shift);
        End.Write(writer, "end"u8, shift);
        writer.WriteEndObject();
    }
}
