using System.Text;
using Microsoft.Extensions.AI;
using ModelContextProtocol.Protocol;

namespace QwenCode.Mcp.Serving;

/// <summary>Turns what tools give into what a client of the protocol gets.</summary>
public static class ServedContent
{
    private static readonly UTF8Encoding Strict = new(false, throwOnInvalidBytes: true);

    /// <summary>Turns parts into blocks: text, images and sound as such, other data as embedded resources, addresses as links.</summary>
    /// <param name="parts">The parts, in order.</param>
    public static IList<ContentBlock> Of(IEnumerable<AIContent> parts)
    {
        ArgumentNullException.ThrowIfNull(parts);
        return [.. parts.Select(Of)];
    }

    /// <summary>Returns text as a block; half a character in it is replaced.</summary>
    /// <param name="text">The text.</param>
    public static ContentBlock Text(string text) => new TextContentBlock { Text = Sound(text) };

    /// <summary>Returns text that can be written as JSON: half a character in it is replaced.</summary>
    /// <param name="text">The text.</param>
    public static string Sound(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(text));
    }

    private static ContentBlock Of(AIContent part, int index) => part switch
    {
        TextContent text => Text(text.Text),
        DataContent data when data.HasTopLevelMediaType("image") => ImageContentBlock.FromBytes(data.Data, data.MediaType),
        DataContent data when data.HasTopLevelMediaType("audio") => AudioContentBlock.FromBytes(data.Data, data.MediaType),
        DataContent data => new EmbeddedResourceBlock { Resource = Resource(data, index) },
        UriContent link => new ResourceLinkBlock { Uri = link.Uri.ToString(), Name = link.Uri.ToString(), MimeType = link.MediaType },
        _ => Text($"[Content of the type {part.GetType().Name}, which cannot be shown.]"),
    };

    private static ResourceContents Resource(DataContent data, int index)
    {
        var uri = Uri.TryCreate(data.Name, UriKind.Absolute, out _) ? data.Name
            : $"qwen://content/{Uri.EscapeDataString(data.Name ?? $"{index}")}";
        if (data.HasTopLevelMediaType("text") || data.MediaType is "application/json")
        {
            try
            {
                return new TextResourceContents { Uri = uri, MimeType = data.MediaType, Text = Strict.GetString(data.Data.Span) };
            }
            catch (ArgumentException)
            {
                // Not the text it says it is; its bytes are passed on.
            }
        }

        return BlobResourceContents.FromBytes(data.Data, uri, data.MediaType);
    }
}
