using System.Text;
using System.Text.Json;
using Microsoft.Extensions.AI;
using ModelContextProtocol.Protocol;
using QwenCode.Tools;

namespace QwenCode.Mcp.Tools;

/// <summary>Turns what a server answers into what the model gets.</summary>
internal static class McpResult
{
    /// <summary>The error's type where the server itself says that the call failed.</summary>
    public const string ToolErrorType = "mcp_tool_error";

    private const string SucceededText = "Tool execution succeeded.";

    /// <summary>Maps an answer.</summary>
    /// <param name="answer">The answer.</param>
    /// <param name="tool">The tool as the server names it.</param>
    /// <param name="declaredName">The tool as the model knows it.</param>
    /// <param name="arguments">What it was called with.</param>
    /// <param name="context">The call.</param>
    public static ToolResult Map(CallToolResult answer, string tool, string declaredName, JsonElement arguments, ToolContext context)
    {
        if (answer.IsError is true)
        {
            return ToolResult.Failure(ToolErrorType, LongText.Fit(
                $"MCP tool '{tool}' reported tool error for function call: {Call(tool, arguments)} with response: {Response(answer)}",
                declaredName, context));
        }

        var parts = ContentParts.Of(answer.Content ?? [], $"The tool '{tool}'");
        if (parts.Count == 0 && answer.StructuredContent is { } structured)
        {
            parts.Add(new TextContent(structured.GetRawText()));
        }

        if (parts.TrueForAll(static part => part is TextContent { Text.Length: 0 }))
        {
            return ToolResult.Success(SucceededText);
        }

        foreach (var part in parts.OfType<TextContent>())
        {
            part.Text = LongText.Fit(part.Text, declaredName, context);
        }

        return ToolResult.Success(parts is [TextContent only] ? only.Text : ToolContent.FromParts(parts));
    }

    private static string Call(string tool, JsonElement arguments) => Json(writer =>
    {
        writer.WriteString("name"u8, tool);
        writer.WritePropertyName("args"u8);
        arguments.WriteTo(writer);
    });

    private static string Response(CallToolResult answer) => Json(writer =>
    {
        writer.WriteStartArray("content"u8);
        foreach (var block in answer.Content ?? [])
        {
            writer.WriteStartObject();
            writer.WriteString("type"u8, block.Type);
            switch (block)
            {
                case TextContentBlock text:
                    writer.WriteString("text"u8, text.Text);
                    break;
                case EmbeddedResourceBlock { Resource: TextResourceContents text }:
                    writer.WriteString("text"u8, text.Text);
                    break;
                case ResourceLinkBlock link:
                    writer.WriteString("uri"u8, link.Uri);
                    break;
                case ImageContentBlock image:
                    WriteMedia(writer, image.MimeType, image.Data.Length);
                    break;
                case AudioContentBlock audio:
                    WriteMedia(writer, audio.MimeType, audio.Data.Length);
                    break;
                case EmbeddedResourceBlock { Resource: BlobResourceContents blob }:
                    WriteMedia(writer, blob.MimeType, blob.Blob.Length);
                    break;
            }

            writer.WriteEndObject();
        }

        writer.WriteEndArray();
        if (answer.StructuredContent is { } structured)
        {
            writer.WritePropertyName("structuredContent"u8);
            structured.WriteTo(writer);
        }

        writer.WriteBoolean("isError"u8, true);
    });

    // Media within an error's text would be nothing but noise.
    private static void WriteMedia(Utf8JsonWriter writer, string? mediaType, int length)
    {
        writer.WriteString("mimeType"u8, mediaType);
        writer.WriteString("data"u8, $"({length} characters left out)");
    }

    private static string Json(Action<Utf8JsonWriter> write)
    {
        using var stream = new MemoryStream();
        using (var writer = new Utf8JsonWriter(
            stream, new JsonWriterOptions { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))
        {
            writer.WriteStartObject();
            write(writer);
            writer.WriteEndObject();
        }

        return Encoding.UTF8.GetString(stream.GetBuffer(), 0, (int)stream.Length);
    }
}
