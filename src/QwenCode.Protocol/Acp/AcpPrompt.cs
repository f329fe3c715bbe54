using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Microsoft.Extensions.AI;
using QwenCode.Platform.Json;
using QwenCode.Protocol.JsonRpc;

namespace QwenCode.Protocol.Acp;

/// <summary>What a client sends as a prompt.</summary>
/// <param name="Text">The text. Files and resources that were linked are named in it as <c>@path</c>.</param>
/// <param name="Attachments">Media and the contents of resources that came with it, in order.</param>
public sealed record AcpPrompt(string Text, IReadOnlyList<AIContent> Attachments)
{
    private const string FileScheme = "file://";

    /// <summary>Gets the text without what stands for links and resources.</summary>
    public string Spoken { get; init; } = Text;

    /// <summary>Gets the paths of the files that are linked; what is embedded is not among them.</summary>
    public IReadOnlyList<string> Links { get; init; } = [];

    /// <summary>Gets whether it says nothing.</summary>
    public bool IsEmpty => Attachments.Count == 0 && string.IsNullOrWhiteSpace(Text);

    /// <summary>Reads the blocks of a prompt.</summary>
    /// <param name="blocks">The blocks.</param>
    /// <exception cref="JsonRpcException">A block cannot be used.</exception>
    public static AcpPrompt Read(JsonElement blocks)
    {
        if (blocks.ValueKind is not JsonValueKind.Array)
        {
            throw JsonRpcException.InvalidParams("'prompt' must be an array of content blocks.");
        }

        var (text, spoken) = (new StringBuilder(), new StringBuilder());
        var links = new List<string>();
        var attachments = new List<AIContent>();
        var index = 0;
        foreach (var block in blocks.EnumerateArray())
        {
            switch (block.Text("type"u8))
            {
                case "text":
                    text.Append(block.Text("text"u8));
                    spoken.Append(block.Text("text"u8)).Append(' ');
                    break;
                case "image" or "audio":
                    attachments.Add(Media(block, "data"u8, index));
                    break;
                case "resource_link" when block.Text("uri"u8) is { } uri:
                    Refer(text, uri);
                    links.Add(PathOf(uri));
                    break;
                case "resource" when block.Object("resource"u8) is { } resource && resource.Text("uri"u8) is { } uri:
                    Refer(text, uri);
                    attachments.AddRange(Embedded(resource, uri, index));
                    break;
                case var type:
                    throw JsonRpcException.InvalidParams(
                        $"Block {index} of the prompt cannot be used: its type is '{type}', or it lacks what that type needs.");
            }

            index++;
        }

        return new AcpPrompt(text.ToString(), attachments) { Spoken = spoken.ToString(), Links = links };
    }

    /// <summary>Returns how a prompt names what a URI points to.</summary>
    private static void Refer(StringBuilder text, string uri)
    {
        if (text.Length > 0 && !char.IsWhiteSpace(text[^1]))
        {
            text.Append(' ');
        }

        // A blank would end the name.
        text.Append('@').Append(PathOf(uri).Replace(" ", "\\ ", StringComparison.Ordinal)).Append(' ');
    }

    private static string PathOf(string uri) =>
        uri.StartsWith(FileScheme, StringComparison.OrdinalIgnoreCase) && Uri.TryCreate(uri, UriKind.Absolute, out var file)
            ? file.LocalPath : uri;

    private static IEnumerable<AIContent> Embedded(JsonElement resource, string uri, int index)
    {
        if (resource.Text("text"u8) is { } content)
        {
            return [new TextContent($"\nFile: {PathOf(uri)}\n{content}\n")];
        }

        return resource.Text("mimeType"u8) is { } type && IsMedia(type)
            ? [new TextContent($"\nFile: {PathOf(uri)}\n"), Media(resource, "blob"u8, index)]
            : [new TextContent($"\nFile: {PathOf(uri)}\n[The file is no text and was left out.]\n")];
    }

    private static bool IsMedia(string type) =>
        type is "application/pdf" || type.StartsWith("image/", StringComparison.OrdinalIgnoreCase)
        || type.StartsWith("audio/", StringComparison.OrdinalIgnoreCase) || type.StartsWith("video/", StringComparison.OrdinalIgnoreCase);

    private static DataContent Media(JsonElement block, ReadOnlySpan<byte> member, int index)
    {
        var base64 = block.Text(member) ?? string.Empty;
        var bytes = new byte[(base64.Length / 4 * 3) + 3];
        return block.Text("mimeType"u8) is { } type && MediaTypeHeaderValue.TryParse(type, out _)
            && Convert.TryFromBase64String(base64, bytes, out var count) && count > 0
            ? new DataContent(bytes.AsMemory(0, count), type)
            : throw JsonRpcException.InvalidParams(
                $"Block {index} of the prompt cannot be used: it needs a 'mimeType' and data in base64.");
    }
}
