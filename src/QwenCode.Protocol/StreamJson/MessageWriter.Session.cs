using QwenCode.Sessions;

namespace QwenCode.Protocol.StreamJson;

/// <content>The first and the last message of a session that is shown elsewhere, too.</content>
public sealed partial class MessageWriter
{
    private static readonly string[] SessionEvents =
        ["system", "user", "assistant", "stream_event", "result", "control_request", "control_response"];

    /// <summary>Writes <c>system/compact_boundary</c>; for a compaction that the user asked for, its answer, too.</summary>
    /// <param name="compacted">What it came to.</param>
    public void Compacted(ConversationCompacted compacted)
    {
        ArgumentNullException.ThrowIfNull(compacted);
        BeginEnvelope("system"u8, NewId(), null);
        _json.WriteString("subtype"u8, "compact_boundary"u8);
        _json.WriteStartObject("compact_metadata"u8);
        _json.WriteString("trigger"u8, compacted.IsAutomatic ? "auto"u8 : "manual"u8);
        _json.WriteNumber("pre_tokens"u8, compacted.TokensBefore);
        _json.WriteNumber("post_tokens"u8, compacted.TokensAfter);
        _json.WriteEndObject();
        End();
        if (!compacted.IsAutomatic)
        {
            AssistantText(NewId(), string.Empty, null, compacted.Text, isThinking: false, null);
        }
    }

    /// <summary>Writes <c>system/session_start</c>.</summary>
    /// <param name="info">How the session stands.</param>
    /// <param name="version">The program's version.</param>
    public void SessionStart(SessionInfo info, string version)
    {
        ArgumentNullException.ThrowIfNull(info);
        BeginEnvelope("system"u8, NewId(), null);
        _json.WriteString("subtype"u8, "session_start"u8);
        _json.WriteStartObject("data"u8);
        _json.WriteString("session_id"u8, _session);
        _json.WriteString("cwd"u8, info.Directory);
        _json.WriteNumber("protocol_version"u8, 1);
        _json.WriteString("version"u8, version);
        Strings("supported_events"u8, SessionEvents);
        _json.WriteEndObject();
        End();
    }

    /// <summary>Writes <c>system/context_usage</c>, and the same as an answer.</summary>
    /// <param name="report">What fills the window.</param>
    /// <param name="text">The same for a reader.</param>
    public void ContextUsage(ContextReport report, string text)
    {
        ArgumentNullException.ThrowIfNull(report);
        BeginEnvelope("system"u8, NewId(), null);
        _json.WriteString("subtype"u8, "context_usage"u8);
        _json.WriteStartObject("data"u8);
        _json.WriteString("model"u8, report.Model);
        _json.WriteNumber("context_window_size"u8, report.Window);
        _json.WriteNumber("used_tokens"u8, report.Used);
        _json.WriteNumber("compacts_at"u8, report.CompactsAt);
        _json.WriteStartArray("items"u8);
        foreach (var item in report.Items)
        {
            _json.WriteStartObject();
            _json.WriteString("category"u8, item.Category);
            _json.WriteString("name"u8, item.Name);
            _json.WriteNumber("tokens"u8, item.Tokens);
            _json.WriteEndObject();
        }

        _json.WriteEndArray();
        _json.WriteEndObject();
        End();
        AssistantText(NewId(), report.Model, null, text, isThinking: false, null);
    }

    /// <summary>Writes <c>system/session_end</c>.</summary>
    public void SessionEnd()
    {
        BeginEnvelope("system"u8, NewId(), null);
        _json.WriteString("subtype"u8, "session_end"u8);
        _json.WriteStartObject("data"u8);
        _json.WriteString("session_id"u8, _session);
        _json.WriteEndObject();
        End();
    }
}
