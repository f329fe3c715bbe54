using QwenCode.Kernel.Sessions;
using QwenCode.Kernel.Tests.Bench;
using QwenCode.Models;
using QwenCode.Sessions;
using QwenCode.Tasks;
using QwenCode.Transcripts;

namespace QwenCode.Kernel.Tests.Cron;

/// <summary>What a schedule that fires does to a run.</summary>
public class Fires
{
    [Fact]
    public async Task Jobs_that_fire_while_a_turn_runs_wait_and_no_two_turns_overlap() // §10.4
    {
        await using var bench = Scheduling(("10 9 * * *", "first"), ("11 9 * * *", "second"), ("12 9 * * *", "third"));
        var gate = new TaskCompletionSource();
        bench.Model.Waits(static request => request.LastText == "first", gate.Task, "one").Says("two", static request => request.LastText == "second").Says("three", static request => request.LastText == "third").Says("ok");
        await using var session = bench.Open();

        session.Send(new PromptInput("go"));
        session.Send(new CompleteInput());
        await bench.FrontEnd.WaitForAsync<AnswerCompleted>(static answer => answer.Message.Text == "ok");
        bench.Clock.Advance(TimeSpan.FromMinutes(10));
        await bench.FrontEnd.WaitForAsync<CronFired>();
        bench.Clock.Advance(TimeSpan.FromMinutes(5));
        bench.FrontEnd.Events.OfType<CronFired>().ShouldHaveSingleItem();
        gate.SetResult();
        await session.Completion.WaitAsync(TimeSpan.FromSeconds(20));

        bench.FrontEnd.Events.Select(static raised => raised switch
        {
            CronFired fired => fired.DisplayText,
            AnswerCompleted { Message.Text: { Length: 3 or 5 } text } => text,
            _ => null,
        }).Where(static text => text is not null).ShouldBe(["Cron: first", "one", "Cron: second", "two", "Cron: third", "three"]);
        bench.FrontEnd.Events.OfType<RunCompleted>().ShouldHaveSingleItem().Outcome.Text.ShouldBe("three");
    }

    [Fact]
    public async Task A_job_has_at_most_one_fire_that_waits_and_its_deletion_takes_it_back()
    {
        await using var bench = new KernelBench();
        bench.Session = bench.Session with { EnableCron = true };
        var (gate, id) = (new TaskCompletionSource(), string.Empty);
        bench.Model.Calls(Ask.Prompt, ("a", "cron_create", """{"cron":"* * * * *","prompt":"tick"}"""))
            .Answers(request => request.LastText == "tick" && bench.FrontEnd.Events.OfType<CronFired>().Count() == 2, request => [TestModel.Call("d", "cron_delete", $$"""{"id":"{{id}}"}""")])
            .Waits(static request => request.LastText == "tick", gate.Task, "tock").Says("ok");
        await using var session = bench.Open();

        session.Send(new PromptInput("go"));
        session.Send(new CompleteInput());
        await bench.FrontEnd.WaitForAsync<AnswerCompleted>(static answer => answer.Message.Text == "ok");
        id = bench.FrontEnd.Events.OfType<ToolCallCompleted>().Single().ModelText.Split(' ')[3];
        bench.Clock.Advance(TimeSpan.FromSeconds(1));
        await bench.FrontEnd.WaitForAsync<CronFired>();
        for (var i = 0; i < 5; i++)
        {
            bench.Clock.Advance(TimeSpan.FromMinutes(2));
        }

        gate.SetResult();
        await bench.FrontEnd.WaitForAsync<CronFired>(fired => bench.FrontEnd.Events.OfType<CronFired>().Count() == 2);
        bench.Clock.Advance(TimeSpan.FromMinutes(2));
        await session.Completion.WaitAsync(TimeSpan.FromSeconds(20));

        bench.FrontEnd.Events.OfType<CronFired>().Count().ShouldBe(2);
        bench.Model.Requests.Count(static request => request.LastText == "tick").ShouldBe(2);
    }

    [Fact]
    public async Task A_run_does_not_end_while_the_turn_of_its_last_job_goes_on() // §10.5
    {
        await using var bench = Scheduling(("10 9 * * *", "last"));
        var gate = new TaskCompletionSource();
        bench.Model.Waits(static request => request.LastText == "last", gate.Task, "the end").Says("ok");
        await using var session = bench.Open();

        session.Send(new PromptInput("go"));
        session.Send(new CompleteInput());
        await bench.FrontEnd.WaitForAsync<AnswerCompleted>(static answer => answer.Message.Text == "ok");
        bench.Clock.Advance(TimeSpan.FromMinutes(10));
        await bench.FrontEnd.WaitForAsync<CronFired>();
        bench.FrontEnd.Events.OfType<RunCompleted>().ShouldBeEmpty();
        gate.SetResult();
        await session.Completion.WaitAsync(TimeSpan.FromSeconds(20));

        bench.FrontEnd.Events.OfType<RunCompleted>().ShouldHaveSingleItem().Outcome.Text.ShouldBe("the end");
    }

    [Fact]
    public async Task A_job_whose_turn_fails_fails_the_run_instead_of_keeping_it_for_ever() // §10.6
    {
        await using var bench = new KernelBench();
        bench.Session = bench.Session with { EnableCron = true };
        bench.Model.Calls(Ask.Prompt, ("a", "cron_create", """{"cron":"* * * * *","prompt":"tick"}""")).Fails(static request => request.LastText == "tick", new ModelException(ModelFault.Refused, "400 no")).Says("ok");
        await using var session = bench.Open();

        session.Send(new PromptInput("go"));
        session.Send(new CompleteInput());
        await bench.FrontEnd.WaitForAsync<AnswerCompleted>(static answer => answer.Message.Text == "ok");
        bench.Clock.Advance(TimeSpan.FromSeconds(1));
        await session.Completion.WaitAsync(TimeSpan.FromSeconds(20));

        var run = bench.FrontEnd.Events.OfType<RunCompleted>().ShouldHaveSingleItem().Outcome;
        (run.End, run.Text).ShouldBe((RunEnd.Error, "[API Error: 400 no]"));
    }

    [Fact]
    public async Task A_run_that_failed_by_a_job_still_hears_of_its_agents() // §10.6
    {
        await using var bench = new KernelBench();
        bench.Session = bench.Session with { EnableCron = true };
        var gate = new TaskCompletionSource();
        bench.Model.Calls(Ask.Prompt, ("a", "cron_create", """{"cron":"* * * * *","prompt":"tick"}"""), ("b", "agent", Ask.Launch())).Waits(Ask.Child, gate.Task)
            .Fails(static request => request.LastText == "tick", new ModelException(ModelFault.Refused, "400 no")).Says("ok");
        await using var session = bench.Open();

        session.Send(new PromptInput("go"));
        session.Send(new CompleteInput());
        await bench.FrontEnd.WaitForAsync<AnswerCompleted>(static answer => answer.Message.Text == "ok");
        bench.Clock.Advance(TimeSpan.FromSeconds(1));
        await bench.FrontEnd.WaitForAsync<TurnFailed>();
        bench.Clock.Advance(TimeSpan.FromMinutes(5));
        gate.SetResult();
        await session.Completion.WaitAsync(TimeSpan.FromSeconds(20));

        bench.FrontEnd.Events.OfType<TaskFinished>().ShouldHaveSingleItem().Task.State.ShouldBe(TaskState.Completed);
        bench.FrontEnd.Events.OfType<CronFired>().ShouldHaveSingleItem();
        bench.FrontEnd.Events.OfType<RunCompleted>().ShouldHaveSingleItem().Outcome.End.ShouldBe(RunEnd.Error);
    }

    [Fact]
    public async Task A_conversation_goes_on_after_a_job_whose_turn_failed()
    {
        await using var bench = new KernelBench();
        bench.Session = bench.Session with { EnableCron = true, Boundary = RunBoundary.Turn };
        var failed = 0;
        bench.Model.Calls(Ask.Prompt, ("a", "cron_create", """{"cron":"* * * * *","prompt":"tick"}""")).Fails(request => request.LastText == "tick" && failed++ == 0, new ModelException(ModelFault.Refused, "400 no")).Says("tock", static request => request.LastText == "tick").Says("ok");
        await using var session = bench.Open();

        session.Send(new PromptInput("go"));
        await bench.FrontEnd.WaitForAsync<RunCompleted>();
        bench.Clock.Advance(TimeSpan.FromSeconds(1));
        await bench.FrontEnd.WaitForAsync<RunCompleted>(static run => run.Outcome.End is RunEnd.Error);
        bench.Clock.Advance(TimeSpan.FromMinutes(2));

        await bench.FrontEnd.WaitForAsync<RunCompleted>(static run => run.Outcome.Text == "tock");
    }

    [Fact]
    public async Task A_prompt_that_fires_is_shown_once_as_what_it_is_and_never_as_something_a_person_typed() // §10.60
    {
        await using var bench = Scheduling(("10 9 * * *", "tick"));
        bench.Session = bench.Session with { Boundary = RunBoundary.Turn };
        bench.Model.Says("tock", static request => request.LastText == "tick").Says("ok");
        await using var session = bench.Open();

        session.Send(new PromptInput("go"));
        await bench.FrontEnd.WaitForAsync<RunCompleted>();
        bench.Clock.Advance(TimeSpan.FromMinutes(10));
        await bench.FrontEnd.WaitForAsync<RunCompleted>(static run => run.Outcome.Text == "tock");

        bench.FrontEnd.Events.OfType<CronFired>().ShouldHaveSingleItem().DisplayText.ShouldBe("Cron: tick");
        bench.Transcripts.Main.Entries.OfType<UserEntry>().Select(static entry => (entry.Origin, entry.DisplayText)).ShouldBe([(UserEntryOrigin.Prompt, null), (UserEntryOrigin.Cron, "Cron: tick")]);
    }

    [Theory]
    [InlineData(RunBoundary.Whole)]
    [InlineData(RunBoundary.Turn)]
    public async Task A_prompt_that_fires_and_is_a_command_stands_for_the_commands_text(RunBoundary boundary) // §10.61
    {
        await using var bench = Scheduling(("10 9 * * *", "/look around"));
        bench.Session = bench.Session with { Boundary = boundary, ExpandPrompt = static prompt => prompt.Replace("/look", "Look closely", StringComparison.Ordinal) };
        bench.Model.Says("seen", static request => request.LastText == "Look closely around").Says("ok");
        await using var session = bench.Open();

        session.Send(new PromptInput("go"));
        await bench.FrontEnd.WaitForAsync<AnswerCompleted>(static answer => answer.Message.Text == "ok");
        bench.Clock.Advance(TimeSpan.FromMinutes(10));
        await bench.FrontEnd.WaitForAsync<RunCompleted>(static run => run.Outcome.Text == "seen");

        bench.FrontEnd.Events.OfType<CronFired>().ShouldHaveSingleItem().DisplayText.ShouldBe("Cron: /look around");
    }

    private static KernelBench Scheduling(params (string Cron, string Prompt)[] jobs)
    {
        var bench = new KernelBench();
        bench.Session = bench.Session with { EnableCron = true };
        bench.Model.Calls(Ask.Prompt, [.. jobs.Select(static (job, index) => ($"job_{index}", "cron_create", $$"""{"cron":"{{job.Cron}}","prompt":"{{job.Prompt}}","recurring":false}"""))]);
        return bench;
    }
}
