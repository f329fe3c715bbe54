using System.Text.Json;
using QwenCode.Platform.Json;
using QwenCode.Plugin.Lsp.Wire;

namespace QwenCode.Plugin.Lsp.Operations;

/// <summary>A place that a server gave.</summary>
internal sealed record FoundLocation(string Uri, TextPosition Position)
{
    /// <summary>Reads a location, or a link to one; <c>null</c> for what is neither.</summary>
    public static FoundLocation? Read(JsonElement json) =>
        json.Text("uri") is { } uri ? new FoundLocation(uri, TextRange.Read(json.Member("range")).Start)
        : json.Text("targetUri") is { } target ? new FoundLocation(target, TextRange.Read(json.Member("targetSelectionRange")).Start)
        : null;
}
