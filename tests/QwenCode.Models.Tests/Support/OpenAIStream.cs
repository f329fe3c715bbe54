using System.Text.Json;

namespace QwenCode.Models.Tests.Support;

/// <summary>Writes answers as an OpenAI-compatible server streams them.</summary>
internal static class OpenAIStream
{
    public const string Done = "data: [DONE]\n\n";

    public static string Chunk(string delta, string? finish = null) =>
        Data($$"""{"id":"c1","object":"chat.completion.chunk","created":1,"model":"m","choices":[{"index":0,"delta":{{delta}},"finish_reason":{{(finish is null ? "null" : $"\"{finish}\"")}}}]}""");

    public static string Data(string json) => $"data: {json}\n\n";

    public static string Quote(string text) => $"\"{JsonEncodedText.Encode(text)}\"";

    public static string Text(string text) => Chunk($$"""{"content":{{Quote(text)}}}""");

    public static string Thought(string text) => Chunk($$"""{"reasoning_content":{{Quote(text)}}}""");

    public static string Finish(string reason = "stop") => Chunk("{}", reason);

    public static string Usage(int input = 10, int output = 5) =>
        Data($$$"""{"id":"c1","choices":[],"usage":{"prompt_tokens":{{{input}}},"completion_tokens":{{{output}}},"total_tokens":{{{input + output}}}}}""");

    public static string Call(int? index, string? id, string? name, string? arguments) => Chunk(
        "{\"tool_calls\":[{" + string.Join(',', new[]
        {
            index is null ? null : $"\"index\":{index}",
            id is null ? null : $"\"id\":{Quote(id)}",
            "\"function\":{" + string.Join(',', new[] { name is null ? null : $"\"name\":{Quote(name)}", arguments is null ? null : $"\"arguments\":{Quote(arguments)}" }.OfType<string>()) + "}",
        }.OfType<string>()) + "}]}");

    /// <summary>A complete answer of one text.</summary>
    public static string Answer(string text) => Text(text) + Finish() + Usage() + Done;
}
