using System.Text.Json;
using QwenCode.Plugin.Lsp.Servers;

namespace QwenCode.Plugin.Lsp.Operations;

/// <summary>Questions whose answers are places.</summary>
internal static class LocationQuestions
{
    public static async Task<string> DefinitionsAsync(LspQuery query, CancellationToken cancellationToken) =>
        Word(query, "Definitions", "definitions",
            await AskAsync(query, "definitionProvider", "textDocument/definition", null, cancellationToken).ConfigureAwait(false));

    public static async Task<string> ImplementationsAsync(LspQuery query, CancellationToken cancellationToken) =>
        Word(query, "Implementations", "implementations",
            await AskAsync(query, "implementationProvider", "textDocument/implementation", null, cancellationToken).ConfigureAwait(false));

    public static async Task<string> ReferencesAsync(LspQuery query, CancellationToken cancellationToken) => Word(
        query,
        "References",
        "references",
        await AskAsync(query, "referencesProvider", "textDocument/references",
            writer => WriteContext(writer, query.Request.IncludeDeclaration), cancellationToken).ConfigureAwait(false));

    /// <summary>Writes what only questions for references have.</summary>
    public static void WriteContext(Utf8JsonWriter writer, bool includeDeclaration)
    {
        writer.WriteStartObject("context"u8);
        writer.WriteBoolean("includeDeclaration"u8, includeDeclaration);
        writer.WriteEndObject();
    }

    /// <summary>Words a place as a line of a list.</summary>
    public static string Line(LspQuery query, FoundLocation location, string server) =>
        $"{ResultText.Place(query.Context.Workspace, location.Uri, location.Position)} [{server}]";

    private static async Task<IReadOnlyList<string>> AskAsync(
        LspQuery query, string provider, string method, Action<Utf8JsonWriter>? more, CancellationToken cancellationToken)
    {
        var found = await query.AskAsync(query.Request.Path, AskOneAsync, cancellationToken).ConfigureAwait(false);
        return [.. found.Distinct()];

        async Task<IReadOnlyList<string>> AskOneAsync(ServerSession session, CancellationToken token)
        {
            query.Require(session, provider, method);
            var answer = await query.AskAtPlaceAsync(session, method, more, token).ConfigureAwait(false);
            return [.. answer.Items().Select(FoundLocation.Read).OfType<FoundLocation>()
                .Select(location => Line(query, location, session.Server.Name))];
        }
    }

    private static string Word(LspQuery query, string heading, string what, IReadOnlyList<string> lines) => lines.Count == 0
        ? $"No {what} found for {query.Place}."
        : ResultText.List($"{heading} for {query.Place}:", lines, query.Request.Limit);
}
