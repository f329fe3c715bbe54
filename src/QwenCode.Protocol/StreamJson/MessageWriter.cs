using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;
using Microsoft.Extensions.AI;
using QwenCode.Permissions;
using QwenCode.Sessions;

namespace QwenCode.Protocol.StreamJson;

/// <summary>
/// Writes the messages of the stream-json protocol, in the member order of the reference. Not safe to call from several threads
/// at once; the messages of one session come from one place anyway.
/// </summary>
#pragma warning disable CA1001 // The JSON writer writes into memory of its own and holds nothing that must be given back.
public sealed partial class MessageWriter
#pragma warning restore CA1001
{
    private static readonly JsonWriterOptions Options =
        new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, SkipValidation = true };

    private readonly ArrayBufferWriter<byte> _buffer = new(1024);
    private readonly Utf8JsonWriter _json;
    private readonly IMessageSink _sink;
    private readonly string _session;

    /// <summary>Creates a writer.</summary>
    /// <param name="sink">Where messages go.</param>
    /// <param name="session">The id that every message carries.</param>
    public MessageWriter(IMessageSink sink, string session)
    {
        (_sink, _session) = (sink, session);
        _json = new Utf8JsonWriter(_buffer, Options);
    }

    /// <summary>Makes an id for a message.</summary>
    public static string NewId() => Guid.NewGuid().ToString();

    /// <summary>Writes <c>system/init</c>.</summary>
    /// <param name="info">How the session stands.</param>
    /// <param name="slashCommands">The commands that can be used, sorted.</param>
    /// <param name="version">The program's version.</param>
    public void Init(SessionInfo info, IReadOnlyList<string> slashCommands, string version)
    {
        ArgumentNullException.ThrowIfNull(info);
        Begin("system"u8);
        _json.WriteString("subtype"u8, "init"u8);
        _json.WriteString("uuid"u8, _session);
        _json.WriteString("session_id"u8, _session);
        _json.WriteString("cwd"u8, info.Directory);
        Strings("tools"u8, info.Tools);
        _json.WriteStartArray("mcp_servers"u8);
        foreach (var server in info.McpServers)
        {
            _json.WriteStartObject();
            _json.WriteString("name"u8, server.Name);
            _json.WriteString("status"u8, server.Status);
            _json.WriteEndObject();
        }

        _json.WriteEndArray();
        _json.WriteString("model"u8, info.Model);
        _json.WriteString("permission_mode"u8, info.Mode.ToWire());
        Strings("slash_commands"u8, slashCommands);
        _json.WriteString("qwen_code_version"u8, version);
        Strings("agents"u8, info.Agents);
        End();
    }

    /// <summary>Writes an assistant message of one text or thinking block.</summary>
    /// <param name="id">Its id.</param>
    /// <param name="model">The model.</param>
    /// <param name="parent">The <c>agent</c> call it belongs to, if any.</param>
    /// <param name="text">The block's text.</param>
    /// <param name="isThinking">Whether it is a thinking block.</param>
    /// <param name="usage">What the answer cost, on its last message.</param>
    public void AssistantText(string id, string model, string? parent, string text, bool isThinking, UsageDetails? usage)
    {
        BeginAssistant(id, model, parent);
        _json.WriteStartObject();
        if (isThinking)
        {
            _json.WriteString("type"u8, "thinking"u8);
            _json.WriteString("thinking"u8, text);
            _json.WriteString("signature"u8, ""u8);
        }
        else
        {
            _json.WriteString("type"u8, "text"u8);
            _json.WriteString("text"u8, text);
        }

        _json.WriteEndObject();
        EndAssistant(isToolUse: false, usage);
    }

    /// <summary>Writes an assistant message of tool calls.</summary>
    /// <param name="id">Its id.</param>
    /// <param name="model">The model.</param>
    /// <param name="parent">The <c>agent</c> call it belongs to, if any.</param>
    /// <param name="calls">The calls.</param>
    /// <param name="usage">What the answer cost.</param>
    public void AssistantCalls(string id, string model, string? parent, IReadOnlyList<ToolCallInfo> calls, UsageDetails? usage)
    {
        ArgumentNullException.ThrowIfNull(calls);
        BeginAssistant(id, model, parent);
        foreach (var call in calls)
        {
            _json.WriteStartObject();
            _json.WriteString("type"u8, "tool_use"u8);
            _json.WriteString("id"u8, call.Id);
            _json.WriteString("name"u8, call.Name);
            _json.WritePropertyName("input"u8);
            call.Input.WriteTo(_json);
            _json.WriteEndObject();
        }

        EndAssistant(isToolUse: true, usage);
    }

    /// <summary>Writes a user message of one text block.</summary>
    /// <param name="parent">The <c>agent</c> call it belongs to, if any.</param>
    /// <param name="text">The text.</param>
    public void UserText(string? parent, string text)
    {
        BeginUser(parent);
        _json.WriteString("type"u8, "text"u8);
        _json.WriteString("text"u8, text);
        EndUser();
    }

    /// <summary>Writes the result of a call.</summary>
    /// <param name="parent">The <c>agent</c> call it belongs to, if any.</param>
    /// <param name="callId">The call.</param>
    /// <param name="isError">Whether it failed or was cancelled.</param>
    /// <param name="content">What is shown of it; left out if there is nothing.</param>
    public void ToolResult(string? parent, string callId, bool isError, string content)
    {
        BeginUser(parent);
        _json.WriteString("type"u8, "tool_result"u8);
        _json.WriteString("tool_use_id"u8, callId);
        _json.WriteBoolean("is_error"u8, isError);
        if (!string.IsNullOrEmpty(content))
        {
            _json.WriteString("content"u8, content);
        }

        EndUser();
    }

    /// <summary>Writes a stream event.</summary>
    /// <param name="parent">The <c>agent</c> call it belongs to, if any.</param>
    /// <param name="body">Writes the event's members into its open object.</param>
    public void StreamEvent(string? parent, Action<Utf8JsonWriter> body)
    {
        ArgumentNullException.ThrowIfNull(body);
        BeginEnvelope("stream_event"u8, NewId(), parent);
        _json.WriteStartObject("event"u8);
        body(_json);
        _json.WriteEndObject();
        End();
    }

    /// <summary>Writes a piece of text or thinking; the one message that is written very often.</summary>
    /// <param name="index">The block.</param>
    /// <param name="isThinking">Whether it is thinking.</param>
    /// <param name="text">The piece.</param>
    public void Delta(int index, bool isThinking, ReadOnlySpan<char> text)
    {
        BeginEnvelope("stream_event"u8, NewId(), null);
        _json.WriteStartObject("event"u8);
        _json.WriteString("type"u8, "content_block_delta"u8);
        _json.WriteNumber("index"u8, index);
        _json.WriteStartObject("delta"u8);
        _json.WriteString("type"u8, isThinking ? "thinking_delta"u8 : "text_delta"u8);
        _json.WriteString(isThinking ? "thinking"u8 : "text"u8, text);
        _json.WriteEndObject();
        _json.WriteEndObject();
        End();
    }

    /// <summary>Writes the result of a run.</summary>
    /// <param name="outcome">How it went.</param>
    /// <param name="includeStats">Whether numbers by model and tool are written, as the json format has them.</param>
    public void Result(RunOutcome outcome, bool includeStats)
    {
        ArgumentNullException.ThrowIfNull(outcome);
        var isError = outcome.End is not RunEnd.Success;
        Begin("result"u8);
        _json.WriteString("subtype"u8, outcome.End switch
        {
            RunEnd.Success => "success"u8,
            RunEnd.MaxTurns => "error_max_turns"u8,
            _ => "error_during_execution"u8,
        });
        _json.WriteString("uuid"u8, NewId());
        _json.WriteString("session_id"u8, _session);
        _json.WriteBoolean("is_error"u8, isError);
        _json.WriteNumber("duration_ms"u8, (long)outcome.Duration.TotalMilliseconds);
        _json.WriteNumber("duration_api_ms"u8, (long)outcome.ModelDuration.TotalMilliseconds);
        _json.WriteNumber("num_turns"u8, outcome.Turns);
        if (!isError)
        {
            _json.WriteString("result"u8, outcome.Text);
            if (outcome.Structured is { } structured)
            {
                _json.WritePropertyName("structured_result"u8);
                structured.WriteTo(_json);
            }
        }

        Stopped(outcome.Stopped);
        if (outcome.Usage.Cost is { } cost)
        {
            _json.WriteNumber("total_cost_usd"u8, cost);
        }

        Usage(outcome.Usage.Tokens, isTotal: true);
        _json.WriteStartArray("permission_denials"u8);
        foreach (var denial in outcome.Denials)
        {
            _json.WriteStartObject();
            _json.WriteString("tool_name"u8, denial.ToolName);
            _json.WriteString("tool_use_id"u8, denial.ToolUseId);
            _json.WritePropertyName("tool_input"u8);
            denial.ToolInput.WriteTo(_json);
            _json.WriteEndObject();
        }

        _json.WriteEndArray();
        if (includeStats)
        {
            Statistics.Write(_json, outcome.Usage);
        }

        if (isError)
        {
            _json.WriteStartObject("error"u8);
            _json.WriteString("message"u8, outcome switch
            {
                { Text.Length: 0, End: RunEnd.MaxTurns } => "The limit of turns was reached.",
                { End: RunEnd.Budget } => "The limit of tool calls was reached.",
                { End: RunEnd.Cancelled } => "The turn was interrupted.",
                _ => outcome.Text,
            });
            _json.WriteEndObject();
        }

        End();
    }

    private void Begin(ReadOnlySpan<byte> type)
    {
        _json.WriteStartObject();
        _json.WriteString("type"u8, type);
    }

    private void BeginEnvelope(ReadOnlySpan<byte> type, string id, string? parent)
    {
        Begin(type);
        _json.WriteString("uuid"u8, id);
        _json.WriteString("session_id"u8, _session);
        _json.WriteString("parent_tool_use_id"u8, parent);
    }

    private void BeginAssistant(string id, string model, string? parent)
    {
        BeginEnvelope("assistant"u8, id, parent);
        _json.WriteStartObject("message"u8);
        _json.WriteString("id"u8, id);
        _json.WriteString("type"u8, "message"u8);
        _json.WriteString("role"u8, "assistant"u8);
        _json.WriteString("model"u8, model);
        _json.WriteStartArray("content"u8);
    }

    private void EndAssistant(bool isToolUse, UsageDetails? usage)
    {
        _json.WriteEndArray();
        _json.WriteString("stop_reason"u8, isToolUse ? "tool_use" : null);
        Usage(usage, isTotal: false);
        _json.WriteEndObject();
        End();
    }

    private void BeginUser(string? parent)
    {
        BeginEnvelope("user"u8, NewId(), parent);
        _json.WriteStartObject("message"u8);
        _json.WriteString("role"u8, "user"u8);
        _json.WriteStartArray("content"u8);
        _json.WriteStartObject();
    }

    private void EndUser()
    {
        _json.WriteEndObject();
        _json.WriteEndArray();
        _json.WriteEndObject();
        End();
    }

    // Messages without a usage of their own say zero and nothing else; that is how clients detect the last message of an answer.
    private void Usage(UsageDetails? usage, bool isTotal)
    {
        _json.WriteStartObject("usage"u8);
        _json.WriteNumber("input_tokens"u8, usage?.InputTokenCount ?? 0);
        _json.WriteNumber("output_tokens"u8, usage?.OutputTokenCount ?? 0);
        if (usage is not null)
        {
            _json.WriteNumber("cache_read_input_tokens"u8, usage.CachedInputTokenCount ?? 0);
            if (usage.TotalTokenCount is > 0 and var total)
            {
                _json.WriteNumber("total_tokens"u8, total);
            }
            else if (!isTotal && (usage.InputTokenCount ?? 0) + (usage.OutputTokenCount ?? 0) is > 0 and var sum)
            {
                _json.WriteNumber("total_tokens"u8, sum);
            }
        }

        _json.WriteEndObject();
    }

    private void Strings(ReadOnlySpan<byte> name, IReadOnlyList<string> values)
    {
        _json.WriteStartArray(name);
        foreach (var value in values)
        {
            _json.WriteStringValue(value);
        }

        _json.WriteEndArray();
    }

    private void End()
    {
        _json.WriteEndObject();
        _json.Flush();
        _sink.Write(_buffer.WrittenSpan);
        _buffer.ResetWrittenCount();
        _json.Reset();
    }
}
