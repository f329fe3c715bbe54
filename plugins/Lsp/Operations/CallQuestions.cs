using System.Globalization;
using QwenCode.Platform.Json;
using QwenCode.Plugin.Lsp.Servers;
using QwenCode.Plugin.Lsp.Wire;

namespace QwenCode.Plugin.Lsp.Operations;

/// <summary>Who calls whom.</summary>
internal static class CallQuestions
{
    private const int ShownRanges = 3;
    private const string Provider = "callHierarchyProvider";
    private const string Prepare = "textDocument/prepareCallHierarchy";

    public static async Task<string> PrepareAsync(LspQuery query, CancellationToken cancellationToken)
    {
        var found = await query.AskAsync(query.Request.Path, AskOneAsync, cancellationToken).ConfigureAwait(false);
        return found.Count == 0
            ? $"No call hierarchy items found for {query.Place}."
            : Word(query, $"Call hierarchy items for {query.Place}:", [.. found.Select(static item => new Call(item, []))]);

        async Task<IReadOnlyList<CallItem>> AskOneAsync(ServerSession session, CancellationToken token)
        {
            query.Require(session, Provider, Prepare);
            var answer = await query.AskAtPlaceAsync(session, Prepare, null, token).ConfigureAwait(false);
            return [.. answer.Items().Select(item => CallItem.FromServer(item, session.Server.Name)).OfType<CallItem>()];
        }
    }

    public static Task<string> IncomingAsync(LspQuery query, CancellationToken cancellationToken) =>
        AskAsync(query, "callHierarchy/incomingCalls", "from", "Incoming", cancellationToken);

    public static Task<string> OutgoingAsync(LspQuery query, CancellationToken cancellationToken) =>
        AskAsync(query, "callHierarchy/outgoingCalls", "to", "Outgoing", cancellationToken);

    private static async Task<string> AskAsync(
        LspQuery query, string method, string other, string direction, CancellationToken cancellationToken)
    {
        var item = query.Request.Item!;
        var found = await query.AskAsync(DocumentUri.ToPath(item.Uri), AskOneAsync, cancellationToken).ConfigureAwait(false);
        var what = $"{item.Name} at {ResultText.Place(query.Context.Workspace, item.Uri, item.Selection.Start)}";
        return found.Count == 0
            ? $"No {direction.ToLowerInvariant()} calls found for {what}."
            : Word(query, $"{direction} calls for {what}:", found);

        async Task<IReadOnlyList<Call>> AskOneAsync(ServerSession session, CancellationToken token)
        {
            query.Require(session, Provider, Prepare);
            var isFresh = false;
            if (DocumentUri.ToPath(item.Uri) is { } path && File.Exists(path))
            {
                // A server that was started since the item was made has not seen the file.
                isFresh = (await session.ShowAsync(path, query.Context.ClientFiles, token).ConfigureAwait(false)).IsFresh;
            }

            var answer = await query.AskAsync(session, method, item.WriteForServer, isFresh, token).ConfigureAwait(false);
            return [.. answer.Items()
                .Select(call => (Item: CallItem.FromServer(call.Member(other), session.Server.Name),
                    Ranges: call.Member("fromRanges").Items().Select(static range => TextRange.Read(range).Start)))
                .Where(static call => call.Item is not null)
                .Select(static call => new Call(call.Item!, [.. call.Ranges]))];
        }
    }

    private static string Word(LspQuery query, string heading, IReadOnlyList<Call> calls)
    {
        var limit = query.Request.Limit;
        var list = ResultText.List(heading, [.. calls.Select(call => Line(query, call))], limit);
        var items = JsonSection.Of("Call hierarchy items", calls.Take(limit), static (writer, call) => call.Item.WriteForModel(writer));
        return $"{list}\n\n{items}";
    }

    private static string Line(LspQuery query, Call call)
    {
        var item = call.Item;
        var place = ResultText.Place(query.Context.Workspace, item.Uri, item.Selection.Start);
        return $"{item.Name} ({SymbolKinds.Name(item.Kind)}) - {place}{Ranges(call.Ranges)} [{item.ServerName}]";
    }

    private static string Ranges(IReadOnlyList<TextPosition> ranges)
    {
        if (ranges.Count == 0)
        {
            return string.Empty;
        }

        var shown =
            ranges.Take(ShownRanges).Select(static at => string.Create(CultureInfo.InvariantCulture, $"{at.Line + 1}:{at.Character + 1}"));
        var more = ranges.Count > ShownRanges
            ? string.Create(CultureInfo.InvariantCulture, $", +{ranges.Count - ShownRanges} more") : string.Empty;
        return $" (calls at {string.Join(", ", shown)}{more})";
    }

    private sealed record Call(CallItem Item, IReadOnlyList<TextPosition> Ranges);
}
