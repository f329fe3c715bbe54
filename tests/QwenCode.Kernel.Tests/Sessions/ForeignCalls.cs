using Microsoft.Extensions.AI;
using QwenCode.Kernel.Tests.Bench;
using QwenCode.Sessions;
using QwenCode.Tools;

namespace QwenCode.Kernel.Tests.Sessions;

/// <summary>Calls that a model's client runs itself, with functions of its own.</summary>
public class ForeignCalls
{
    private int _runs;

    [Fact]
    public async Task A_call_with_its_result_in_the_same_stream_is_not_run_again_and_the_text_stays()
    {
        await using var bench = Bench();
        bench.Model.Answers(null, static _ => [TestModel.Text("Let me see. "), TestModel.Call("a", "clock", "{}"), new FunctionResultContent("a", "noon"), TestModel.Text("It is noon.")]);

        var events = await bench.RunAsync("what time is it?");

        events.OfType<RunCompleted>().Single().Outcome.Text.ShouldBe("Let me see. It is noon.");
        events.OfType<ToolCallStarted>().ShouldBeEmpty();
        bench.Model.Requests.ShouldHaveSingleItem();
        events.OfType<NoticeRaised>().ShouldHaveSingleItem().Text.ShouldContain("functions of its own (clock)");
        events.OfType<AnswerCompleted>().Single().Message.Contents.OfType<FunctionCallContent>().ShouldBeEmpty();
        _runs.ShouldBe(0);
    }

    [Fact]
    public async Task A_call_that_is_informational_is_not_run()
    {
        await using var bench = Bench();
        bench.Model.Answers(null, static _ => [new FunctionCallContent("a", "clock") { InformationalOnly = true }, TestModel.Text("It is noon.")]);

        var events = await bench.RunAsync("what time is it?");

        events.OfType<RunCompleted>().Single().Outcome.Text.ShouldBe("It is noon.");
        (_runs, events.OfType<NoticeRaised>().Count()).ShouldBe((0, 1));
    }

    [Fact]
    public async Task A_call_of_ours_in_the_same_stream_runs_also_where_it_repeats_the_id()
    {
        await using var bench = Bench();
        bench.Model
            .Answers(static request => request.EndsInUser, static _ => [TestModel.Call("a", "own", "{}"), new FunctionResultContent("a", "done"), TestModel.Call("a", "clock", "{}")])
            .Says("It is noon.");

        var events = await bench.RunAsync("what time is it?");

        _runs.ShouldBe(1);
        events.OfType<ToolCallStarted>().ShouldHaveSingleItem().Call.Name.ShouldBe("clock");
        var sent = bench.Model.Requests[1].Messages.SelectMany(static message => message.Contents).ToList();
        var call = sent.OfType<FunctionCallContent>().ShouldHaveSingleItem();
        (call.Name, bench.Model.Requests[1].ResultOf(call.CallId)).ShouldBe(("clock", "noon"));
    }

    [Fact]
    public async Task The_user_is_told_once_in_a_session()
    {
        await using var bench = Bench();
        bench.Model
            .Answers(static request => request.EndsInUser, static _ => [TestModel.Call("a", "own", "{}"), new FunctionResultContent("a", "done"), TestModel.Call("b", "clock", "{}")])
            .Answers(null, static _ => [TestModel.Call("a", "own", "{}"), new FunctionResultContent("a", "done"), TestModel.Text("It is noon.")]);

        var events = await bench.RunAsync("what time is it?");

        (events.OfType<NoticeRaised>().Count(), bench.Model.Requests.Count).ShouldBe((1, 2));
    }

    private KernelBench Bench()
    {
        var bench = new KernelBench();
        bench.Tools.Add(new TestTool("clock", (_, _, _) =>
        {
            _runs++;
            return Task.FromResult(ToolResult.Success("noon"));
        }));
        return bench;
    }
}
