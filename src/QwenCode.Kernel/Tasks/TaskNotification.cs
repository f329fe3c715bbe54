using System.Text;
using QwenCode.Platform.Text;
using QwenCode.Tasks;

namespace QwenCode.Kernel.Tasks;

/// <summary>How the end of a task is reported: an envelope for the model, and a line for the user.</summary>
internal static class TaskNotification
{
    private const int MaxLabel = 40;

    /// <summary>
    /// Writes the envelope. Values are cut first and escaped then, so that no entity is ever cut and no value can close its
    /// element.
    /// </summary>
    public static string Envelope(TaskSnapshot task, int maxResult)
    {
        var text = new StringBuilder();
        text.Append("<task-notification>\n");
        Element(text, "task-id", task.Id);
        if (task.ToolUseId is { } toolUse)
        {
            Element(text, "tool-use-id", toolUse);
        }

        Element(text, "status", Status(task.State));
        var subject = task.Kind is TaskKind.Shell ? "Command" : "Agent";
        Element(text, "summary", $"{subject} \"{task.Description}\" {Verb(task.State)}.");
        var isCut = false;
        if (!string.IsNullOrEmpty(task.Result))
        {
            Element(text, "result", Cut(task.Result, maxResult, out isCut));
        }

        if (!string.IsNullOrEmpty(task.Error))
        {
            Element(text, "result", "Error: " + Cut(task.Error, maxResult, out isCut));
        }

        if (isCut && task.OutputFile is { } file)
        {
            Element(text, "output-file", file);
        }

        if (task.Stats is { } stats)
        {
            text.Append("<usage>\n<total_tokens>").Append(stats.TotalTokens).Append("</total_tokens>\n<tool_uses>").Append(stats.ToolUses)
                .Append("</tool_uses>\n<duration_ms>").Append((long)stats.Duration.TotalMilliseconds).Append("</duration_ms>\n</usage>\n");
        }

        return text.Append("</task-notification>").ToString();
    }

    /// <summary>Writes the line for the user.</summary>
    public static string DisplayLine(TaskSnapshot task)
    {
        var label = task.Description;
        var prefix = task.Type + ":";
        if (task.Type.Length > 0 && label.StartsWith(prefix, StringComparison.OrdinalIgnoreCase))
        {
            label = label[prefix.Length..].TrimStart();
        }

        if (label.Length > MaxLabel)
        {
            label = TextCut.Head(label, MaxLabel) + "...";
        }

        var subject = task.Kind is TaskKind.Shell ? "command" : "agent";
        return $"Background {subject} \"{(task.Type.Length > 0 ? $"{task.Type}: " : string.Empty)}{label}\" {Verb(task.State)}.";
    }

    /// <summary>Returns the word for a state, as notifications carry it.</summary>
    public static string Status(TaskState state) => state switch
    {
        TaskState.Queued => "queued",
        TaskState.Running => "running",
        TaskState.Completed => "completed",
        TaskState.Cancelled => "cancelled",
        _ => "failed",
    };

    private static string Verb(TaskState state) => state is TaskState.Cancelled ? "was cancelled" : Status(state);

    private static void Element(StringBuilder text, string name, string value) =>
        text.Append('<').Append(name).Append('>').Append(Escape(value)).Append("</").Append(name).Append(">\n");

    // Exactly these three: an XML writer would refuse control characters and fold line breaks.
    public static string Escape(string value) =>
        value.Replace("&", "&amp;", StringComparison.Ordinal).Replace("<", "&lt;", StringComparison.Ordinal)
            .Replace(">", "&gt;", StringComparison.Ordinal);

    private static string Cut(string value, int max, out bool isCut)
    {
        isCut = value.Length > max;
        return isCut ? TextCut.Head(value, max) + "\n[truncated]" : value;
    }
}
