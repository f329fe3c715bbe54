using System.Net.Http.Headers;
using System.Text.Json;
using Microsoft.Extensions.AI;
using QwenCode.Platform.Json;

namespace QwenCode.Protocol.Control;

/// <summary>What the user said, as hosts write it.</summary>
public static class UserContent
{
    /// <summary>
    /// Reads the content of a user message: a string, or blocks. Texts are joined by line feeds, images are kept, anything else
    /// becomes its JSON text.
    /// </summary>
    /// <param name="message">The whole message.</param>
    /// <returns>The parts; none if it says nothing.</returns>
    public static IReadOnlyList<AIContent> Read(InputMessage message)
    {
        ArgumentNullException.ThrowIfNull(message);
        if (!message.Json.TryMember("message", out var inner) || inner.ValueKind is not JsonValueKind.Object
            || !inner.TryMember("content", out var content))
        {
            return [];
        }

        var texts = new List<string>();
        var media = new List<AIContent>();
        if (content.ValueKind is JsonValueKind.String)
        {
            texts.Add(content.Text());
        }
        else if (content.ValueKind is JsonValueKind.Array)
        {
            foreach (var block in content.EnumerateArray())
            {
                if (block.Text("type") == "text" && block.Text("text") is { } text)
                {
                    texts.Add(text);
                }
                else if (Image(block) is { } image)
                {
                    media.Add(image);
                }
                else
                {
                    texts.Add(block.GetRawText());
                }
            }
        }

        var joined = string.Join('\n', texts);
        return string.IsNullOrWhiteSpace(joined) ? media : [new TextContent(joined), .. media];
    }

    /// <summary>Makes the message that a host would send for a text.</summary>
    /// <param name="text">The text.</param>
    public static InputMessage Message(string text)
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteString("type"u8, "user"u8);
            json.WriteStartObject("message"u8);
            json.WriteString("role"u8, "user"u8);
            json.WriteString("content"u8, text);
            json.WriteEndObject();
            json.WriteEndObject();
        }

        var reader = new Utf8JsonReader(buffer.GetBuffer().AsSpan(0, (int)buffer.Length));
        return new InputMessage("user", JsonElement.ParseValue(ref reader));
    }

    private static DataContent? Image(JsonElement block) =>
        block.Text("type") == "image"
        && block.TryMember("source", out var source)
        && source.Text("type") == "base64"
        && source.Text("media_type") is { } type && type.StartsWith("image/", StringComparison.Ordinal)
        && MediaTypeHeaderValue.TryParse(type, out _)
        && source.TryMember("data", out var data) && data.ValueKind is JsonValueKind.String
        && Decode(data.Text()) is { } bytes
            ? new DataContent(bytes, type)
            : null;

    // The reader's own decoding throws at half a surrogate pair.
    private static byte[]? Decode(string base64)
    {
        var bytes = new byte[(base64.Length / 4 * 3) + 3];
        return Convert.TryFromBase64String(base64, bytes, out var count) ? bytes[..count] : null;
    }
}
