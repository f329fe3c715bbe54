using System.Text.Json;

namespace QwenCode.Plugin.Lsp.Operations;

/// <summary>Lists in what a server sent, which need not be what the protocol says.</summary>
internal static class JsonLists
{
    /// <summary>Returns the items of an array; a single object counts as one.</summary>
    public static IEnumerable<JsonElement> Items(this JsonElement json) => json.ValueKind switch
    {
        JsonValueKind.Array => json.EnumerateArray(),
        JsonValueKind.Object => [json],
        _ => [],
    };
}
