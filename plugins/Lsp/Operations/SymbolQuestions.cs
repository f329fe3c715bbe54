using System.Globalization;
using System.Text.Json;
using QwenCode.Platform.Json;
using QwenCode.Plugin.Lsp.Servers;
using QwenCode.Plugin.Lsp.Wire;

namespace QwenCode.Plugin.Lsp.Operations;

/// <summary>Questions whose answers are symbols.</summary>
internal static class SymbolQuestions
{
    private const int ShownReferences = 20;

    public static async Task<string> InDocumentAsync(LspQuery query, CancellationToken cancellationToken)
    {
        const string method = "textDocument/documentSymbol";
        var request = query.Request;
        var found = await query.AskAsync(request.Path, AskOneAsync, cancellationToken).ConfigureAwait(false);
        return found.Count == 0
            ? $"No document symbols found for {query.FileName}."
            : ResultText.List($"Document symbols for {query.FileName}:", [.. found], request.Limit);

        async Task<IReadOnlyList<string>> AskOneAsync(ServerSession session, CancellationToken token)
        {
            query.Require(session, "documentSymbolProvider", method);
            var document = await session.ShowAsync(request.Path!, query.Context.ClientFiles, token).ConfigureAwait(false);
            var answer = await query.AskAsync(
                session, method, writer => LspQuery.WriteDocument(writer, request.Path!), document.IsFresh, token).ConfigureAwait(false);
            var lines = new List<string>();
            foreach (var symbol in answer.Items())
            {
                Collect(query, session, symbol, null, lines);
            }

            return lines;
        }
    }

    public static async Task<string> InWorkspaceAsync(LspQuery query, CancellationToken cancellationToken)
    {
        const string method = "workspace/symbol";
        var request = query.Request;
        var found = await query.AskAsync(null, AskOneAsync, cancellationToken).ConfigureAwait(false);
        if (found.Count == 0)
        {
            return $"No symbols found for query \"{request.Query}\".";
        }

        var shown = Math.Min(found.Count, request.Limit);
        var heading = string.Create(CultureInfo.InvariantCulture, $"Found {shown} of {found.Count} symbols for query \"{request.Query}\":");
        var list = ResultText.List(heading, [.. found.Select(static symbol => symbol.Line)], request.Limit);
        return $"{list}{await ReferencesAsync(query, found[0], cancellationToken).ConfigureAwait(false)}";

        async Task<IReadOnlyList<Symbol>> AskOneAsync(ServerSession session, CancellationToken token)
        {
            query.Require(session, "workspaceSymbolProvider", method);
            await session.RefreshAsync(token).ConfigureAwait(false);
            var isFresh = !session.HasDocuments && await ShowAnyAsync(query, session, token).ConfigureAwait(false);
            await session.WaitForIdleAsync(token).ConfigureAwait(false);
            var answer = await session.AskUntilReadyAsync(method, writer => writer.WriteString("query"u8, request.Query), isFresh,
                session.Timings.WorkspaceRetry, token).ConfigureAwait(false);
            query.NoteWork(session);
            return [.. answer.Items().Select(symbol => Read(query, session, symbol)).OfType<Symbol>()];
        }
    }

    // Some servers know of no project before they have seen one of its files.
    private static async Task<bool> ShowAnyAsync(LspQuery query, ServerSession session, CancellationToken cancellationToken)
    {
        if (SampleFile.Find(session.Server, query.Context.Workspace) is not { } path)
        {
            return false;
        }

        try
        {
            await session.ShowAsync(path, null, cancellationToken).ConfigureAwait(false);
            return true;
        }
        catch (LspException) when (session.IsAlive)
        {
            // It was only to help: the question may do without.
            return false;
        }
    }

    private static Symbol? Read(LspQuery query, ServerSession session, JsonElement json)
    {
        if (json.Text("name") is not { } name || json.Member("location").Text("uri") is not { } uri)
        {
            return null;
        }

        var range = json.Member("location").Member("range");
        var location = range.ValueKind is JsonValueKind.Object ? new FoundLocation(uri, TextRange.Read(range).Start) : null;
        var place = location is null
            ? ResultText.File(query.Context.Workspace, DocumentUri.ToPath(uri) ?? uri)
            : ResultText.Place(query.Context.Workspace, uri, location.Position);
        return new Symbol(
            name, location, session.Server.Name, Line(name, (int?)json.Whole("kind") ?? 0, place, json.Text("containerName"), session));
    }

    // The top hit is what was meant, mostly, and where it is used is what is asked next.
    private static async Task<string> ReferencesAsync(LspQuery query, Symbol symbol, CancellationToken cancellationToken)
    {
        const string method = "textDocument/references";
        if (symbol.Location is not { } location || DocumentUri.ToPath(location.Uri) is not { } path
            || !query.Context.Workspace.Contains(path))
        {
            return string.Empty;
        }

        try
        {
            var lines = await query.AskAsync(null, AskOneAsync, cancellationToken).ConfigureAwait(false);
            return lines.Count == 0 ? string.Empty : $"\n\n{ResultText.List($"References for {symbol.Name}:", lines, ShownReferences)}";
        }
        catch (LspException)
        {
            // The symbols are what was asked for; they stay an answer without this.
            return string.Empty;
        }

        async Task<IReadOnlyList<string>> AskOneAsync(ServerSession session, CancellationToken token)
        {
            if (session.Server.Name != symbol.Server || !session.Offers("referencesProvider", method))
            {
                return [];
            }

            var document = await session.ShowAsync(path, query.Context.ClientFiles, token).ConfigureAwait(false);

            // Servers name a symbol's whole stretch here, which may begin with another word.
            var at = document.Source.FindWord(location.Position, symbol.Name);
            var answer = await session.AskAsync(
                method,
                writer =>
                {
                    LspQuery.WriteDocument(writer, path);
                    at.Write(writer, "position"u8);
                    LocationQuestions.WriteContext(writer, includeDeclaration: false);
                },
                token).ConfigureAwait(false);
            return [.. answer.Items().Select(FoundLocation.Read).OfType<FoundLocation>()
                .Select(found => LocationQuestions.Line(query, found, session.Server.Name)).Distinct()];
        }
    }

    // Old servers give a flat list with locations, new ones a tree.
    private static void Collect(LspQuery query, ServerSession session, JsonElement symbol, string? container, List<string> lines)
    {
        if (symbol.Text("name") is not { } name)
        {
            return;
        }

        var workspace = query.Context.Workspace;
        var place = symbol.Member("location").Text("uri") is { } uri
            ? ResultText.Place(workspace, uri, TextRange.Read(symbol.Member("location").Member("range")).Start)
            : ResultText.Place(workspace, DocumentUri.FromPath(query.Request.Path!), TextRange.Read(
                symbol.Member(symbol.Member("selectionRange").ValueKind is JsonValueKind.Object ? "selectionRange" : "range")).Start);
        lines.Add(Line(name, (int?)symbol.Whole("kind") ?? 0, place, container ?? symbol.Text("containerName"), session));
        foreach (var child in symbol.Member("children").Items())
        {
            Collect(query, session, child, container is null ? name : $"{container}.{name}", lines);
        }
    }

    private static string Line(string name, int kind, string place, string? container, ServerSession session) =>
        $"{name} ({SymbolKinds.Name(kind)}) - {place}{(string.IsNullOrEmpty(container) ? string.Empty : $" in {container}")} "
            + $"[{session.Server.Name}]";

    private sealed record Symbol(string Name, FoundLocation? Location, string Server, string Line);
}
