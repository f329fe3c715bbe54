using System.Text;
using System.Text.Json;

namespace QwenCode.Cli.Tests.Support;

/// <summary>How the model server answers one request.</summary>
internal sealed record ModelReply(int Status, string Body)
{
    /// <summary>Gets what is sent first, before the gate is waited for.</summary>
    public string First { get; init; } = string.Empty;

    /// <summary>Gets what the rest of the answer waits for.</summary>
    public Task? Gate { get; init; }

    /// <summary>Gets a time to take before anything is sent, where the test is about instants.</summary>
    public TimeSpan Delay { get; init; }

    public static ModelReply Text(string text) => new(200, Chunk($$"""{"content":{{Quote(text)}}}""") + End("stop"));

    /// <summary>Two pieces of text.</summary>
    public static ModelReply Pieces(params string[] texts) => new(200, string.Concat(texts.Select(static text => Chunk($$"""{"content":{{Quote(text)}}}"""))) + End("stop"));

    public static ModelReply Thinking(string thought, string text) =>
        new(200, Chunk($$"""{"reasoning_content":{{Quote(thought)}}}""") + Chunk($$"""{"content":{{Quote(text)}}}""") + End("stop"));

    /// <summary>Calls of tools; arguments are JSON.</summary>
    public static ModelReply Calls(params (string Id, string Name, string Arguments)[] calls)
    {
        var body = new StringBuilder();
        for (var i = 0; i < calls.Length; i++)
        {
            body.Append(Chunk($$$"""{"tool_calls":[{"index":{{{i}}},"id":{{{Quote(calls[i].Id)}}},"type":"function","function":{"name":{{{Quote(calls[i].Name)}}},"arguments":{{{Quote(calls[i].Arguments)}}}}}]}"""));
        }

        return new(200, body.Append(End("tool_calls")).ToString());
    }

    public static ModelReply Error(int status, string message) => new(status, $$$"""{"error":{"message":{{{Quote(message)}}},"type":"stub"}}""");

    /// <summary>The beginning of an answer that goes on only when the gate opens.</summary>
    public static ModelReply Held(string beginning, Task gate, string rest = "") => new(200, Chunk($$"""{"content":{{Quote(rest)}}}""") + End("stop"))
    {
        First = beginning.Length == 0 ? string.Empty : Chunk($$"""{"content":{{Quote(beginning)}}}"""),
        Gate = gate,
    };

    public static string Quote(string text) => $"\"{JsonEncodedText.Encode(text)}\"";

    private static string Chunk(string delta, string? finish = null) =>
        $$"""data: {"id":"c1","object":"chat.completion.chunk","created":1,"model":"m","choices":[{"index":0,"delta":{{delta}},"finish_reason":{{(finish is null ? "null" : $"\"{finish}\"")}}}]}""" + "\n\n";

    private static string End(string reason) => Chunk("{}", reason)
        + """data: {"id":"c1","choices":[],"usage":{"prompt_tokens":11,"completion_tokens":5,"total_tokens":16}}""" + "\n\ndata: [DONE]\n\n";
}
