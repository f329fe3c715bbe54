using System.Text.Json;
using QwenCode.Plugin.Lsp.Servers;
using QwenCode.Plugin.Lsp.Wire;
using QwenCode.Tools;

namespace QwenCode.Plugin.Lsp.Operations;

/// <summary>Puts one question to every server that it concerns, and words what they say.</summary>
internal sealed class LspQuery(LspRequest request, ServerPool pool, ToolContext context)
{
    private readonly List<string> _notes = [];

    public LspRequest Request => request;

    public ToolContext Context => context;

    /// <summary>Gets the place the call is about, as the model wrote it.</summary>
    public string Place => ResultText.Place(context.Workspace, request.Path!, request.Line, request.Character);

    public string FileName => ResultText.File(context.Workspace, request.Path!);

    /// <exception cref="LspException">No server has an answer.</exception>
    public async Task<string> AnswerAsync(CancellationToken cancellationToken)
    {
        var operation = request.Operation;
        var text = await (
            operation == LspOperation.Definition ? LocationQuestions.DefinitionsAsync(this, cancellationToken)
            : operation == LspOperation.Implementation ? LocationQuestions.ImplementationsAsync(this, cancellationToken)
            : operation == LspOperation.References ? LocationQuestions.ReferencesAsync(this, cancellationToken)
            : operation == LspOperation.Hover ? HoverQuestion.AskAsync(this, cancellationToken)
            : operation == LspOperation.DocumentSymbol ? SymbolQuestions.InDocumentAsync(this, cancellationToken)
            : operation == LspOperation.WorkspaceSymbol ? SymbolQuestions.InWorkspaceAsync(this, cancellationToken)
            : operation == LspOperation.PrepareCallHierarchy ? CallQuestions.PrepareAsync(this, cancellationToken)
            : operation == LspOperation.IncomingCalls ? CallQuestions.IncomingAsync(this, cancellationToken)
            : operation == LspOperation.OutgoingCalls ? CallQuestions.OutgoingAsync(this, cancellationToken)
            : operation == LspOperation.Diagnostics ? DiagnosticQuestions.OfFileAsync(this, cancellationToken)
            : operation == LspOperation.WorkspaceDiagnostics ? DiagnosticQuestions.OfWorkspaceAsync(this, cancellationToken)
            : CodeActionQuestion.AskAsync(this, cancellationToken)).ConfigureAwait(false);
        return _notes.Count == 0 ? text : $"{text}\n\n{string.Join('\n', _notes.Distinct())}";
    }

    /// <summary>Adds a note to the result.</summary>
    public void Note(string text)
    {
        lock (_notes)
        {
            _notes.Add($"Note: {text}");
        }
    }

    /// <summary>Puts the question to the servers of a file, or to all, side by side.</summary>
    /// <returns>Their findings in the order of the servers.</returns>
    /// <exception cref="LspException">None of them has an answer. If only some fail, they are named in a note.</exception>
    public async Task<IReadOnlyList<T>> AskAsync<T>(
        string? path, Func<ServerSession, CancellationToken, Task<IReadOnlyList<T>>> question, CancellationToken cancellationToken)
    {
        var asked = pool.Find(request.ServerName ?? request.Item?.ServerName, path);
        var answers = await Task.WhenAll(asked.Select(server => AskAsync(server, question, cancellationToken))).ConfigureAwait(false);
        var failures = answers.Where(static answer => answer.Failure is not null).ToArray();
        if (failures.Length == answers.Length)
        {
            throw failures.Length == 1
                ? failures[0].Failure! : new LspException(string.Join('\n', failures.Select(static failure => failure.Failure!.Message)));
        }

        foreach (var failure in failures.Where(static failure => failure.Failure is not NotOfferedException))
        {
            Note(failure.Failure!.Message);
        }

        return [.. answers.Where(static answer => answer.Failure is null).SelectMany(static answer => answer.Found!)];
    }

    /// <summary>Sees to it that a server can answer this.</summary>
    /// <exception cref="NotOfferedException">It cannot.</exception>
    public void Require(ServerSession session, string provider, string method)
    {
        if (!session.Offers(provider, method))
        {
            throw new NotOfferedException(
                $"server {session.Server.Name} does not offer {request.Operation.Name}. Use another operation, or grep_search.");
        }
    }

    /// <summary>Asks about the place of the call.</summary>
    public async Task<JsonElement> AskAtPlaceAsync(
        ServerSession session, string method, Action<Utf8JsonWriter>? more, CancellationToken cancellationToken)
    {
        var document = await session.ShowAsync(request.Path!, context.ClientFiles, cancellationToken).ConfigureAwait(false);
        var position = Position(document.Source, request.Line, request.Character);
        return await AskAsync(
            session,
            method,
            writer =>
            {
                WriteDocument(writer, request.Path!);
                position.Write(writer, "position"u8);
                more?.Invoke(writer);
            },
            document.IsFresh || document.AreOthersFresh,
            cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Asks, and says so if there may be more to find because the server is still loading.</summary>
    public async Task<JsonElement> AskAsync(
        ServerSession session, string method, Action<Utf8JsonWriter>? parameters, bool isFresh, CancellationToken cancellationToken)
    {
        // While they load, some answer from what they see of the one file, and that looks like an answer.
        await session.WaitForIdleAsync(cancellationToken).ConfigureAwait(false);
        var answer = await session.AskUntilReadyAsync(method, parameters, isFresh, session.Timings.Retry, cancellationToken)
            .ConfigureAwait(false);
        if (ServerSession.IsEmpty(answer) || request.Operation.IsAboutProject)
        {
            NoteWork(session);
        }

        return answer;
    }

    public void NoteWork(ServerSession session)
    {
        if (session.Work is { } work)
        {
            Note($"{session.Server.Name} is still busy ({work}); the result may not be complete. Ask again later.");
        }
    }

    public static void WriteDocument(Utf8JsonWriter writer, string path)
    {
        writer.WriteStartObject("textDocument"u8);
        writer.WriteString("uri"u8, DocumentUri.FromPath(path));
        writer.WriteEndObject();
    }

    public static TextPosition Position(SourceText source, int line, int character) => new(line - 1, source.Whole(line - 1, character - 1));

    private static async Task<(IReadOnlyList<T>? Found, LspException? Failure)> AskAsync<T>(
        LanguageServer server, Func<ServerSession, CancellationToken, Task<IReadOnlyList<T>>> question, CancellationToken cancellationToken)
    {
        try
        {
            return (await server.UseAsync(question, cancellationToken).ConfigureAwait(false), null);
        }
        catch (LspException exception)
        {
            return (null, exception);
        }
    }
}
