using System.Globalization;
using QwenCode.Plugin.Lsp.Servers;
using QwenCode.Plugin.Lsp.Wire;

namespace QwenCode.Plugin.Lsp.Operations;

/// <summary>Who calls whom.</summary>
internal static class CallQuestions
{
    private const int ShownRanges = 3;
    private const string Provider = "callHierarchyProvider";
    private const string Prepare = "textDocument/prepareCallHierarchy";

    public static async Task<string> PrepareAsync(Inquiry inquiry, CancellationToken cancellationToken)
    {
        var found = await inquiry.AskAsync(inquiry.Request.Path, AskOneAsync, cancellationToken).ConfigureAwait(false);
        return found.Count == 0
            ? $"No call hierarchy items found for {inquiry.Place}."
            : Word(inquiry, $"Call hierarchy items for {inquiry.Place}:", [.. found.Select(static item => new Call(item, []))]);

        async Task<IReadOnlyList<CallItem>> AskOneAsync(ServerSession session, CancellationToken token)
        {
            inquiry.Require(session, Provider, Prepare);
            var answer = await inquiry.AskAtPlaceAsync(session, Prepare, null, token).ConfigureAwait(false);
            return [.. answer.Items().Select(item => CallItem.FromServer(item, session.Server.Name)).OfType<CallItem>()];
        }
    }

    public static Task<string> IncomingAsync(Inquiry inquiry, CancellationToken cancellationToken) =>
        AskAsync(inquiry, "callHierarchy/incomingCalls", "from", "Incoming", cancellationToken);

    public static Task<string> OutgoingAsync(Inquiry inquiry, CancellationToken cancellationToken) =>
        AskAsync(inquiry, "callHierarchy/outgoingCalls", "to", "Outgoing", cancellationToken);

    private static async Task<string> AskAsync(Inquiry inquiry, string method, string other, string direction, CancellationToken cancellationToken)
    {
        var item = inquiry.Request.Item!;
        var found = await inquiry.AskAsync(DocumentUri.ToPath(item.Uri), AskOneAsync, cancellationToken).ConfigureAwait(false);
        var what = $"{item.Name} at {ResultText.Place(inquiry.Context.Workspace, item.Uri, item.Selection.Start)}";
        return found.Count == 0
            ? $"No {direction.ToLowerInvariant()} calls found for {what}."
            : Word(inquiry, $"{direction} calls for {what}:", found);

        async Task<IReadOnlyList<Call>> AskOneAsync(ServerSession session, CancellationToken token)
        {
            inquiry.Require(session, Provider, Prepare);
            var isFresh = false;
            if (DocumentUri.ToPath(item.Uri) is { } path && File.Exists(path))
            {
                // A server that was started since the item was made has not seen the file.
                isFresh = (await session.ShowAsync(path, inquiry.Context.ClientFiles, token).ConfigureAwait(false)).IsFresh;
            }

            var answer = await inquiry.AskAsync(session, method, item.WriteForServer, isFresh, token).ConfigureAwait(false);
            return [.. answer.Items()
                .Select(call => (Item: CallItem.FromServer(call.Member(other), session.Server.Name), Ranges: call.Member("fromRanges").Items().Select(static range => TextRange.Read(range).Start)))
                .Where(static call => call.Item is not null)
                .Select(static call => new Call(call.Item!, [.. call.Ranges]))];
        }
    }

    private static string Word(Inquiry inquiry, string heading, IReadOnlyList<Call> calls)
    {
        var limit = inquiry.Request.Limit;
        var list = ResultText.List(heading, [.. calls.Select(call => Line(inquiry, call))], limit);
        return $"{list}\n\n{JsonSection.Of("Call hierarchy items", calls.Take(limit), static (writer, call) => call.Item.WriteForModel(writer))}";
    }

    private static string Line(Inquiry inquiry, Call call)
    {
        var item = call.Item;
        var place = ResultText.Place(inquiry.Context.Workspace, item.Uri, item.Selection.Start);
        return $"{item.Name} ({SymbolKinds.Name(item.Kind)}) - {place}{Ranges(call.Ranges)} [{item.ServerName}]";
    }

    private static string Ranges(IReadOnlyList<TextPosition> ranges)
    {
        if (ranges.Count == 0)
        {
            return string.Empty;
        }

        var shown = ranges.Take(ShownRanges).Select(static at => string.Create(CultureInfo.InvariantCulture, $"{at.Line + 1}:{at.Character + 1}"));
        var more = ranges.Count > ShownRanges ? string.Create(CultureInfo.InvariantCulture, $", +{ranges.Count - ShownRanges} more") : string.Empty;
        return $" (calls at {string.Join(", ", shown)}{more})";
    }

    private sealed record Call(CallItem Item, IReadOnlyList<TextPosition> Ranges);
}
