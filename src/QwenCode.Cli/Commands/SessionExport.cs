using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Microsoft.Extensions.AI;
using QwenCode.Models;
using QwenCode.Storage.Transcripts;
using QwenCode.Transcripts;

namespace QwenCode.Cli.Commands;

/// <summary>Recorded sessions as Markdown for users and as JSON for programs.</summary>
internal static class SessionExport
{
    /// <summary>Renders a conversation for users: every prompt and answer whole, every call and result in a line or a block.</summary>
    public static string Markdown(SessionSummary session, StoredConversation conversation)
    {
        var text = new StringBuilder();
        text.Append("# ").Append(session.Title.Length == 0 ? "(no prompt)" : session.Title.ReplaceLineEndings(" ")).Append("\n\n");
        text.Append(CultureInfo.InvariantCulture, $"Session {session.Id}, {session.StartedAt:u} to {session.UpdatedAt:u}");
        text.Append(session.GitBranch is { } branch ? $", on branch {branch}" : string.Empty).Append('\n');
        foreach (var (_, entry) in conversation.Entries)
        {
            switch (entry)
            {
                case UserEntry user:
                    Section(text, user.Origin switch
                    {
                        UserEntryOrigin.Notification => "Notification",
                        UserEntryOrigin.Cron => "Schedule",
                        _ => "User",
                    }, user.DisplayText ?? TextOf(user.Message));
                    break;
                case AssistantEntry assistant:
                    Section(text, "Assistant", TextOf(assistant.Message));
                    foreach (var call in assistant.Message.Contents.OfType<FunctionCallContent>())
                    {
                        Block(text, $"`{call.Name}` is called with", ArgumentsOf(call));
                    }

                    break;
                case ToolResultEntry result:
                    Block(text, $"`{result.ToolName}` ({result.Status}) returned", result.ModelText);
                    break;
                case CompressionEntry compression:
                    Section(text, "Compression", string.Create(CultureInfo.InvariantCulture,
                        $"The history before was compressed, from {compression.TokensBefore} to {compression.TokensAfter} tokens."));
                    break;
            }
        }

        return text.ToString();
    }

    /// <summary>Renders a conversation for programs.</summary>
    public static string Json(SessionSummary session, string path, StoredConversation conversation) => Write(json =>
    {
        WriteSummary(json, session, path);
        json.WriteStartArray("entries"u8);
        foreach (var (at, entry) in conversation.Entries)
        {
            json.WriteStartObject();
            json.WriteString("at"u8, at);
            WriteEntry(json, entry);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    });

    /// <summary>Renders a list for programs.</summary>
    public static string ListAsJson(IReadOnlyList<SessionSummary> sessions, TranscriptStore store) => Write(json =>
    {
        json.WriteStartArray("sessions"u8);
        foreach (var session in sessions)
        {
            json.WriteStartObject();
            WriteSummary(json, session, store.PathOf(session.Id));
            json.WriteEndObject();
        }

        json.WriteEndArray();
    });

    /// <summary>Renders what a search found for programs.</summary>
    public static string MatchesAsJson(ReadOnlySpan<SessionMatch> matches, bool hasMore)
    {
        var found = matches.ToArray();
        return Write(json =>
        {
            json.WriteBoolean("more"u8, hasMore);
            json.WriteStartArray("matches"u8);
            foreach (var match in found)
            {
                json.WriteStartObject();
                json.WriteString("session"u8, match.Session.Id.Value);
                json.WriteNumber("line"u8, match.Line);
                json.WriteString("at"u8, match.At);
                json.WriteString("speaker"u8, match.Speaker);
                json.WriteString("text"u8, match.Excerpt);
                json.WriteEndObject();
            }

            json.WriteEndArray();
        });
    }

    private static void WriteSummary(Utf8JsonWriter json, SessionSummary session, string path)
    {
        json.WriteString("id"u8, session.Id.Value);
        json.WriteString("title"u8, session.Title);
        json.WriteString("directory"u8, session.Directory);
        json.WriteString("branch"u8, session.GitBranch);
        json.WriteString("startedAt"u8, session.StartedAt);
        json.WriteString("updatedAt"u8, session.UpdatedAt);
        json.WriteString("file"u8, path);
    }

    private static void WriteEntry(Utf8JsonWriter json, TranscriptEntry entry)
    {
        switch (entry)
        {
            case UserEntry user:
                json.WriteString("type"u8, user.Origin is UserEntryOrigin.Prompt ? "user" : user.Origin.ToString().ToLowerInvariant());
                json.WriteString("text"u8, TextOf(user.Message));
                break;
            case AssistantEntry assistant:
                json.WriteString("type"u8, "assistant"u8);
                json.WriteString("model"u8, assistant.Model);
                json.WriteString("text"u8, TextOf(assistant.Message));
                json.WriteStartArray("calls"u8);
                foreach (var call in assistant.Message.Contents.OfType<FunctionCallContent>())
                {
                    json.WriteStartObject();
                    json.WriteString("id"u8, call.CallId);
                    json.WriteString("tool"u8, call.Name);
                    json.WriteString("arguments"u8, ArgumentsOf(call));
                    json.WriteEndObject();
                }

                json.WriteEndArray();
                break;
            case ToolResultEntry result:
                json.WriteString("type"u8, "result"u8);
                json.WriteString("id"u8, result.CallId);
                json.WriteString("tool"u8, result.ToolName);
                json.WriteString("status"u8, result.Status);
                json.WriteString("text"u8, result.ModelText);
                break;
            case CompressionEntry compression:
                json.WriteString("type"u8, "compression"u8);
                json.WriteNumber("tokensBefore"u8, compression.TokensBefore);
                json.WriteNumber("tokensAfter"u8, compression.TokensAfter);
                break;
            case TitleEntry title:
                json.WriteString("type"u8, "title"u8);
                json.WriteString("text"u8, title.Title);
                break;
            default:
                json.WriteString("type"u8, entry.GetType().Name);
                break;
        }
    }

    private static void Section(StringBuilder text, string heading, string body)
    {
        if (body.Length > 0)
        {
            text.Append(CultureInfo.InvariantCulture, $"\n## {heading}\n\n{body.TrimEnd()}\n");
        }
    }

    // A fence longer than any in the text: what a tool read may be Markdown itself.
    private static void Block(StringBuilder text, string caption, string body)
    {
        var fence = "```";
        while (body.Contains(fence, StringComparison.Ordinal))
        {
            fence += "`";
        }

        text.Append(CultureInfo.InvariantCulture, $"\n{caption}\n\n{fence}\n{body.TrimEnd()}\n{fence}\n");
    }

    private static string TextOf(ChatMessage message) =>
        string.Join("\n\n", message.Contents.OfType<TextContent>().Select(static part => part.Text));

    private static string ArgumentsOf(FunctionCallContent call)
    {
        var arguments = ToolCallArguments.Of(call);
        return arguments.Value?.GetRawText() ?? arguments.Raw ?? string.Empty;
    }

    private static string Write(Action<Utf8JsonWriter> write)
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer, new JsonWriterOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))
        {
            json.WriteStartObject();
            write(json);
            json.WriteEndObject();
        }

        return Encoding.UTF8.GetString(buffer.GetBuffer(), 0, (int)buffer.Length) + "\n";
    }
}
