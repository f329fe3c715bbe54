using System.Text.Json;
using QwenCode.Platform.Json;

namespace QwenCode.Mcp.Prompts;

/// <summary>Reads the prompts that a server lists; an entry that is none is left out.</summary>
internal static class PromptListing
{
    /// <param name="server">The server.</param>
    /// <param name="pages">The results of <c>prompts/list</c>.</param>
    public static IReadOnlyList<McpPrompt> Read(string server, IReadOnlyList<JsonElement> pages) =>
    [
        .. pages.SelectMany(static page => Items(page, "prompts"u8)).Where(static entry => entry.Text("name") is { Length: > 0 })
            .Select(entry => new McpPrompt(server, entry.Text("name")!, entry.Text("description") ?? entry.Text("title") ?? string.Empty,
            [
                .. Items(entry, "arguments"u8).Where(static one => one.Text("name") is { Length: > 0 }).Select(static one =>
                    new McpPromptArgument(one.Text("name")!, one.Text("description") ?? string.Empty, one.IsTrue("required"))),
            ])),
    ];

    private static JsonElement.ArrayEnumerator Items(JsonElement json, ReadOnlySpan<byte> name) =>
        json.Array(name) is { } items ? items.EnumerateArray() : default;
}
