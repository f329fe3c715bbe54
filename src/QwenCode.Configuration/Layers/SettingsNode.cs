using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace QwenCode.Configuration.Layers;

/// <summary>One value of a settings file that remembers where it stands, so that errors can point and edits can be surgical.</summary>
/// <remarks>Nodes are shared between layers and are not changed once a file has been read and migrated.</remarks>
internal sealed class SettingsNode
{
    /// <summary>Writes what people will read: no needless escapes.</summary>
    public static readonly JsonWriterOptions Readable = new() { Indented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private SettingsNode(JsonValueKind kind, SettingsOrigin origin)
    {
        Kind = kind;
        Origin = origin;
    }

    public JsonValueKind Kind { get; }

    public SettingsOrigin Origin { get; init; }

    /// <summary>Gets a string's value or a number as it was written.</summary>
    public string Text { get; private init; } = string.Empty;

    /// <summary>Gets an object's members in the order they were written.</summary>
    public Dictionary<string, SettingsNode> Members { get; } = NoMembers;

    /// <summary>Gets an array's items.</summary>
    public List<SettingsNode> Items { get; } = NoItems;

    /// <summary>Gets the position in the array of its own file, which merging does not change.</summary>
    public int Index { get; init; }

    /// <summary>Gets the offset of the member's name, where the node is a member.</summary>
    public int NameStart { get; init; }

    /// <summary>Gets the offset of the value.</summary>
    public int Start { get; init; }

    /// <summary>Gets the offset behind the value.</summary>
    public int End { get; set; }

    public bool IsObject => Kind == JsonValueKind.Object;

    public bool IsArray => Kind == JsonValueKind.Array;

    private static Dictionary<string, SettingsNode> NoMembers { get; } = [];

    private static List<SettingsNode> NoItems { get; } = [];

    public static SettingsNode Object(SettingsOrigin origin, int nameStart = 0, int start = 0, int index = 0) =>
        new(JsonValueKind.Object, origin, [], NoItems) { NameStart = nameStart, Start = start, Index = index };

    public static SettingsNode Array(SettingsOrigin origin, int nameStart = 0, int start = 0, int index = 0) =>
        new(JsonValueKind.Array, origin, NoMembers, []) { NameStart = nameStart, Start = start, Index = index };

    public static SettingsNode Scalar(
        JsonValueKind kind, string text, SettingsOrigin origin, int nameStart = 0, int start = 0, int end = 0, int index = 0) =>
        new(kind, origin) { Text = text, NameStart = nameStart, Start = start, End = end, Index = index };

    public static SettingsNode Boolean(bool value, SettingsOrigin origin) => new(value ? JsonValueKind.True : JsonValueKind.False, origin);

    /// <summary>Copies the node with another text.</summary>
    public SettingsNode With(string text) => new(Kind, Origin) { Text = text, Index = Index };

    /// <summary>Copies the objects, so that members can be replaced; scalars and arrays are shared.</summary>
    public SettingsNode Copy()
    {
        if (!IsObject)
        {
            return this;
        }

        var copy = Object(Origin, index: Index);
        foreach (var member in Members)
        {
            copy.Members[member.Key] = member.Value.Copy();
        }

        return copy;
    }

    public SettingsNode? Member(string name) => IsObject && Members.TryGetValue(name, out var member) ? member : null;

    public void WriteTo(Utf8JsonWriter writer)
    {
        switch (Kind)
        {
            case JsonValueKind.Object:
                writer.WriteStartObject();
                foreach (var member in Members)
                {
                    writer.WritePropertyName(member.Key);
                    member.Value.WriteTo(writer);
                }

                writer.WriteEndObject();
                break;
            case JsonValueKind.Array:
                writer.WriteStartArray();
                foreach (var item in Items)
                {
                    item.WriteTo(writer);
                }

                writer.WriteEndArray();
                break;
            case JsonValueKind.String:
                writer.WriteStringValue(Text);
                break;
            case JsonValueKind.Number:
                WriteNumber(writer);
                break;
            case JsonValueKind.True or JsonValueKind.False:
                writer.WriteBooleanValue(Kind == JsonValueKind.True);
                break;
            default:
                writer.WriteNullValue();
                break;
        }
    }

    private void WriteNumber(Utf8JsonWriter writer)
    {
        if (long.TryParse(Text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var whole))
        {
            writer.WriteNumberValue(whole);
            return;
        }

        // As it was written: 0.10 stays 0.10. A raw value would do the same, but forgets to indent.
        using var number = JsonDocument.Parse(Text);
        number.RootElement.WriteTo(writer);
    }

    public byte[] ToUtf8(JsonWriterOptions options = default)
    {
        using var stream = new MemoryStream();
        using (var writer = new Utf8JsonWriter(stream, options))
        {
            WriteTo(writer);
        }

        return stream.ToArray();
    }

    public JsonElement ToElement()
    {
        using var document = JsonDocument.Parse(ToUtf8());
        return document.RootElement.Clone();
    }

    private SettingsNode(JsonValueKind kind, SettingsOrigin origin, Dictionary<string, SettingsNode> members, List<SettingsNode> items)
        : this(kind, origin)
    {
        Members = members;
        Items = items;
    }
}
