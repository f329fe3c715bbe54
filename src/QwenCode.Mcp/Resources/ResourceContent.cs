using System.Text;
using System.Text.Json;
using System.Text.Unicode;
using Microsoft.Extensions.AI;
using QwenCode.Platform.Json;

namespace QwenCode.Mcp.Resources;

/// <summary>Turns what a server answers to a read into what the model gets: text, images, documents; of the rest, its size.</summary>
internal static class ResourceContent
{
    private const int MaxMedia = 10 * 1024 * 1024;

    /// <summary>Reads the contents.</summary>
    /// <param name="result">The result of <c>resources/read</c>.</param>
    /// <param name="fit">Bounds a text.</param>
    public static List<AIContent> Read(JsonElement result, Func<string, string> fit)
    {
        var parts = new List<AIContent>();
        foreach (var content in result.Array("contents"u8)?.EnumerateArray() ?? default)
        {
            if (content.Text("text") is { } text)
            {
                parts.Add(new TextContent(fit(text)));
            }
            else if (content.Text("blob") is { } blob)
            {
                parts.Add(Blob(blob, content.Text("mimeType") ?? "application/octet-stream", fit));
            }
        }

        return parts.Count > 0 ? parts : [new TextContent("[The resource is empty.]")];
    }

    private static AIContent Blob(string base64, string type, Func<string, string> fit)
    {
        var bytes = new byte[base64.Length / 4 * 3 + 3];
        if (!Convert.TryFromBase64String(base64, bytes, out var length))
        {
            return new TextContent($"[Binary content of type {type}, which is damaged and was left out.]");
        }

        if ((type.StartsWith("text/", StringComparison.OrdinalIgnoreCase) || type is "application/json")
            && Utf8.IsValid(bytes.AsSpan(0, length)))
        {
            return new TextContent(fit(Encoding.UTF8.GetString(bytes, 0, length)));
        }

        var isShown = type.StartsWith("image/", StringComparison.OrdinalIgnoreCase) || type is "application/pdf";
        return !isShown || length > MaxMedia
            ? new TextContent($"[Binary content of type {type}, {length} bytes, which was left out.]")
            : new DataContent(bytes.AsMemory(0, length), type);
    }
}
