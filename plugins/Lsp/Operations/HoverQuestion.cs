using System.Text.Json;
using QwenCode.Platform.Json;
using QwenCode.Plugin.Lsp.Servers;

namespace QwenCode.Plugin.Lsp.Operations;

/// <summary>What an editor would show under the mouse.</summary>
internal static class HoverQuestion
{
    private const string Method = "textDocument/hover";

    public static async Task<string> AskAsync(LspQuery query, CancellationToken cancellationToken)
    {
        var found = await query.AskAsync(query.Request.Path, AskOneAsync, cancellationToken).ConfigureAwait(false);
        return found.Count == 0
            ? $"No hover information found for {query.Place}." : $"Hover for {query.Place}:\n{string.Join("\n\n", found)}";

        async Task<IReadOnlyList<string>> AskOneAsync(ServerSession session, CancellationToken token)
        {
            query.Require(session, "hoverProvider", Method);
            var answer = await query.AskAtPlaceAsync(session, Method, null, token).ConfigureAwait(false);
            var text = Text(answer.Member("contents")).Trim();
            return text.Length == 0 ? [] : [text];
        }
    }

    // The protocol has had several forms for this, and servers still use all of them.
    private static string Text(JsonElement contents) => contents.ValueKind switch
    {
        JsonValueKind.String => contents.GetString()!,
        JsonValueKind.Array => string.Join("\n\n", contents.EnumerateArray().Select(Text).Where(static text => text.Length > 0)),
        JsonValueKind.Object when contents.Text("language") is { Length: > 0 } language && contents.Text("value") is { Length: > 0 } code =>
            $"```{language}\n{code}\n```",
        JsonValueKind.Object => contents.Text("value") ?? string.Empty,
        _ => string.Empty,
    };
}
