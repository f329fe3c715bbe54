using System.Text.Json;
using Microsoft.Extensions.AI;
using QwenCode.Permissions;
using QwenCode.Protocol.JsonRpc;
using QwenCode.Sessions;
using QwenCode.Tools;

namespace QwenCode.Protocol.Acp;

/// <summary>Writes the updates of one session as <c>session/update</c>.</summary>
/// <param name="peer">The client.</param>
/// <param name="session">The session.</param>
internal sealed class UpdateWriter(JsonRpcPeer peer, string session)
{
    /// <summary>Writes a piece of a message.</summary>
    /// <param name="kind">Whose: <c>user</c>, <c>agent</c>, or <c>thought</c> of the agent.</param>
    /// <param name="text">The piece.</param>
    /// <param name="meta">What is said of it.</param>
    public void Chunk(ChunkKind kind, string text, UpdateMeta meta) => Send(Name(kind), json =>
    {
        Text(json, text);
        meta.Write(json);
    });

    /// <summary>Writes media that the user sent.</summary>
    /// <param name="part">The media.</param>
    /// <param name="meta">What is said of it.</param>
    public void Media(DataContent part, UpdateMeta meta) => Send(Name(ChunkKind.User), json =>
    {
        json.WriteStartObject("content"u8);
        json.WriteString("type"u8, part.HasTopLevelMediaType("image") ? "image"u8 : "audio"u8);
        json.WriteBase64String("data"u8, part.Data.Span);
        json.WriteString("mimeType"u8, part.MediaType);
        json.WriteEndObject();
        meta.Write(json);
    });

    /// <summary>Writes what an answer cost, as a piece without text.</summary>
    /// <param name="usage">The tokens.</param>
    /// <param name="duration">How long the request took; <c>null</c> if that is not known.</param>
    /// <param name="meta">What is said of the answer.</param>
    public void Usage(UsageDetails usage, TimeSpan? duration, UpdateMeta meta) => Send(Name(ChunkKind.Agent), json =>
    {
        Text(json, string.Empty);
        meta.Write(json, rest =>
        {
            var (input, output) = (usage.InputTokenCount ?? 0, usage.OutputTokenCount ?? 0);
            rest.WriteStartObject("usage"u8);
            rest.WriteNumber("inputTokens"u8, input);
            rest.WriteNumber("outputTokens"u8, output);
            rest.WriteNumber("totalTokens"u8, usage.TotalTokenCount ?? input + output);
            rest.WriteNumber("thoughtTokens"u8, usage.ReasoningTokenCount ?? 0);
            rest.WriteNumber("cachedReadTokens"u8, usage.CachedInputTokenCount ?? 0);
            rest.WriteEndObject();
            if (duration is { } time)
            {
                rest.WriteNumber("durationMs"u8, (long)time.TotalMilliseconds);
            }
        });
    });

    /// <summary>Announces a call.</summary>
    /// <param name="call">The call.</param>
    /// <param name="status">How it stands.</param>
    /// <param name="meta">What is said of it.</param>
    public void Call(ToolCallInfo call, string status, UpdateMeta meta) => Send("tool_call", json =>
    {
        json.WriteString("toolCallId"u8, call.Id);
        json.WriteString("status"u8, status);
        json.WriteString("title"u8, AcpToolCall.Title(call));
        json.WriteStartArray("content"u8);
        json.WriteEndArray();
        AcpToolCall.Locations(json, call);
        json.WriteString("kind"u8, AcpToolCall.Kind(call));
        AcpToolCall.Input(json, call);
        meta.Write(json);
    });

    /// <summary>Shows what a running call has to show.</summary>
    /// <param name="callId">The call.</param>
    /// <param name="text">All of it so far.</param>
    /// <param name="meta">What is said of the call.</param>
    public void Progress(string callId, string text, UpdateMeta meta) => Send("tool_call_update", json =>
    {
        json.WriteString("toolCallId"u8, callId);
        json.WriteString("status"u8, "in_progress"u8);
        json.WriteStartArray("content"u8);
        AcpToolCall.Text(json, text);
        json.WriteEndArray();
        meta.Write(json);
    });

    /// <summary>Shows a terminal of the client as the content of a running call.</summary>
    /// <param name="callId">The call.</param>
    /// <param name="terminal">The client's name for the terminal.</param>
    /// <param name="meta">What is said of the call.</param>
    public void Terminal(string callId, string terminal, UpdateMeta meta) => Send("tool_call_update", json =>
    {
        json.WriteString("toolCallId"u8, callId);
        json.WriteString("status"u8, "in_progress"u8);
        json.WriteStartArray("content"u8);
        json.WriteStartObject();
        json.WriteString("type"u8, "terminal"u8);
        json.WriteString("terminalId"u8, terminal);
        json.WriteEndObject();
        json.WriteEndArray();
        meta.Write(json);
    });

    /// <summary>Writes what came of a call.</summary>
    /// <param name="callId">The call.</param>
    /// <param name="isSuccess">Whether it did what it should.</param>
    /// <param name="result">The result, if it ran.</param>
    /// <param name="modelText">What the model gets.</param>
    /// <param name="meta">What is said of the call.</param>
    /// <param name="keepsContent">Whether what the call has shown so far stays.</param>
    public void Result(
        string callId, bool isSuccess, ToolResult? result, string modelText, UpdateMeta meta, bool keepsContent = false) =>
        Send("tool_call_update", json =>
        {
            json.WriteString("toolCallId"u8, callId);
            json.WriteString("status"u8, isSuccess ? "completed"u8 : "failed"u8);
            if (!keepsContent)
            {
                AcpToolCall.Content(json, result, modelText, isSuccess);
            }

            meta.Write(json);
            AcpToolCall.Output(json, result, modelText, isSuccess);
        });

    /// <summary>Writes the list of things to do.</summary>
    /// <param name="todo">The list.</param>
    /// <param name="meta">What is said of it.</param>
    public void Plan(TodoDisplay todo, UpdateMeta meta) => Send("plan", json =>
    {
        json.WriteStartArray("entries"u8);
        foreach (var item in todo.Items)
        {
            json.WriteStartObject();
            json.WriteString("content"u8, item.Content);
            json.WriteString("priority"u8, "medium"u8);
            json.WriteString("status"u8, item.Status);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        meta.Write(json);
    });

    /// <summary>Writes that the approval mode changed.</summary>
    /// <param name="mode">The mode.</param>
    public void Mode(ApprovalMode mode) => Send("current_mode_update", json => json.WriteString("currentModeId"u8, mode.ToWire()));

    /// <summary>Writes something the user should know that is no part of the conversation.</summary>
    /// <param name="severity">How bad it is.</param>
    /// <param name="text">What.</param>
    public void Notice(string severity, string text) => Send("notice", json =>
    {
        json.WriteString("severity"u8, severity);
        json.WriteString("title"u8, text);
    });

    /// <summary>Writes an update.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="members">Writes its other members.</param>
    public void Send(string name, Action<Utf8JsonWriter> members) => peer.Notify("session/update", json =>
    {
        json.WriteString("sessionId"u8, session);
        json.WriteStartObject("update"u8);
        json.WriteString("sessionUpdate"u8, name);
        members(json);
        json.WriteEndObject();
    });

    private static void Text(Utf8JsonWriter json, string text)
    {
        json.WriteStartObject("content"u8);
        json.WriteString("type"u8, "text"u8);
        json.WriteString("text"u8, text);
        json.WriteEndObject();
    }

    private static string Name(ChunkKind kind) => kind switch
    {
        ChunkKind.User => "user_message_chunk",
        ChunkKind.Thought => "agent_thought_chunk",
        _ => "agent_message_chunk",
    };
}
