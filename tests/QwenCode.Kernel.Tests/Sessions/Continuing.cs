using QwenCode.Kernel.Sessions;
using QwenCode.Kernel.Tests.Bench;
using QwenCode.Models;
using QwenCode.Sessions;
using QwenCode.Tools;

namespace QwenCode.Kernel.Tests.Sessions;

/// <summary>A turn that was cut short goes on without a new prompt.</summary>
public class Continuing
{
    private static readonly ModelException Refused = new(ModelFault.Refused, "no such parameter", 400);

    [Fact]
    public async Task A_prompt_without_an_answer_is_asked_again_just_as_it_was()
    {
        await using var bench = Conversation();
        var failing = true;
        bench.Model.Fails(_ => failing, Refused).Says("There you are.");
        await using var session = bench.Open();
        await PromptAsync(bench, session, "once");

        session.Interruption.ShouldBe(TurnInterruption.Prompt);
        failing = false;
        var outcome = await ContinueAsync(bench, session);

        (outcome.End, outcome.Text).ShouldBe((RunEnd.Success, "There you are."));
        session.Interruption.ShouldBe(TurnInterruption.None);
        bench.Model.Requests[1].Messages.Select(static message => message.Text).ShouldBe(bench.Model.Requests[0].Messages.Select(static message => message.Text));
    }

    [Fact]
    public async Task Results_without_an_answer_are_sent_again_and_no_call_runs_twice()
    {
        await using var bench = Conversation();
        var (failing, runs) = (true, 0);
        bench.Tools.Add(new TestTool("look", (_, _, _) =>
        {
            runs++;
            return Task.FromResult(ToolResult.Success("seen"));
        }));
        bench.Model.Calls(static request => request.EndsInUser, ("a", "look", "{}")).Fails(_ => failing, Refused).Says("Found it.");
        await using var session = bench.Open();
        await PromptAsync(bench, session, "look");

        session.Interruption.ShouldBe(TurnInterruption.Turn);
        failing = false;
        var outcome = await ContinueAsync(bench, session);

        (outcome.Text, runs).ShouldBe(("Found it.", 1));
        bench.Model.Requests[^1].ResultOf("a").ShouldBe("seen");
    }

    [Fact]
    public async Task With_nothing_cut_short_no_request_is_made_and_the_run_ends()
    {
        await using var bench = Conversation();
        bench.Model.Says("Hello.");
        await using var session = bench.Open();
        session.Interruption.ShouldBe(TurnInterruption.None);
        await PromptAsync(bench, session, "hi");

        var outcome = await ContinueAsync(bench, session);

        (outcome.End, outcome.Text).ShouldBe((RunEnd.Success, string.Empty));
        bench.Model.Requests.ShouldHaveSingleItem();
    }

    [Fact]
    public async Task A_run_that_is_continued_counts_as_one_that_was_asked_for_and_can_be_interrupted()
    {
        await using var bench = Conversation();
        var failing = true;
        bench.Model.Fails(_ => failing, Refused).Waits(static _ => true, new TaskCompletionSource().Task);
        await using var session = bench.Open();
        await PromptAsync(bench, session, "once");
        failing = false;

        session.Send(new ContinueInput());
        session.Send(new InterruptInput());
        var completed = await LastRunAsync(bench, 2);

        (completed.Trigger, completed.Outcome.IsInterrupted).ShouldBe((RunTrigger.Prompt, true));
        session.Interruption.ShouldBe(TurnInterruption.Prompt);
    }

    private static KernelBench Conversation()
    {
        var bench = new KernelBench();
        bench.Session = bench.Session with { Boundary = RunBoundary.Turn };
        return bench;
    }

    private static async Task PromptAsync(KernelBench bench, ISession session, string prompt)
    {
        session.Send(new PromptInput(prompt));
        await LastRunAsync(bench, 1);
    }

    private static async Task<RunOutcome> ContinueAsync(KernelBench bench, ISession session)
    {
        session.Send(new ContinueInput());
        return (await LastRunAsync(bench, 2)).Outcome;
    }

    private static async Task<RunCompleted> LastRunAsync(KernelBench bench, int count)
    {
        await bench.FrontEnd.WaitForAsync(_ => bench.FrontEnd.Events.OfType<RunCompleted>().Count() >= count);
        return bench.FrontEnd.Events.OfType<RunCompleted>().Last();
    }
}
