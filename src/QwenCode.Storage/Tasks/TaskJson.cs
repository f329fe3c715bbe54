using System.Globalization;
using System.Text.Json;
using QwenCode.Agents;
using QwenCode.Platform.Json;
using QwenCode.Storage.Json;
using QwenCode.Tasks;

namespace QwenCode.Storage.Tasks;

/// <summary>A task as JSON. Results are whole, however long: they are what would be lost.</summary>
internal static class TaskJson
{
    /// <summary>Writes the member <c>task</c>.</summary>
    public static void Write(Utf8JsonWriter writer, TaskSnapshot task)
    {
        writer.WriteStartObject("task"u8);
        writer.WriteText("id"u8, task.Id);
        writer.WriteString("kind"u8, task.Kind.ToString());
        writer.WriteText("owner"u8, task.Owner.Value);
        WriteOptional(writer, "toolUseId"u8, task.ToolUseId);
        writer.WriteText("description"u8, task.Description);
        writer.WriteText("type"u8, task.Type);
        writer.WriteText("prompt"u8, task.Prompt);
        writer.WriteString("state"u8, task.State.ToString());
        WriteOptional(writer, "endReason"u8, task.EndReason?.ToString());
        WriteOptional(writer, "result"u8, task.Result);
        WriteOptional(writer, "error"u8, task.Error);
        if (task.Stats is { } stats)
        {
            writer.WriteStartObject("stats"u8);
            writer.WriteNumber("totalTokens"u8, stats.TotalTokens);
            writer.WriteNumber("toolUses"u8, stats.ToolUses);
            writer.WriteNumber("durationTicks"u8, stats.Duration.Ticks);
            writer.WriteEndObject();
        }

        WriteOptional(writer, "outputFile"u8, task.OutputFile);
        writer.WriteString("startedAt"u8, Format(task.StartedAt));
        WriteOptional(writer, "endedAt"u8, task.EndedAt is { } ended ? Format(ended) : null);
        writer.WriteEndObject();
    }

    /// <summary>Reads a task; <c>null</c> if what it cannot be without is missing.</summary>
    public static TaskSnapshot? Read(JsonElement task)
    {
        if (task.Text("id"u8) is not { } id || task.Text("owner"u8) is not { } owner
            || !Enum.TryParse<TaskKind>(task.Text("kind"u8), out var kind)
            || !Enum.TryParse<TaskState>(task.Text("state"u8), out var state))
        {
            return null;
        }

        return new TaskSnapshot
        {
            Id = id,
            Kind = kind,
            Owner = new AgentId(owner),
            ToolUseId = task.Text("toolUseId"u8),
            Description = task.Text("description"u8) ?? string.Empty,
            Type = task.Text("type"u8) ?? string.Empty,
            Prompt = task.Text("prompt"u8) ?? string.Empty,
            State = state,
            EndReason = Enum.TryParse<TaskEndReason>(task.Text("endReason"u8), out var reason) ? reason : null,
            Result = task.Text("result"u8),
            Error = task.Text("error"u8),
            Stats = task.Object("stats"u8) is { } stats
                ? new TaskStats(stats.Whole("totalTokens"u8) ?? 0, (int)(stats.Whole("toolUses"u8) ?? 0),
                    TimeSpan.FromTicks(stats.Whole("durationTicks"u8) ?? 0))
                : null,
            OutputFile = task.Text("outputFile"u8),
            StartedAt = Time(task.Text("startedAt"u8)) ?? default,
            EndedAt = Time(task.Text("endedAt"u8)),
        };
    }

    /// <summary>Returns a time exactly.</summary>
    public static string Format(DateTimeOffset at) => at.ToString("O", CultureInfo.InvariantCulture);

    private static DateTimeOffset? Time(string? text) =>
        DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.RoundtripKind, out var at) ? at : null;

    private static void WriteOptional(Utf8JsonWriter writer, ReadOnlySpan<byte> name, string? value)
    {
        if (value is not null)
        {
            writer.WriteText(name, value);
        }
    }
}
