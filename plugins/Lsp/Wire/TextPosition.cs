using System.Text.Json;
using QwenCode.Platform.Json;

namespace QwenCode.Plugin.Lsp.Wire;

/// <summary>A place in a text as the protocol counts: from zero, in UTF-16 code units.</summary>
internal readonly record struct TextPosition(int Line, int Character) : IComparable<TextPosition>
{
    public int CompareTo(TextPosition other) => (Line, Character).CompareTo((other.Line, other.Character));

    /// <summary>Reads a position; one that is none is the beginning.</summary>
    public static TextPosition Read(JsonElement json) => new(Number(json, "line"), Number(json, "character"));

    public void Write(Utf8JsonWriter writer, ReadOnlySpan<byte> name, int shift = 0)
    {
        writer.WriteStartObject(name);
        writer.WriteNumber("line"u8, Line + shift);
        writer.WriteNumber("character"u8, Character + shift);
        writer.WriteEndObject();
    }

    private static int Number(JsonElement json, string name) =>
        (int)Math.Clamp(json.Number(name) ?? 0, 0, int.MaxValue - 1);
}
