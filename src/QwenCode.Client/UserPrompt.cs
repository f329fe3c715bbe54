using Microsoft.Extensions.AI;

namespace QwenCode.Client;

/// <summary>Writes a prompt as a line.</summary>
internal static class UserPrompt
{
    /// <exception cref="ArgumentException">A part is neither a text nor an image.</exception>
    public static ReadOnlyMemory<byte> Line(IReadOnlyList<AIContent> prompt)
    {
        if (prompt.FirstOrDefault(static part => part is not (TextContent or DataContent)
            || (part is DataContent data && !data.HasTopLevelMediaType("image"))) is { } other)
        {
            throw new ArgumentException($"A prompt holds texts and images; {other.GetType().Name} is neither.", nameof(prompt));
        }

        return ControlChannel.Line(json =>
        {
            json.WriteString("type"u8, "user"u8);
            json.WriteNull("parent_tool_use_id"u8);
            json.WriteStartObject("message"u8);
            json.WriteString("role"u8, "user"u8);
            json.WriteStartArray("content"u8);
            foreach (var part in prompt)
            {
                json.WriteStartObject();
                if (part is DataContent data)
                {
                    json.WriteString("type"u8, "image"u8);
                    json.WriteStartObject("source"u8);
                    json.WriteString("type"u8, "base64"u8);
                    json.WriteString("media_type"u8, data.MediaType);
                    json.WriteBase64String("data"u8, data.Data.Span);
                    json.WriteEndObject();
                }
                else
                {
                    json.WriteString("type"u8, "text"u8);
                    json.WriteString("text"u8, ((TextContent)part).Text);
                }

                json.WriteEndObject();
            }

            json.WriteEndArray();
            json.WriteEndObject();
        });
    }
}
