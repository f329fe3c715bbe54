using System.Text.Json;
using QwenCode.Platform.Json;

namespace QwenCode.Client;

/// <summary>Reads the messages of the program.</summary>
internal static class MessageReader
{
    public static QwenMessage Read(JsonElement json) => (json.Text("type"), json.Text("subtype")) switch
    {
        ("system", "init") => new InitMessage(json),
        ("system", "task_started") => new TaskStartedMessage(json),
        ("system", "task_notification") => new TaskEndedMessage(json),
        ("assistant", _) => new AssistantMessage(json, Blocks(json.Member("message").Member("content"))),
        ("user", _) => new UserMessage(json, Blocks(json.Member("message").Member("content"))),
        ("stream_event", _) when Delta(json) is { } delta => delta,
        ("result", _) => new ResultMessage(json),
        _ => new OtherMessage(json),
    };

    private static DeltaMessage? Delta(JsonElement json)
    {
        var delta = json.Member("event").Member("delta");
        return delta.Text("type") switch
        {
            "text_delta" => new DeltaMessage(json, delta.Text("text") ?? string.Empty, IsThought: false),
            "thinking_delta" => new DeltaMessage(json, delta.Text("thinking") ?? string.Empty, IsThought: true),
            _ => null,
        };
    }

    private static ContentBlock[] Blocks(JsonElement content) => content.ValueKind switch
    {
        JsonValueKind.String => [new TextBlock(content.GetString()!)],
        JsonValueKind.Array => [.. content.EnumerateArray().Select(Block)],
        _ => [],
    };

    private static ContentBlock Block(JsonElement json) => json.Text("type") switch
    {
        "text" => new TextBlock(json.Text("text") ?? string.Empty),
        "thinking" => new ThinkingBlock(json.Text("thinking") ?? string.Empty),
        "tool_use" => new ToolUseBlock(json.Text("id") ?? string.Empty, json.Text("name") ?? string.Empty, json.Member("input")),
        "tool_result" => new ToolResultBlock(
            json.Text("tool_use_id") ?? string.Empty, Text(json.Member("content")),
            json.IsTrue("is_error")),
        _ => new OtherBlock(json),
    };

    private static string Text(JsonElement content) => content.ValueKind switch
    {
        JsonValueKind.String => content.GetString()!,
        JsonValueKind.Array => string.Concat(content.EnumerateArray().Select(static part => part.Text("text"))),
        _ => string.Empty,
    };
}
