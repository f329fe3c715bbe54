using Microsoft.Extensions.AI;
using ModelContextProtocol.Protocol;

namespace QwenCode.Mcp.Tools;

/// <summary>Turns what servers send, block by block, into what the model gets.</summary>
internal static class ContentParts
{
    /// <summary>Turns blocks into parts; a damaged one costs itself.</summary>
    /// <param name="blocks">The blocks.</param>
    /// <param name="origin">Whose they are, as the beginning of a sentence.</param>
    public static List<AIContent> Of(IEnumerable<ContentBlock> blocks, string origin)
    {
        var parts = new List<AIContent>();
        foreach (var block in blocks)
        {
            try
            {
                Add(parts, block, origin);
            }
            catch (Exception exception) when (exception is FormatException or ArgumentException)
            {
                parts.Add(new TextContent(
                    $"[{origin} also returned content of the type '{block.Type}', which is damaged: {exception.Message}]"));
            }
        }

        return parts;
    }

    private static void Add(List<AIContent> parts, ContentBlock block, string origin)
    {
        switch (block)
        {
            case TextContentBlock text:
                parts.Add(new TextContent(text.Text));
                break;
            case ImageContentBlock image:
                AddMedia(parts, origin, "image", image.MimeType, image.DecodedData);
                break;
            case AudioContentBlock audio:
                AddMedia(parts, origin, "audio", audio.MimeType, audio.DecodedData);
                break;
            case EmbeddedResourceBlock { Resource: TextResourceContents text }:
                parts.Add(new TextContent(text.Text));
                break;
            case EmbeddedResourceBlock { Resource: BlobResourceContents blob }:
                AddMedia(parts, origin, "resource", blob.MimeType, blob.DecodedData);
                break;
            case ResourceLinkBlock link:
                parts.Add(new TextContent($"Resource Link: {(string.IsNullOrEmpty(link.Title) ? link.Name : link.Title)} at {link.Uri}"));
                break;
            default:
                parts.Add(new TextContent($"[{origin} also returned content of the type '{block.Type}', which cannot be shown.]"));
                break;
        }
    }

    private static void AddMedia(List<AIContent> parts, string origin, string what, string? mediaType, ReadOnlyMemory<byte> data)
    {
        var type = string.IsNullOrWhiteSpace(mediaType) ? "application/octet-stream" : mediaType;
        var media = new DataContent(data, type);
        parts.Add(new TextContent($"[{origin} returned {what} data of type {type}, which follows.]"));
        parts.Add(media);
    }
}
