using Microsoft.Extensions.AI;
using QwenCode.Models;
using QwenCode.Protocol.JsonRpc;
using QwenCode.Sessions;
using QwenCode.Tools;
using QwenCode.Transcripts;

namespace QwenCode.Protocol.Acp;

/// <summary>Shows a recorded conversation again, as the updates that were sent when it took place.</summary>
/// <param name="peer">The client.</param>
/// <param name="session">The session.</param>
/// <param name="describe">Returns how a call is shown: display name, description, kind and locations.</param>
public sealed class AcpReplay(JsonRpcPeer peer, string session, Func<ToolCallInfo, ToolCallInfo> describe)
{
    private readonly UpdateWriter _updates = new(peer, session);
    private readonly Dictionary<string, string> _open = [];

    /// <summary>Sends the updates.</summary>
    /// <param name="conversation">The conversation.</param>
    public void Send(StoredConversation conversation)
    {
        ArgumentNullException.ThrowIfNull(conversation);
        var last = default(DateTimeOffset);
        foreach (var (at, entry) in conversation.Entries)
        {
            last = at;
            switch (entry)
            {
                case UserEntry user:
                    Send(user, at);
                    break;
                case AssistantEntry assistant:
                    Send(assistant, at);
                    break;
                case ToolResultEntry result:
                    Send(result, at);
                    break;
            }
        }

        foreach (var (id, tool) in _open)
        {
            // The program was ended under it.
            _updates.Result(
                id, false, null, "The session ended before this call did.", new UpdateMeta { RecordedAt = last, ToolName = tool });
        }

        _open.Clear();
    }

    private void Send(UserEntry user, DateTimeOffset at)
    {
        var meta = new UpdateMeta
        {
            RecordedAt = at,
            Source = user.Origin switch { UserEntryOrigin.Notification => "notification", UserEntryOrigin.Cron => "cron", _ => null },
        };
        if (user.Origin is not UserEntryOrigin.Prompt)
        {
            _updates.Chunk(ChunkKind.User, user.DisplayText ?? user.Message.Text, meta);
            return;
        }

        var isReferenced = false;
        foreach (var content in user.Message.Contents)
        {
            if (content is TextContent { Text: var text } && IsAdded(text, ref isReferenced) || isReferenced)
            {
                continue;
            }

            switch (content)
            {
                case TextContent { Text.Length: > 0 } said:
                    _updates.Chunk(ChunkKind.User, said.Text, meta);
                    break;
                case DataContent media when media.HasTopLevelMediaType("image") || media.HasTopLevelMediaType("audio"):
                    _updates.Media(media, meta);
                    break;
                case DataContent other:
                    _updates.Chunk(ChunkKind.User, $"[{other.MediaType}]", meta);
                    break;
            }
        }
    }

    // What the program put around the user's own words for the model: reminders, and what is in the files that they name.
    private static bool IsAdded(string text, ref bool isReferenced)
    {
        var isMark = text.StartsWith("\n--- ", StringComparison.Ordinal);
        isReferenced = isMark ? text.StartsWith("\n--- Content", StringComparison.Ordinal) : isReferenced;
        return isMark || text.StartsWith("<system-reminder>", StringComparison.Ordinal)
            || text.StartsWith("\nFile: ", StringComparison.Ordinal);
    }

    private void Send(AssistantEntry assistant, DateTimeOffset at)
    {
        var meta = new UpdateMeta { RecordedAt = at };
        foreach (var content in assistant.Message.Contents)
        {
            switch (content)
            {
                case TextReasoningContent { Text.Length: > 0 } reasoning:
                    _updates.Chunk(ChunkKind.Thought, reasoning.Text, meta);
                    break;
                case TextContent { Text.Length: > 0 } text:
                    _updates.Chunk(ChunkKind.Agent, text.Text, meta);
                    break;
                case FunctionCallContent { Name: not "todo_write" } call:
                    var input = ToolCallArguments.Of(call).Value is { ValueKind: System.Text.Json.JsonValueKind.Object } json
                        ? json : ToolArguments.None.Json;
                    var info = describe(new ToolCallInfo(call.CallId, call.Name, input));
                    _open[call.CallId] = call.Name;
                    _updates.Call(info, "in_progress", meta with { ToolName = call.Name });
                    break;
            }
        }

        if (assistant.Usage is { } usage)
        {
            _updates.Usage(usage, null, meta);
        }
    }

    private void Send(ToolResultEntry result, DateTimeOffset at)
    {
        var meta = new UpdateMeta { RecordedAt = at };
        if (result.Status is "success" && result.Result?.Display is TodoDisplay todo)
        {
            _updates.Plan(todo, meta);
            return;
        }

        if (!_open.Remove(result.CallId))
        {
            // A list that could not be written; a plan would have announced itself.
            _updates.Call(
                describe(new ToolCallInfo(result.CallId, result.ToolName, ToolArguments.None.Json)), "pending",
                meta with { ToolName = result.ToolName });
        }

        _updates.Result(
            result.CallId, result.Status is "success", result.Result, result.ModelText, meta with { ToolName = result.ToolName });
    }
}
