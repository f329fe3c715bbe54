using System.Text.Json;
using Microsoft.Extensions.AI;
using QwenCode.Sessions;
using QwenCode.Tools;

namespace QwenCode.Protocol.Acp;

/// <summary>Writes the members of tool calls: what they are about, what came of them, and the raw values behind that.</summary>
internal static class AcpToolCall
{
    /// <summary>Returns the word for what a call does.</summary>
    public static string Kind(ToolCallInfo call) => call.Name switch
    {
        "exit_plan_mode" => "switch_mode",
        "ask_user_question" or "todo_write" => "think",
        "skill" => "read",
        _ => call.Kind switch
        {
            ToolKind.Read => "read",
            ToolKind.Edit => "edit",
            ToolKind.Delete => "delete",
            ToolKind.Move => "move",
            ToolKind.Search => "search",
            ToolKind.Execute => "execute",
            ToolKind.Think => "think",
            ToolKind.Fetch => "fetch",
            _ => "other",
        },
    };

    /// <summary>Returns the headline of a call.</summary>
    public static string Title(ToolCallInfo call) =>
        call.Description.Length == 0 ? call.DisplayName : $"{call.DisplayName}: {call.Description}";

    /// <summary>Writes the files that a call is about.</summary>
    public static void Locations(Utf8JsonWriter json, ToolCallInfo call)
    {
        json.WriteStartArray("locations"u8);
        foreach (var location in call.Locations)
        {
            json.WriteStartObject();
            json.WriteString("path"u8, location.Path);
            if (location.Line is { } line)
            {
                json.WriteNumber("line"u8, line);
            }
            else
            {
                json.WriteNull("line"u8);
            }

            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    /// <summary>Writes the arguments of a call.</summary>
    public static void Input(Utf8JsonWriter json, ToolCallInfo call)
    {
        json.WritePropertyName("rawInput"u8);
        call.Input.WriteTo(json);
    }

    /// <summary>Writes what came of a call: a change as a diff, else what the model gets, media included.</summary>
    public static void Content(Utf8JsonWriter json, ToolResult? result, string modelText, bool isSuccess)
    {
        json.WriteStartArray("content"u8);
        if (isSuccess && result?.Display is FileDiffDisplay diff)
        {
            Diff(json, diff.FilePath, diff.OldText, diff.NewText);
        }
        else
        {
            var media = isSuccess && result is not null ? result.Content.Parts.OfType<DataContent>().ToList() : [];
            if (modelText.Length > 0 || media.Count == 0)
            {
                Text(json, modelText);
            }

            foreach (var part in media)
            {
                Media(json, part);
            }
        }

        json.WriteEndArray();
    }

    /// <summary>Writes a block of text.</summary>
    public static void Text(Utf8JsonWriter json, string text)
    {
        json.WriteStartObject();
        json.WriteString("type"u8, "content"u8);
        json.WriteStartObject("content"u8);
        json.WriteString("type"u8, "text"u8);
        json.WriteString("text"u8, text);
        json.WriteEndObject();
        json.WriteEndObject();
    }

    /// <summary>Writes a change. A file that was not there has an empty old text.</summary>
    public static void Diff(Utf8JsonWriter json, string path, string? oldText, string newText)
    {
        json.WriteStartObject();
        json.WriteString("type"u8, "diff"u8);
        json.WriteString("path"u8, path);
        json.WriteString("oldText"u8, oldText ?? string.Empty);
        json.WriteString("newText"u8, newText);
        json.WriteEndObject();
    }

    /// <summary>Writes what the user is shown of a result, as a value for clients that know more than the protocol.</summary>
    public static void Output(Utf8JsonWriter json, ToolResult? result, string modelText, bool isSuccess)
    {
        json.WritePropertyName("rawOutput"u8);
        switch (isSuccess ? result?.Display : null)
        {
            case FileDiffDisplay diff:
                WriteDiff(json, diff);
                break;
            case AgentDisplay agent:
                WriteAgent(json, agent);
                break;
            case PlanDisplay plan:
                json.WriteStartObject();
                json.WriteString("type"u8, "plan_summary"u8);
                json.WriteString("message"u8, plan.Message);
                json.WriteString("plan"u8, plan.Plan);
                json.WriteBoolean("rejected"u8, plan.Rejected);
                json.WriteEndObject();
                break;
            case TextDisplay { Text: { } text } when !string.IsNullOrWhiteSpace(text):
                json.WriteStringValue(text);
                break;
            default:
                json.WriteStringValue(modelText);
                break;
        }
    }

    private static void Media(Utf8JsonWriter json, DataContent part)
    {
        var isImage = part.HasTopLevelMediaType("image");
        if (!isImage && !part.HasTopLevelMediaType("audio"))
        {
            Text(json, $"[{part.MediaType}]");
            return;
        }

        json.WriteStartObject();
        json.WriteString("type"u8, "content"u8);
        json.WriteStartObject("content"u8);
        json.WriteString("type"u8, isImage ? "image"u8 : "audio"u8);
        json.WriteBase64String("data"u8, part.Data.Span);
        json.WriteString("mimeType"u8, part.MediaType);
        json.WriteEndObject();
        json.WriteEndObject();
    }

    private static void WriteDiff(Utf8JsonWriter json, FileDiffDisplay diff)
    {
        json.WriteStartObject();
        json.WriteString("fileDiff"u8, diff.Diff);
        json.WriteString("fileName"u8, Path.GetFileName(diff.FilePath));
        json.WriteString("originalContent"u8, diff.OldText);
        json.WriteString("newContent"u8, diff.NewText);
        json.WriteStartObject("diffStat"u8);
        json.WriteNumber("model_added_lines"u8, diff.LinesAdded);
        json.WriteNumber("model_removed_lines"u8, diff.LinesRemoved);
        json.WriteEndObject();
        json.WriteEndObject();
    }

    private static void WriteAgent(Utf8JsonWriter json, AgentDisplay agent)
    {
        json.WriteStartObject();
        json.WriteString("type"u8, "task_execution"u8);
        json.WriteString("subagentName"u8, agent.AgentName);
        json.WriteString("taskDescription"u8, agent.Description);
        json.WriteString("taskPrompt"u8, agent.Prompt);
        json.WriteString("status"u8, agent.Status);
        if (agent.TerminateReason is { } reason)
        {
            json.WriteString("terminateReason"u8, reason);
        }

        if (agent.Result is { } result)
        {
            json.WriteString("result"u8, result);
        }

        if (agent.Stats is { } stats)
        {
            json.WriteStartObject("executionSummary"u8);
            json.WriteNumber("totalToolCalls"u8, stats.ToolUses);
            json.WriteNumber("totalTokens"u8, stats.TotalTokens);
            json.WriteNumber("totalDurationMs"u8, (long)stats.Duration.TotalMilliseconds);
            json.WriteEndObject();
            json.WriteNumber("tokenCount"u8, stats.TotalTokens);
        }

        json.WriteEndObject();
    }
}
