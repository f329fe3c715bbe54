using System.Text.Json;
using QwenCode.Platform.Json;
using QwenCode.Storage.Json;
using QwenCode.Tools;

namespace QwenCode.Storage.Transcripts;

/// <summary>What the user is shown of a result, as the member <c>resultDisplay</c>.</summary>
internal static class DisplayJson
{
    /// <summary>Writes the member.</summary>
    public static void Write(Utf8JsonWriter writer, ToolDisplay display)
    {
        switch (display)
        {
            case TextDisplay text:
                writer.WriteText("resultDisplay"u8, text.Text);
                break;
            case FileDiffDisplay diff:
                WriteDiff(writer, diff);
                break;
            case TodoDisplay todo:
                writer.WriteStartObject("resultDisplay"u8);
                writer.WriteString("type"u8, "todo_list"u8);
                writer.WriteStartArray("todos"u8);
                foreach (var item in todo.Items)
                {
                    writer.WriteStartObject();
                    writer.WriteText("id"u8, item.Id);
                    writer.WriteText("content"u8, item.Content);
                    writer.WriteText("status"u8, item.Status);
                    writer.WriteEndObject();
                }

                writer.WriteEndArray();
                writer.WriteEndObject();
                break;
            case PlanDisplay plan:
                writer.WriteStartObject("resultDisplay"u8);
                writer.WriteString("type"u8, "plan_summary"u8);
                writer.WriteText("message"u8, plan.Message);
                writer.WriteText("plan"u8, plan.Plan);
                writer.WriteBoolean("rejected"u8, plan.Rejected);
                writer.WriteEndObject();
                break;
        }
    }

    /// <summary>Reads the member; <c>null</c> for kinds of display that are not ours, so that the model's text is shown.</summary>
    public static ToolDisplay? Read(JsonElement result)
    {
        if (result.Text("resultDisplay"u8) is { } text)
        {
            return new TextDisplay(text);
        }

        if (result.Object("resultDisplay"u8) is not { } display)
        {
            return null;
        }

        return display.Text("type"u8) switch
        {
            "todo_list" when display.Array("todos"u8) is { } todos => new TodoDisplay(
                [.. todos.EnumerateArray().Select(static todo => new TodoItem(
                    todo.Text("id"u8) ?? string.Empty, todo.Text("content"u8) ?? string.Empty, todo.Text("status"u8) ?? "pending"))]),
            "plan_summary" =>
                new PlanDisplay(
                    display.Text("message"u8) ?? string.Empty, display.Text("plan"u8) ?? string.Empty, display.IsTrue("rejected"u8)),
            null when display.Text("fileDiff"u8) is { } diff => new FileDiffDisplay(
                display.Text("filePath"u8) ?? display.Text("fileName"u8) ?? string.Empty,
                diff,
                display.Text("originalContent"u8),
                display.Text("newContent"u8) ?? string.Empty,
                (int)(display.Object("diffStat"u8)?.Whole("model_added_lines"u8) ?? 0),
                (int)(display.Object("diffStat"u8)?.Whole("model_removed_lines"u8) ?? 0)),
            _ => null,
        };
    }

    private static void WriteDiff(Utf8JsonWriter writer, FileDiffDisplay diff)
    {
        writer.WriteStartObject("resultDisplay"u8);
        writer.WriteText("fileDiff"u8, diff.Diff);
        writer.WriteText("fileName"u8, Path.GetFileName(diff.FilePath));
        writer.WriteText("filePath"u8, diff.FilePath); // Ours: the bare name does not say which file it was.
        if (diff.OldText is { } old)
        {
            writer.WriteText("originalContent"u8, old);
        }
        else
        {
            writer.WriteNull("originalContent"u8);
        }

        writer.WriteText("newContent"u8, diff.NewText);
        writer.WriteStartObject("diffStat"u8);
        writer.WriteNumber("model_added_lines"u8, diff.LinesAdded);
        writer.WriteNumber("model_removed_lines"u8, diff.LinesRemoved);
        writer.WriteNumber("user_added_lines"u8, 0);
        writer.WriteNumber("user_removed_lines"u8, 0);
        writer.WriteEndObject();
        writer.WriteEndObject();
    }
}
