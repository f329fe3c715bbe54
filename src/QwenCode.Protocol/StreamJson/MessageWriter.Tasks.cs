using QwenCode.Tasks;

namespace QwenCode.Protocol.StreamJson;

/// <content>Messages about background tasks.</content>
public sealed partial class MessageWriter
{
    /// <summary>Writes <c>system/task_started</c>.</summary>
    /// <param name="task">The task.</param>
    public void TaskStarted(TaskSnapshot task)
    {
        ArgumentNullException.ThrowIfNull(task);
        BeginTask("task_started"u8, task);
        _json.WriteString("description"u8, task.Description);
        _json.WriteString("subagent_type"u8, task.Type);
        _json.WriteEndObject();
        End();
    }

    /// <summary>Writes <c>system/task_notification</c>.</summary>
    /// <param name="task">The task in its final state.</param>
    public void TaskNotification(TaskSnapshot task)
    {
        ArgumentNullException.ThrowIfNull(task);
        BeginTask("task_notification"u8, task);
        _json.WriteString(
            "status"u8, task.State switch { TaskState.Completed => "completed"u8, TaskState.Cancelled => "cancelled"u8, _ => "failed"u8 });
        if (task is { State: TaskState.Cancelled, Error: { } reason })
        {
            _json.WriteString("summary"u8, reason);
        }

        if (task.Stats is { } stats)
        {
            _json.WriteStartObject("usage"u8);
            _json.WriteNumber("total_tokens"u8, stats.TotalTokens);
            _json.WriteNumber("tool_uses"u8, stats.ToolUses);
            _json.WriteNumber("duration_ms"u8, (long)stats.Duration.TotalMilliseconds);
            _json.WriteEndObject();
        }

        _json.WriteEndObject();
        End();
    }

    private void Stopped(IReadOnlyList<TaskSnapshot> tasks)
    {
        if (tasks.Count > 0)
        {
            _json.WriteStartArray("stopped_tasks"u8);
            foreach (var task in tasks)
            {
                _json.WriteStartObject();
                _json.WriteString("task_id"u8, task.Id);
                _json.WriteString("description"u8, task.Description);
                _json.WriteString("reason"u8, task.Error);
                _json.WriteEndObject();
            }

            _json.WriteEndArray();
        }
    }

    private void BeginTask(ReadOnlySpan<byte> subtype, TaskSnapshot task)
    {
        Begin("system"u8);
        _json.WriteString("subtype"u8, subtype);
        _json.WriteString("uuid"u8, NewId());
        _json.WriteString("session_id"u8, _session);
        _json.WriteNull("parent_tool_use_id"u8);
        _json.WriteStartObject("data"u8);
        _json.WriteString("task_id"u8, task.Id);
        if (task.ToolUseId is { } call)
        {
            _json.WriteString("tool_use_id"u8, call);
        }
    }
}
