using Microsoft.Extensions.AI;
using QwenCode.Kernel.Tests.Bench;
using QwenCode.Kernel.Sessions;
using QwenCode.Models;
using QwenCode.Sessions;
using QwenCode.Tools;

namespace QwenCode.Kernel.Tests.Sessions;

public class Turns
{
    [Fact]
    public async Task Session_options_that_make_no_sense_are_all_named_and_nothing_is_asked()
    {
        await using var bench = new KernelBench();
        bench.Session = bench.Session with { History = null!, Hooks = null!, StaleResults = new StaleResultOptions(TimeSpan.FromDays(-1), -1) };

        Should.Throw<InvalidOptionsException>(() => bench.Open()).Problems.ShouldBe([
            "History is null; it must have a value.",
            "Hooks is null; it must have a value.",
            "StaleResults.Keep is -1; it must be at least 0.",
            "StaleResults.Age is -1.00:00:00; it must not be negative."]);
        bench.Model.Requests.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_prompt_is_answered_and_the_run_succeeds()
    {
        await using var bench = new KernelBench();
        bench.Model.Says("Hello.");

        var events = await bench.RunAsync("hi");

        events.OfType<RunCompleted>().ShouldHaveSingleItem().Outcome.ShouldSatisfyAllConditions(
            outcome => outcome.End.ShouldBe(RunEnd.Success),
            outcome => outcome.Text.ShouldBe("Hello."),
            outcome => outcome.Turns.ShouldBe(1),
            outcome => outcome.Usage.Tokens.TotalTokenCount.ShouldBe(12));
        events[^1].ShouldBeOfType<SessionEnded>();
        var request = bench.Model.Requests.ShouldHaveSingleItem();
        request.Messages.Select(static message => message.Role).ShouldBe([ChatRole.System, ChatRole.User]);
        request.LastText.ShouldBe("hi");
    }

    [Fact]
    public async Task Results_go_back_to_the_model_in_the_order_of_the_calls_although_the_second_was_quicker()
    {
        await using var bench = new KernelBench();
        var second = new TaskCompletionSource();
        bench.Tools.Add(new TestTool("slow", async (_, _, token) =>
        {
            await second.Task.WaitAsync(token);
            return ToolResult.Success("slow result");
        }));
        bench.Tools.Add(new TestTool("quick", (_, _, _) =>
        {
            second.SetResult();
            return Task.FromResult(ToolResult.Success("quick result"));
        }));
        bench.Model.Calls(static request => request.EndsInUser, ("a", "slow", "{}"), ("b", "quick", "{}")).Says("done");

        var events = await bench.RunAsync("go");

        var results = bench.Model.Requests[1].Last.Contents.OfType<FunctionResultContent>().ToArray();
        results.Select(static result => result.CallId).ShouldBe(["a", "b"]);
        results.Select(static result => result.Result).ShouldBe(["slow result", "quick result"]);
        events.OfType<ToolCallCompleted>().Select(static call => call.Call.Id).ShouldBe(["a", "b"]);
    }

    [Fact]
    public async Task Calls_that_change_something_run_alone()
    {
        await using var bench = new KernelBench();
        bench.Session = bench.Session with { Mode = QwenCode.Permissions.ApprovalMode.Yolo };
        var running = 0;
        var most = 0;
        for (var i = 0; i < 3; i++)
        {
            bench.Tools.Add(new TestTool($"write_{i}", async (_, _, _) =>
            {
                most = Math.Max(most, Interlocked.Increment(ref running));
                await Task.Yield();
                Interlocked.Decrement(ref running);
                return ToolResult.Success("ok");
            }, ToolTraits.None, ToolKind.Edit));
        }

        bench.Model.Calls(static request => request.EndsInUser, ("a", "write_0", "{}"), ("b", "write_1", "{}"), ("c", "write_2", "{}")).Says("done");

        await bench.RunAsync("go");

        most.ShouldBe(1);
    }

    public static TheoryData<string, string, string> BrokenCalls => new()
    {
        { "no_such_tool", "{}", "not found in registry" },
        { "works", "\"text\"", "Value of params must be an object" },
        { "works", "{\"cut", "Value of params must be an object" },
        { "throws", "{}", "it broke" },
        { "fails", "{}", "as expected" },
    };

    [Theory]
    [MemberData(nameof(BrokenCalls))]
    public async Task A_call_that_cannot_succeed_gets_exactly_one_result_and_the_turn_goes_on(string tool, string arguments, string said)
    {
        await using var bench = new KernelBench();
        bench.Tools.Add(TestTool.Returning("works", "fine"));
        bench.Tools.Add(new TestTool("throws", (_, _, _) => throw new InvalidOperationException("it broke")));
        bench.Tools.Add(new TestTool("fails", (_, _, _) => Task.FromResult(ToolResult.Failure("execution_failed", "as expected"))));
        bench.Model.Calls(static request => request.EndsInUser, ("bad", tool, arguments), ("good", "works", "{}")).Says("done");

        var events = await bench.RunAsync("go");

        bench.Model.Requests[1].ResultOf("bad").ShouldContain(said);
        bench.Model.Requests[1].ResultOf("good").ShouldBe("fine");
        events.OfType<ToolCallCompleted>().Select(static call => call.Status).ShouldBe([ToolCallStatus.Error, ToolCallStatus.Success]);
        events.OfType<RunCompleted>().Single().Outcome.End.ShouldBe(RunEnd.Success);
    }

    [Fact]
    public async Task An_unknown_tool_is_answered_with_the_names_that_come_closest()
    {
        await using var bench = new KernelBench();
        bench.Tools.AddRange([TestTool.Returning("read_file", ""), TestTool.Returning("read_fire", ""), TestTool.Returning("glob", "")]);
        bench.Model.Calls(static request => request.EndsInUser, ("a", "read_fil", "{}")).Says("done");

        await bench.RunAsync("go");

        bench.Model.Requests[1].ResultOf("a").ShouldContain("Did you mean one of: \"read_file\", \"read_fire\"");
    }

    [Fact]
    public async Task Two_calls_with_one_id_both_get_results()
    {
        await using var bench = new KernelBench();
        bench.Tools.Add(TestTool.Returning("works", "fine"));
        bench.Model.Calls(static request => request.EndsInUser, ("same", "works", "{}"), ("same", "works", "{}")).Says("done");

        await bench.RunAsync("go");

        var contents = bench.Model.Requests[1].Messages.SelectMany(static message => message.Contents).ToArray();
        var calls = contents.OfType<FunctionCallContent>().Select(static call => call.CallId).ToArray();
        calls.Distinct().Count().ShouldBe(2);
        contents.OfType<FunctionResultContent>().Select(static result => result.CallId).ShouldBe(calls);
    }

    [Fact]
    public async Task An_interrupt_while_a_tool_runs_leaves_a_history_that_the_next_turn_can_use()
    {
        await using var bench = new KernelBench();
        bench.Tools.Add(new TestTool("hangs", async (_, _, token) =>
        {
            await Task.Delay(Timeout.Infinite, token);
            return ToolResult.Success("never");
        }));
        bench.Model.Calls(static request => request.LastText == "first", ("a", "hangs", "{}"), ("b", "hangs", "{}")).Says("second answer");
        await using var session = bench.Open();

        session.Send(new PromptInput("first"));
        await bench.FrontEnd.WaitForAsync<ToolCallStarted>();
        session.Send(new InterruptInput());
        session.Send(new PromptInput("second"));
        session.Send(new CompleteInput());
        await session.Completion;

        bench.FrontEnd.Events.OfType<RunCompleted>().Select(static run => run.Outcome.End).ShouldBe([RunEnd.Cancelled, RunEnd.Success]);
        var sent = bench.Model.Requests[1];
        sent.ResultOf("a").ShouldBe("[Operation Cancelled] Reason: User cancelled tool execution.");
        sent.ResultOf("b").ShouldStartWith("[Operation Cancelled]");
        sent.LastText.ShouldBe("second");
    }

    [Fact]
    public async Task An_interrupt_in_mid_answer_keeps_the_text_that_came_and_drops_the_calls_nobody_will_run()
    {
        await using var bench = new KernelBench();
        bench.Model.Streams(static request => request.LastText == "first", static (_, token) => Half(token)).Says("second answer");
        await using var session = bench.Open();

        session.Send(new PromptInput("first"));
        await bench.FrontEnd.WaitForAsync<TextDelta>();
        session.Send(new InterruptInput());
        session.Send(new PromptInput("second"));
        session.Send(new CompleteInput());
        await session.Completion;

        bench.Model.Requests[1].Messages.Select(static message => (message.Role.Value, message.Text)).Skip(1)
            .ShouldBe([("user", "first"), ("assistant", "half an ans"), ("user", "second")]);

        static async IAsyncEnumerable<ChatResponseUpdate> Half([System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken)
        {
            yield return new ChatResponseUpdate(ChatRole.Assistant, "half an ans");
            yield return new ChatResponseUpdate(ChatRole.Assistant, [TestModel.Call("x", "nothing", "{}")]);
            await Task.Delay(Timeout.Infinite, cancellationToken);
        }
    }

    [Fact]
    public async Task A_tool_that_ignores_its_token_is_left_behind_after_the_grace_period()
    {
        await using var bench = new KernelBench();
        bench.Tools.Add(new TestTool("deaf", static async (_, _, _) =>
        {
            await Task.Delay(Timeout.Infinite, CancellationToken.None);
            return ToolResult.Success("never");
        }));
        bench.Model.Calls(static request => request.LastText == "first", ("a", "deaf", "{}")).Says("second answer");
        await using var session = bench.Open();

        session.Send(new PromptInput("first"));
        await bench.FrontEnd.WaitForAsync<ToolCallStarted>();
        session.Send(new InterruptInput());

        // The call is announced before the grace period can begin, so one step of the clock may come too early.
        var completed = bench.FrontEnd.WaitForAsync<RunCompleted>();
        while (!completed.IsCompleted)
        {
            bench.Clock.Advance(bench.Options.StopGracePeriod);
            await Task.Yield();
        }

        bench.FrontEnd.Events.OfType<ToolCallCompleted>().ShouldHaveSingleItem().Status.ShouldBe(ToolCallStatus.Cancelled);
    }

    [Fact]
    public async Task A_request_that_fails_is_an_error_and_the_session_goes_on()
    {
        await using var bench = new KernelBench();
        bench.Model.Fails(static request => request.LastText == "first", new ModelException(ModelFault.Refused, "400 the model refused", 400)).Says("fine now");
        await using var session = bench.Open();

        session.Send(new PromptInput("first"));
        session.Send(new PromptInput("second"));
        session.Send(new CompleteInput());
        await session.Completion;

        bench.FrontEnd.Events.OfType<RunCompleted>().Select(static run => (run.Outcome.End, run.Outcome.Text))
            .ShouldBe([(RunEnd.Error, "[API Error: 400 the model refused]"), (RunEnd.Success, "fine now")]);
    }

    [Fact]
    public async Task The_turn_limit_allows_that_many_requests()
    {
        await using var bench = new KernelBench();
        bench.Session = bench.Session with { MaxTurns = 2 };
        bench.Tools.Add(TestTool.Returning("again", "and again"));
        bench.Model.Answers(null, static request => [TestModel.Call($"call_{request.Messages.Count}", "again", "{}")]);

        var events = await bench.RunAsync("go");

        bench.Model.Requests.Count.ShouldBe(2);
        events.OfType<RunCompleted>().Single().Outcome.End.ShouldBe(RunEnd.MaxTurns);
    }

    [Fact]
    public async Task An_answer_that_begins_again_replaces_what_came_before()
    {
        await using var bench = new KernelBench();
        bench.Model.Answers(static request => request.LastText == "first", static _ => [new TextContent("abandoned"), new StreamRestartContent("cut"), new TextContent("whole")]).Says("next");
        await using var session = bench.Open();

        session.Send(new PromptInput("first"));
        session.Send(new PromptInput("second"));
        session.Send(new CompleteInput());
        await session.Completion;

        bench.Model.Requests[1].Messages[2].Text.ShouldBe("whole");
        bench.FrontEnd.Events.OfType<RunCompleted>().First().Outcome.Text.ShouldBe("whole");
    }

    [Fact]
    public async Task Messages_of_the_history_are_the_same_objects_in_every_request()
    {
        await using var bench = new KernelBench();
        bench.Tools.Add(TestTool.Returning("works", "fine"));
        bench.Model.Calls(static request => request.EndsInUser, ("a", "works", "{}")).Says("done");

        await bench.RunAsync("go");

        var (first, second) = (bench.Model.Requests[0], bench.Model.Requests[1]);
        for (var i = 0; i < first.Messages.Count; i++)
        {
            second.Messages[i].ShouldBeSameAs(first.Messages[i]);
        }

        second.Options.Tools.ShouldBeSameAs(first.Options.Tools);
    }
}
