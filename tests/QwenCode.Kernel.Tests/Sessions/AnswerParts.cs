using System.Text.Json;
using Microsoft.Extensions.AI;
using QwenCode.Conversations;
using QwenCode.Kernel.Tests.Bench;
using QwenCode.Models;
using QwenCode.Sessions;
using QwenCode.Tools;
using QwenCode.Transcripts;

namespace QwenCode.Kernel.Tests.Sessions;

/// <summary>An answer goes back as it came: its parts in their order, each with what its provider signed.</summary>
public class AnswerParts
{
    [Fact]
    public async Task Parts_and_signatures_are_sent_back_in_the_order_they_came()
    {
        var redacted = Signatures.Redacted("opaque==");
        var (answer, recorded) = await RunAsync(
            Thought("on"), Thought("e"), Signed("sA"), TestModel.Text("I "), TestModel.Text("look."), TestModel.Call("a", "clock", "{}"),
            Signed("sB"), redacted, Own("{\"x\":1}"), TestModel.Call("b", "clock", "{}"), TestModel.Text("and"), SignedText("sC"));

        Shape(answer).ShouldBe("thought one sA|text I look.|call a|thought  sB|redacted opaque==|other {\"x\":1}|call b|text and|text  sC");
        answer.Origin.ShouldBe(new ModelOrigin("test", "test-model"));
        recorded.ShouldBeSameAs(answer);
    }

    [Fact]
    public async Task A_call_whose_id_comes_twice_keeps_what_its_provider_wants_back()
    {
        var second = TestModel.Call("a", "clock", "{}");
        Signatures.Sign(second, "SIG");

        var (answer, _) = await RunAsync(TestModel.Call("a", "clock", "{}"), second);

        var calls = answer.Contents.OfType<FunctionCallContent>().ToList();
        calls.Select(static call => call.CallId).ShouldBeUnique();
        calls.Select(Signatures.Of).ShouldBe([null, "SIG"]);
    }

    [Fact]
    public async Task What_is_left_of_an_answer_that_was_cut_is_signed_by_nobody()
    {
        await using var bench = new KernelBench();
        bench.Model
            .Streams(static request => request.LastUser == "first", static (_, _) => CutAsync())
            .Says("fine");
        await using var session = bench.Open();
        session.Send(new PromptInput("first"));
        await bench.FrontEnd.WaitForAsync<RunCompleted>();
        session.Send(new PromptInput("second"));
        session.Send(new CompleteInput());
        await session.Completion.WaitAsync(TimeSpan.FromSeconds(20));

        var answer = Sent(bench);
        Shape(answer).ShouldBe("thought one sA|text half");
        answer.Origin.ShouldBe(ModelOrigin.Nobody);
        bench.Model.Requests[^1].Messages.SelectMany(static message => message.Contents).OfType<FunctionCallContent>().ShouldBeEmpty();
    }

    [Fact]
    public async Task A_restart_forgets_parts_and_calls_of_the_answer_before()
    {
        var (answer, _) = await RunAsync(
            Signed("sA"), TestModel.Call("x", "clock", "{}"), new StreamRestartContent("overloaded"), TestModel.Call("a", "clock", "{}"));

        Shape(answer).ShouldBe("call a");
    }

    private static TextReasoningContent Thought(string text) => new(text);

    private static TextReasoningContent Signed(string signature) => new(string.Empty) { ProtectedData = signature };

    private static TextContent SignedText(string signature)
    {
        var text = new TextContent(string.Empty);
        Signatures.Sign(text, signature);
        return text;
    }

    private static ProviderContent Own(string json) => new("block", JsonElement.Parse(json));

    private static async IAsyncEnumerable<ChatResponseUpdate> CutAsync()
    {
        await Task.Yield();
        AIContent[] parts = [Thought("one"), Signed("sA"), TestModel.Call("a", "clock", "{}"), Signed("sB"), TestModel.Text("half")];
        yield return new ChatResponseUpdate(ChatRole.Assistant, parts);
        throw new ModelException(ModelFault.BrokenStream, "the connection was closed");
    }

    private static string Shape(ChatMessage message) => string.Join('|', message.Contents.Select(static part => part switch
    {
        TextReasoningContent thought when Signatures.IsRedacted(thought) => $"redacted {thought.ProtectedData}",
        TextReasoningContent thought => $"thought {thought.Text} {thought.ProtectedData}".TrimEnd(),
        TextContent text => $"text {text.Text} {Signatures.Of(text)}".TrimEnd(),
        FunctionCallContent call => $"call {call.CallId}",
        ProviderContent other => $"other {other.Value.GetRawText()}",
        _ => part.GetType().Name,
    }));

    private static HistoryMessage Sent(KernelBench bench) =>
        (HistoryMessage)bench.Model.Requests[1].Messages.Single(static message => message.Role == ChatRole.Assistant);

    private static async Task<(HistoryMessage Sent, HistoryMessage Recorded)> RunAsync(params AIContent[] answer)
    {
        await using var bench = new KernelBench();
        bench.Tools.Add(new TestTool("clock", static (_, _, _) => Task.FromResult(ToolResult.Success("noon"))));
        bench.Model.Answers(static request => request.EndsInUser, _ => answer).Says("fine");
        await bench.RunAsync("go");
        return (Sent(bench), bench.Transcripts.Main.Entries.OfType<AssistantEntry>().First().Message);
    }
}
