using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using ModelContextProtocol.Protocol;
using QwenCode.Platform.Json;

namespace QwenCode.Mcp.Tools;

/// <summary>Reads the result of a call, block by block: an odd block costs itself, never the others.</summary>
internal static class CallAnswer
{
    private const int MaxUnknown = 2_000;

    /// <summary>Reads a result.</summary>
    /// <param name="result">The result of <c>tools/call</c>.</param>
    public static CallToolResult Read(JsonNode? result)
    {
        var json = SoundText.Element(result);
        var content = new List<ContentBlock>();
        if (json.ValueKind is not JsonValueKind.Object)
        {
            return new CallToolResult { Content = json.ValueKind is JsonValueKind.String ? [Text(json.GetString()!)] : content };
        }

        if (json.TryGetProperty("content", out var blocks))
        {
            AddAll(content, blocks);
        }
        else if (json.TryGetProperty("toolResult", out var old))
        {
            // Servers of the first revision.
            content.Add(Text(old.ValueKind is JsonValueKind.String ? old.GetString()! : old.GetRawText()));
        }

        return new CallToolResult
        {
            Content = content,
            IsError = json.TryGetProperty("isError", out var isError) && isError.ValueKind is JsonValueKind.True,
            StructuredContent = json.TryGetProperty("structuredContent", out var structured)
                && structured.ValueKind is not JsonValueKind.Null ? structured : null,
        };
    }

    /// <summary>Reads blocks of content: one, or an array of them.</summary>
    /// <param name="blocks">The blocks.</param>
    public static List<ContentBlock> Blocks(JsonElement blocks)
    {
        var content = new List<ContentBlock>();
        AddAll(content, blocks);
        return content;
    }

    private static void AddAll(List<ContentBlock> content, JsonElement blocks)
    {
        if (blocks.ValueKind is JsonValueKind.Array)
        {
            foreach (var block in blocks.EnumerateArray())
            {
                AddBlock(content, block);
            }
        }
        else if (blocks.ValueKind is not JsonValueKind.Null)
        {
            AddBlock(content, blocks);
        }
    }

    private static void AddBlock(List<ContentBlock> content, JsonElement block)
    {
        if (block.ValueKind is JsonValueKind.String)
        {
            content.Add(Text(block.GetString()!));
            return;
        }

        if (block.ValueKind is not JsonValueKind.Object)
        {
            return;
        }

        ContentBlock? read = block.Text("type") switch
        {
            "text" => block.Text("text") is { } text ? Text(text) : null,
            "image" => block.Text("data") is { } data ? Image(data, block.Text("mimeType")) : Unknown(block),
            "audio" => block.Text("data") is { } data ? Audio(data, block.Text("mimeType")) : Unknown(block),
            "resource" when block.TryGetProperty("resource", out var resource) && resource.ValueKind is JsonValueKind.Object =>
                Resource(resource),
            "resource_link" when block.Text("uri") is { } uri => new ResourceLinkBlock
            {
                Uri = uri, Name = block.Text("name") ?? uri, Title = block.Text("title"),
            },
            _ => Unknown(block),
        };
        if (read is not null)
        {
            content.Add(read);
        }
    }

    private static TextContentBlock Text(string text) => new() { Text = text };

    private static ImageContentBlock Image(string data, string? type)
    {
        var (bytes, named) = Data(data);
        return new() { Data = bytes, MimeType = type ?? named ?? Guess(data) };
    }

    private static AudioContentBlock Audio(string data, string? type)
    {
        var (bytes, named) = Data(data);
        return new() { Data = bytes, MimeType = type ?? named ?? "audio/wav" };
    }

    private static EmbeddedResourceBlock? Resource(JsonElement resource)
    {
        var uri = resource.Text("uri") ?? string.Empty;
        if (resource.Text("text") is { } text)
        {
            return new() { Resource = new TextResourceContents { Uri = uri, Text = text, MimeType = resource.Text("mimeType") } };
        }

        if (resource.Text("blob") is not { } blob)
        {
            return null;
        }

        var (bytes, named) = Data(blob);
        return new() { Resource = new BlobResourceContents { Uri = uri, Blob = bytes, MimeType = resource.Text("mimeType") ?? named } };
    }

    private static TextContentBlock Unknown(JsonElement block)
    {
        var raw = block.GetRawText();
        return Text($"[Content of the type '{block.Text("type") ?? "none"}', which is not known here: "
            + $"{(raw.Length > MaxUnknown ? string.Concat(raw.AsSpan(0, MaxUnknown), "…") : raw)}]");
    }

    /// <summary>Takes base64 out of a <c>data:</c> URL, with the type that it names.</summary>
    private static (byte[] Base64, string? MediaType) Data(string data)
    {
        string? type = null;
        if (data.StartsWith("data:", StringComparison.OrdinalIgnoreCase)
            && data.IndexOf(',', StringComparison.Ordinal) is > 0 and var comma)
        {
            type = data["data:".Length..comma].Split(';')[0] is { Length: > 0 } named ? named : null;
            data = data[(comma + 1)..];
        }

        return (Encoding.ASCII.GetBytes(data.Any(char.IsWhiteSpace)
            ? string.Concat(data.Where(static character => !char.IsWhiteSpace(character))) : data), type);
    }

    /// <summary>Tells the type of an image from the base64 of its first bytes.</summary>
    private static string Guess(string data) => data switch
    {
        _ when data.StartsWith("/9j/", StringComparison.Ordinal) => "image/jpeg",
        _ when data.StartsWith("R0lG", StringComparison.Ordinal) => "image/gif",
        _ when data.StartsWith("UklG", StringComparison.Ordinal) => "image/webp",
        _ => "image/png",
    };
}
