using System.Text.Json;
using Microsoft.Extensions.AI;
using QwenCode.Conversations;
using QwenCode.Models.Tests.Support;

namespace QwenCode.Models.Tests.Conformance;

public sealed class ConformanceOverSocketsTests() : ConformanceTests(TransportKind.Socket);

public sealed class ConformanceOverHttpClientTests() : ConformanceTests(TransportKind.HttpClient);

public abstract class ConformanceTests(TransportKind transport) : OpenAIClientTest(transport)
{
    public static TheoryData<string> Names => [.. Oddities.All.Select(oddity => oddity.Name)];

    [Theory]
    [MemberData(nameof(Names))]
    public async Task An_odd_answer_comes_out_as_the_table_says_and_the_next_request_is_strict(string name)
    {
        var oddity = Oddities.All.Single(one => one.Name == name);
        Server.Always = oddity.Answer;
        var contents = new List<AIContent>();
        ModelException? failure = null;
        var client = Client(options => options with { MaxOutputTokens = 1000 });
        try
        {
            await foreach (var update in client.GetStreamingResponseAsync([new HistoryMessage(ChatRole.User, "hi")]))
            {
                contents.AddRange(update.Contents);
            }
        }
        catch (ModelException exception)
        {
            failure = exception;
        }

        // What was abandoned is not part of what came out.
        contents = contents.Slice(contents.FindLastIndex(content => content is StreamRestartContent) + 1, contents.Count - 1
            - contents.FindLastIndex(content => content is StreamRestartContent));
        (failure?.Message ?? string.Empty).ShouldContain(oddity.Error ?? string.Empty);
        (failure is null).ShouldBe(oddity.Error is null, failure?.Message);
        (failure?.Advice ?? string.Empty).ShouldContain(oddity.Advice ?? string.Empty);
        Answers.TextOf(contents).ShouldBe(oddity.Text);
        Answers.ThoughtsOf(contents).ShouldBe(oddity.Thought);
        var calls = contents.OfType<FunctionCallContent>().ToList();
        calls.Select(Describe).ShouldBe(oddity.Calls.Select(call => call[0] == '*' ? "*" + call[1..] : call));
        Server.Requests.Count.ShouldBe(oddity.Requests);
        if (failure is null)
        {
            await AssertNextRequestAsync(client, contents, calls, oddity);
        }

        string Describe(FunctionCallContent call) =>
            $"{(oddity.Calls.Any(expected => expected[0] == '*') ? "*" : call.CallId)} {call.Name} {Compact(ToolCallArguments.Of(call).Value!.Value)}";
    }

    private async Task AssertNextRequestAsync(IChatClient client, List<AIContent> contents, List<FunctionCallContent> calls, Oddity oddity)
    {
        Server.Always = StubReply.Of(OpenAIStream.Answer("fine"));
        List<ChatMessage> history =
        [
            new HistoryMessage(ChatRole.User, "hi"),
            new HistoryMessage(ChatRole.Assistant, [.. contents.Where(content => content is TextContent or TextReasoningContent or FunctionCallContent)]),
        ];
        history.Add(calls.Count > 0
            ? new HistoryMessage(ChatRole.Tool, [.. calls.Select(call => new FunctionResultContent(call.CallId, "done"))])
            : new HistoryMessage(ChatRole.User, "go on"));

        await client.GetResponseAsync(history);

        var request = Server.Requests[^1];
        StrictServer.Refusal(request.Json).ShouldBeNull();
        foreach (var expected in oddity.Next)
        {
            request.Text.ShouldContain(expected);
        }
    }

    private static string Compact(JsonElement json)
    {
        using var stream = new MemoryStream();
        using (var writer = new Utf8JsonWriter(stream, new() { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))
        {
            json.WriteTo(writer);
        }

        return System.Text.Encoding.UTF8.GetString(stream.ToArray());
    }
}
