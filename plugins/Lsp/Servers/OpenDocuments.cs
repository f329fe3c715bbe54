using System.Text.Json;
using QwenCode.Plugin.Lsp.Configuration;
using QwenCode.Plugin.Lsp.Wire;

namespace QwenCode.Plugin.Lsp.Servers;

/// <summary>
/// The documents a server was shown. Before each question it gets what has changed since. Not safe for several threads.
/// </summary>
internal sealed class OpenDocuments(
    ServerConfiguration server, RpcConnection connection, DiagnosticStore diagnostics, Func<JsonElement> capabilities)
{
    /// <summary>More would only cost the server memory: what was looked at longest ago is closed.</summary>
    private const int Most = 100;

    private readonly Dictionary<string, Document> _open = new(StringComparer.Ordinal);
    private long _uses;

    public bool IsEmpty => _open.Count == 0;

    public IReadOnlyList<string> Paths => [.. _open.Keys];

    /// <summary>Shows a document as it is now.</summary>
    /// <returns>Whether the server had not seen it so.</returns>
    public bool Show(string path, SourceText source)
    {
        if (_open.TryGetValue(path, out var known))
        {
            known.Used = ++_uses;
            known.State = source.State;
            return known.Text != source.Text && Change(path, known, source.Text);
        }

        if (_open.Count >= Most)
        {
            Close(_open.MinBy(static pair => pair.Value.Used).Key);
        }

        Open(path, _open[path] = new Document { Text = source.Text, State = source.State, Used = ++_uses });
        return true;
    }

    /// <summary>Reports the documents shown before whose files have changed on disk.</summary>
    /// <param name="except">The one that is shown anyway.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    /// <returns>Whether there was one.</returns>
    public async Task<bool> RefreshAsync(string? except, CancellationToken cancellationToken)
    {
        var changed = false;
        foreach (var (path, document) in _open.ToArray())
        {
            if (path == except || document.State is not { } seen || FileState.Of(path) is var now && now == seen)
            {
                continue;
            }

            changed = true;
            if (now is null)
            {
                Close(path);
                continue;
            }

            try
            {
                var source = await SourceText.ReadAsync(path, null, cancellationToken).ConfigureAwait(false);
                document.State = source.State;
                if (document.Text != source.Text)
                {
                    Change(path, document, source.Text);
                }
            }
            catch (LspException)
            {
                // It has become too large, or must not be read any more.
                Close(path);
            }
        }

        return changed;
    }

    public int? VersionOf(string path) => _open.TryGetValue(path, out var document) ? document.Version : null;

    private void Open(string path, Document document)
    {
        var language = server.Extensions.GetValueOrDefault(Path.GetExtension(path).ToLowerInvariant(), server.Language);
        connection.Notify("textDocument/didOpen", writer =>
        {
            writer.WriteStartObject("textDocument"u8);
            writer.WriteString("uri"u8, DocumentUri.FromPath(path));
            writer.WriteString("languageId"u8, language);
            writer.WriteNumber("version"u8, document.Version);
            writer.WriteString("text"u8, document.Text);
            writer.WriteEndObject();
        });
    }

    private bool Change(string path, Document document, string text)
    {
        document.Text = text;
        document.Version++;
        var sync = capabilities().ValueKind is JsonValueKind.Object && capabilities().TryGetProperty("textDocumentSync", out var given)
            ? given : default;
        var kind = sync.ValueKind is JsonValueKind.Object ? sync.TryGetProperty("change", out var change) ? change : default : sync;
        if (kind.ValueKind is JsonValueKind.Number && kind.TryGetInt32(out var number) && number is 1 or 2)
        {
            // The whole text: allowed under either kind, and the server's copy cannot drift from ours.
            connection.Notify("textDocument/didChange", writer =>
            {
                writer.WriteStartObject("textDocument"u8);
                writer.WriteString("uri"u8, DocumentUri.FromPath(path));
                writer.WriteNumber("version"u8, document.Version);
                writer.WriteEndObject();
                writer.WriteStartArray("contentChanges"u8);
                writer.WriteStartObject();
                writer.WriteString("text"u8, text);
                writer.WriteEndObject();
                writer.WriteEndArray();
            });
        }
        else
        {
            Notify("textDocument/didClose", path);
            Open(path, document);
        }

        // What is on disk is saved; some servers check only then.
        if (document.State is not null && sync.ValueKind is JsonValueKind.Object && sync.TryGetProperty("save", out var save)
            && save.ValueKind is JsonValueKind.True or JsonValueKind.Object)
        {
            Notify("textDocument/didSave", path);
        }

        return true;
    }

    private void Close(string path)
    {
        _open.Remove(path);
        Notify("textDocument/didClose", path);
        diagnostics.Forget(path);
    }

    private void Notify(string method, string path) => connection.Notify(method, writer =>
    {
        writer.WriteStartObject("textDocument"u8);
        writer.WriteString("uri"u8, DocumentUri.FromPath(path));
        writer.WriteEndObject();
    });

    private sealed class Document
    {
        public required string Text { get; set; }

        public FileState? State { get; set; }

        public int Version { get; set; } = 1;

        public long Used { get; set; }
    }
}
