using System.Globalization;
using System.Text;
using System.Text.Json;
using QwenCode.Platform.Json;
using QwenCode.Plugin.Lsp.Servers;
using QwenCode.Plugin.Lsp.Wire;

namespace QwenCode.Plugin.Lsp.Operations;

/// <summary>What servers find wrong.</summary>
internal static class DiagnosticQuestions
{
    private const string Provider = "diagnosticProvider";
    private const string Pull = "textDocument/diagnostic";
    private const string PullAll = "workspace/diagnostic";

    public static async Task<string> OfFileAsync(LspQuery query, CancellationToken cancellationToken)
    {
        var request = query.Request;
        var found = await query.AskAsync(
            request.Path,
            async (session, token) => await OfAsync(query, session,
                await session.ShowAsync(request.Path!, query.Context.ClientFiles, token).ConfigureAwait(false), token)
                    .ConfigureAwait(false),
            cancellationToken).ConfigureAwait(false);
        return found.Count == 0
            ? $"No diagnostics found for {query.FileName}."
            : ResultText.List(string.Create(CultureInfo.InvariantCulture, $"Diagnostics for {query.FileName} ({found.Count} issues):"),
                [.. found.Select(static item => item.ToLine())], request.Limit);
    }

    /// <summary>Gets the diagnostics of a document: by asking if the server can be asked, else as it publishes them.</summary>
    public static async Task<IReadOnlyList<Diagnostic>> OfAsync(
        LspQuery query, ServerSession session, ShownDocument document, CancellationToken cancellationToken)
    {
        // That it can be asked a server may say only while it is waited for.
        bool CanAsk() => session.Offers(Provider, Pull);
        var items = CanAsk() ? null : await session.WaitForPublishedAsync(document, CanAsk, cancellationToken).ConfigureAwait(false);
        if (CanAsk())
        {
            return await AskAsync(query, session, document, cancellationToken).ConfigureAwait(false);
        }

        if (items is null)
        {
            query.Note($"{session.Server.Name} has said nothing about this file "
                + $"yet{(session.Work is { } work ? $"; it is busy ({work})" : string.Empty)}. Ask again later if you need to be sure.");
            return [];
        }

        query.NoteWork(session);
        return [.. items.Select(Diagnostic.FromServer)];
    }

    public static async Task<string> OfWorkspaceAsync(LspQuery query, CancellationToken cancellationToken)
    {
        var found = await query.AskAsync(null, AskOneAsync, cancellationToken).ConfigureAwait(false);
        var files = found.GroupBy(static item => item.Path).ToArray();
        if (files.Length == 0)
        {
            return "No diagnostics found for the workspace. Servers that do not check whole projects know only the files they were "
                + "asked about: use diagnostics with a filePath.";
        }

        var text = new StringBuilder()
            .Append(CultureInfo.InvariantCulture, $"Workspace diagnostics ({found.Count} issues in {files.Length} files):");
        var left = query.Request.Limit;
        foreach (var file in files.TakeWhile(_ => left > 0))
        {
            text.Append(CultureInfo.InvariantCulture, $"\n\n{ResultText.File(query.Context.Workspace, file.Key)}:");
            var index = 0;
            foreach (var (_, item) in file.Take(left))
            {
                text.Append('\n').Append(ResultText.Number(index++)).Append(item.ToLine());
            }

            left -= index;
        }

        return text.Append(ResultText.More(found.Count - query.Request.Limit)).ToString();

        async Task<IReadOnlyList<(string Path, Diagnostic Item)>> AskOneAsync(ServerSession session, CancellationToken token)
        {
            var (hasChanged, paths) = await session.RefreshAsync(token).ConfigureAwait(false);
            if (hasChanged)
            {
                // What is wrong with what has changed is said in a moment.
                await session.WaitForQuietAsync(token).ConfigureAwait(false);
            }

            var all = new List<(string, Diagnostic)>();
            var options = session.Options(Provider, Pull);
            if (options.IsTrue("workspaceDiagnostics"))
            {
                var identifier = options.Text("identifier");
                var answer = await session.AskUntilReadyAsync(
                    PullAll,
                    writer =>
                    {
                        if (identifier is not null)
                        {
                            writer.WriteString("identifier"u8, identifier);
                        }

                        writer.WriteStartArray("previousResultIds"u8);
                        writer.WriteEndArray();
                    },
                    isFresh: false,
                    session.Timings.Retry,
                    token).ConfigureAwait(false);
                foreach (var report in answer.Member("items").Items())
                {
                    if (report.Text("uri") is { } uri)
                    {
                        all.AddRange(
                            report.Member("items").Items().Select(item => (DocumentUri.ToPath(uri) ?? uri, Diagnostic.FromServer(item))));
                    }
                }
            }

            else if (session.Offers(Provider, Pull))
            {
                // It knows of nothing but what it was shown, and says so only when asked.
                foreach (var path in paths)
                {
                    all.AddRange((await PullAsync(session, path, isFresh: false, token).ConfigureAwait(false)).Items()
                        .Select(item => (path, Diagnostic.FromServer(item))));
                }
            }

            all.AddRange(
                session.Published.All.SelectMany(static file => file.Items.Select(item => (file.Path, Diagnostic.FromServer(item)))));
            query.NoteWork(session);
            return [.. all.DistinctBy(static item => (item.Item1, item.Item2.Range, item.Item2.Message, item.Item2.Code))];
        }
    }

    private static async Task<IReadOnlyList<Diagnostic>> AskAsync(
        LspQuery query, ServerSession session, ShownDocument document, CancellationToken cancellationToken)
    {
        var items = await PullAsync(session, document.Path, document.IsFresh, cancellationToken).ConfigureAwait(false);
        query.NoteWork(session);

        // A server may publish beside: tools it runs in the background come late.
        var published = session.Published.Find(document.Path)?.Items ?? [];
        return [.. items.Items().Concat(published).Select(Diagnostic.FromServer)
            .DistinctBy(static item => (item.Range, item.Message, item.Code))];
    }

    private static async Task<JsonElement> PullAsync(ServerSession session, string path, bool isFresh, CancellationToken cancellationToken)
    {
        var identifier = session.Options(Provider, Pull).Text("identifier");
        var answer = await session.AskUntilReadyAsync(
            Pull,
            writer =>
            {
                LspQuery.WriteDocument(writer, path);
                if (identifier is not null)
                {
                    writer.WriteString("identifier"u8, identifier);
                }
            },
            isFresh,
            session.Timings.Retry,
            cancellationToken).ConfigureAwait(false);
        return answer.Member("items");
    }
}
