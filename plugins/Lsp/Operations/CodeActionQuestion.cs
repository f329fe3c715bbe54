using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using QwenCode.Platform.Json;
using QwenCode.Plugin.Lsp.Servers;
using QwenCode.Plugin.Lsp.Wire;

namespace QwenCode.Plugin.Lsp.Operations;

/// <summary>What a server could do about a range. Nothing is done.</summary>
internal static class CodeActionQuestion
{
    private const string Method = "textDocument/codeAction";

    /// <summary>How much of one action's edit the model is shown; a fix of a whole file is only named.</summary>
    private const int LongestEdit = 4_000;

    private static readonly JsonWriterOptions Plain = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static async Task<string> AskAsync(LspQuery query, CancellationToken cancellationToken)
    {
        var found = await query.AskAsync(query.Request.Path, AskOneAsync, cancellationToken).ConfigureAwait(false);
        if (found.Count == 0)
        {
            return $"No code actions found for {query.Place}.";
        }

        var list = ResultText.List(
            $"Code actions at {query.Place}:", [.. found.Select(static action => Line(action.Json, action.Server))], query.Request.Limit);
        var actions = JsonSection.Of("Code actions", found.Take(query.Request.Limit),
            static (writer, action) => Write(writer, action.Json, action.Server));
        return $"{list}\n\n{actions}";

        async Task<IReadOnlyList<(JsonElement Json, string Server)>> AskOneAsync(ServerSession session, CancellationToken token)
        {
            query.Require(session, "codeActionProvider", Method);
            var request = query.Request;
            var document = await session.ShowAsync(request.Path!, query.Context.ClientFiles, token).ConfigureAwait(false);
            var range = new TextRange(LspQuery.Position(document.Source, request.Line, request.Character),
                LspQuery.Position(document.Source, request.EndLine, request.EndCharacter));
            var known = await DiagnosticQuestions.OfAsync(query, session, document, token).ConfigureAwait(false);

            // The server's own words if they are meant: fixes are found by parts of them that the model never sees.
            var diagnostics = request.Diagnostics is { } given
                ? given.Select(item => known.FirstOrDefault(item.Means) ?? item)
                : known.Where(item => item.Range.Touches(range));
            var answer = await query.AskAsync(session, Method, writer => WriteQuestion(writer, request, range, [.. diagnostics]),
                document.IsFresh, token).ConfigureAwait(false);
            return [.. answer.Items().Where(static action => action.Text("title") is not null)
                .Select(action => (action, session.Server.Name))];
        }
    }

    private static void WriteQuestion(Utf8JsonWriter writer, LspRequest request, TextRange range, IReadOnlyList<Diagnostic> diagnostics)
    {
        LspQuery.WriteDocument(writer, request.Path!);
        range.Write(writer, "range"u8);
        writer.WriteStartObject("context"u8);
        writer.WriteStartArray("diagnostics"u8);
        foreach (var diagnostic in diagnostics)
        {
            diagnostic.WriteForServer(writer);
        }

        writer.WriteEndArray();
        if (request.Kinds.Count > 0)
        {
            writer.WriteStartArray("only"u8);
            foreach (var kind in request.Kinds)
            {
                writer.WriteStringValue(kind);
            }

            writer.WriteEndArray();
        }

        writer.WriteNumber("triggerKind"u8, 1);
        writer.WriteEndObject();
    }

    private static string Line(JsonElement action, string server)
    {
        var line = new StringBuilder();
        line.Append(action.Text("kind") is { Length: > 0 } kind ? $"[{kind}] " : string.Empty);
        line.Append(action.IsTrue("isPreferred") ? "★ " : string.Empty);
        line.Append(ResultText.Indent(action.Text("title")!));
        line.Append(action.Member("edit").ValueKind is JsonValueKind.Object ? " (has edit)" : string.Empty);

        // An action may be nothing but a command, and then that is what it is.
        line.Append(action.Member("command").ValueKind is JsonValueKind.Object or JsonValueKind.String ? " (has command)" : string.Empty);
        line.Append(action.Member("disabled").Text("reason") is { } reason ? $" (disabled: {reason})" : string.Empty);
        return line.Append(CultureInfo.InvariantCulture, $" [{server}]").ToString();
    }

    private static void Write(Utf8JsonWriter writer, JsonElement action, string server)
    {
        writer.WriteStartObject();
        writer.WriteString("title"u8, action.Text("title"));
        Copy("kind");
        Copy("isPreferred");
        Copy("disabled");
        if (action.Member("edit") is { ValueKind: JsonValueKind.Object } edit)
        {
            WriteEdit(writer, edit);
        }

        // Its arguments are for the server alone, and no command is run here.
        if ((action.Text("command") ?? action.Member("command").Text("command")) is { } command)
        {
            writer.WriteString("command"u8, command);
        }

        writer.WriteString("serverName"u8, server);
        writer.WriteEndObject();

        void Copy(string name)
        {
            if (action.Member(name) is { ValueKind: not (JsonValueKind.Undefined or JsonValueKind.Null) } value)
            {
                writer.WritePropertyName(name);
                value.WriteTo(writer);
            }
        }
    }

    private static void WriteEdit(Utf8JsonWriter writer, JsonElement edit)
    {
        using var buffer = new MemoryStream();
        using (var plain = new Utf8JsonWriter(buffer, Plain))
        {
            WriteShifted(plain, edit);
        }

        var json = buffer.GetBuffer().AsSpan(0, (int)buffer.Length);
        if (json.Length > LongestEdit)
        {
            writer.WriteString("edit"u8, string.Create(CultureInfo.InvariantCulture, $"left out: {json.Length} bytes"));
            return;
        }

        writer.WritePropertyName("edit"u8);
        JsonElement.Parse(json).WriteTo(writer);
    }

    // Positions for the model are counted from one; everything else stays as it is.
    private static void WriteShifted(Utf8JsonWriter writer, JsonElement json)
    {
        switch (json.ValueKind)
        {
            case JsonValueKind.Object when json.Whole("line") is not null && json.Whole("character") is not null:
                var position = TextPosition.Read(json);
                writer.WriteStartObject();
                writer.WriteNumber("line"u8, position.Line + 1);
                writer.WriteNumber("character"u8, position.Character + 1);
                writer.WriteEndObject();
                break;
            case JsonValueKind.Object:
                writer.WriteStartObject();
                foreach (var member in json.EnumerateObject())
                {
                    writer.WritePropertyName(member.Name);
                    WriteShifted(writer, member.Value);
                }

                writer.WriteEndObject();
                break;
            case JsonValueKind.Array:
                writer.WriteStartArray();
                foreach (var item in json.EnumerateArray())
                {
                    WriteShifted(writer, item);
                }

                writer.WriteEndArray();
                break;
            default:
                json.WriteTo(writer);
                break;
        }
    }
}
