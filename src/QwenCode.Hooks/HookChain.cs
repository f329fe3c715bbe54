using System.Text.Encodings.Web;
using System.Text.Json;

namespace QwenCode.Hooks;

/// <summary>What sequential hooks pass on: each sees the additions of the previous one.</summary>
internal static class HookChain
{
    /// <summary>The JSON options for input of programs: only necessary escapes.</summary>
    public static readonly JsonWriterOptions Plain = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static byte[] Next(HookEvent hookEvent, byte[] input, HookOutput output) => hookEvent switch
    {
        HookEvent.UserPromptSubmit when !string.IsNullOrEmpty(output.AdditionalContext) =>
            Replace(input, "prompt", (writer, old) => writer.WriteStringValue($"{old.GetString()}\n\n{output.AdditionalContext}")),
        HookEvent.PreToolUse when output.ToolInput is { } changes =>
            Replace(input, "tool_input", (writer, old) => WriteMerged(writer, old, changes)),
        _ => input,
    };

    private static byte[] Replace(byte[] input, string name, Action<Utf8JsonWriter, JsonElement> write)
    {
        using var document = JsonDocument.Parse(input);
        using var stream = new MemoryStream();
        using (var writer = new Utf8JsonWriter(stream, Plain))
        {
            writer.WriteStartObject();
            foreach (var member in document.RootElement.EnumerateObject())
            {
                writer.WritePropertyName(member.Name);
                if (member.NameEquals(name))
                {
                    write(writer, member.Value);
                }
                else
                {
                    member.Value.WriteTo(writer);
                }
            }

            writer.WriteEndObject();
        }

        return stream.ToArray();
    }

    private static void WriteMerged(Utf8JsonWriter writer, JsonElement old, JsonElement changes)
    {
        writer.WriteStartObject();
        foreach (var member in old.EnumerateObject().Where(member => !changes.TryGetProperty(member.Name, out _))
            .Concat(changes.EnumerateObject()))
        {
            member.WriteTo(writer);
        }

        writer.WriteEndObject();
    }
}
