using System.Text.Json;
using QwenCode.Plugin.Lsp.Servers;

namespace QwenCode.Plugin.Lsp.Operations;

/// <summary>Questions whose answers are places.</summary>
internal static class LocationQuestions
{
    public static async Task<string> DefinitionsAsync(Inquiry inquiry, CancellationToken cancellationToken) =>
        Word(inquiry, "Definitions", "definitions", await AskAsync(inquiry, "definitionProvider", "textDocument/definition", null, cancellationToken).ConfigureAwait(false));

    public static async Task<string> ImplementationsAsync(Inquiry inquiry, CancellationToken cancellationToken) =>
        Word(inquiry, "Implementations", "implementations", await AskAsync(inquiry, "implementationProvider", "textDocument/implementation", null, cancellationToken).ConfigureAwait(false));

    public static async Task<string> ReferencesAsync(Inquiry inquiry, CancellationToken cancellationToken) => Word(
        inquiry,
        "References",
        "references",
        await AskAsync(inquiry, "referencesProvider", "textDocument/references", writer => WriteContext(writer, inquiry.Request.IncludeDeclaration), cancellationToken).ConfigureAwait(false));

    /// <summary>Writes what only questions for references have.</summary>
    public static void WriteContext(Utf8JsonWriter writer, bool includeDeclaration)
    {
        writer.WriteStartObject("context"u8);
        writer.WriteBoolean("includeDeclaration"u8, includeDeclaration);
        writer.WriteEndObject();
    }

    /// <summary>Words a place as a line of a list.</summary>
    public static string Line(Inquiry inquiry, FoundLocation location, string server) =>
        $"{ResultText.Place(inquiry.Context.Workspace, location.Uri, location.Position)} [{server}]";

    private static async Task<IReadOnlyList<string>> AskAsync(Inquiry inquiry, string provider, string method, Action<Utf8JsonWriter>? more, CancellationToken cancellationToken)
    {
        var found = await inquiry.AskAsync(inquiry.Request.Path, AskOneAsync, cancellationToken).ConfigureAwait(false);
        return [.. found.Distinct()];

        async Task<IReadOnlyList<string>> AskOneAsync(ServerSession session, CancellationToken token)
        {
            inquiry.Require(session, provider, method);
            var answer = await inquiry.AskAtPlaceAsync(session, method, more, token).ConfigureAwait(false);
            return [.. answer.Items().Select(FoundLocation.Read).OfType<FoundLocation>().Select(location => Line(inquiry, location, session.Server.Name))];
        }
    }

    private static string Word(Inquiry inquiry, string heading, string what, IReadOnlyList<string> lines) => lines.Count == 0
        ? $"No {what} found for {inquiry.Place}."
        : ResultText.List($"{heading} for {inquiry.Place}:", lines, inquiry.Request.Limit);
}
