using QwenCode.Kernel.Cron;
using QwenCode.Kernel.Sessions;
using QwenCode.Kernel.Tests.Bench;
using QwenCode.Sessions;
using QwenCode.Transcripts;

namespace QwenCode.Kernel.Tests.Cron;

public class Schedules
{
    private readonly TestClock _clock = new();
    private readonly Inbox _inbox = new();

    [Fact]
    public void A_job_fires_once_a_period_and_late_by_less_than_a_tenth_of_it()
    {
        using var schedule = new CronSchedule(_inbox, _clock);
        schedule.Add(Parse("0 * * * *"), "hourly", isRecurring: true);

        _clock.Advance(TimeSpan.FromMinutes(59) + TimeSpan.FromSeconds(29));
        // 9:00 is the minute it was made in, so it fired at once.
        Taken().ShouldBe(["hourly"]);
        _clock.Advance(TimeSpan.FromMinutes(6) + TimeSpan.FromSeconds(2));
        Taken().ShouldBe(["hourly"]);
        _clock.Advance(TimeSpan.FromMinutes(50));
        Taken().ShouldBeEmpty();
    }

    [Fact]
    public void A_one_shot_job_fires_once_and_is_gone()
    {
        using var schedule = new CronSchedule(_inbox, _clock);
        schedule.Add(Parse("10 9 * * *"), "once", isRecurring: false);

        _clock.Advance(TimeSpan.FromMinutes(9));
        Taken().ShouldBeEmpty();
        _clock.Advance(TimeSpan.FromDays(3));

        Taken().ShouldBe(["once"]);
        schedule.HasJobs.ShouldBeFalse();
    }

    [Fact]
    public void A_one_shot_job_on_the_hour_may_come_up_to_ninety_seconds_early()
    {
        for (var i = 0; i < 50; i++)
        {
            var (clock, inbox) = (new TestClock(), new Inbox());
            using var schedule = new CronSchedule(inbox, clock);
            schedule.Add(Parse("0 10 * * *"), "once", isRecurring: false);

            clock.Advance(TimeSpan.FromMinutes(57) + TimeSpan.FromSeconds(59));
            inbox.TryTake(static _ => true).ShouldBeNull();
            clock.Advance(TimeSpan.FromSeconds(91));
            inbox.TryTake(static _ => true).ShouldBeOfType<CronItem>();
        }
    }

    [Fact]
    public void A_recurring_job_ends_after_three_days_without_a_last_fire_and_wakes_who_waits()
    {
        using var schedule = new CronSchedule(_inbox, _clock);
        schedule.Add(Parse("0 0 1 1 *"), "yearly", isRecurring: true);

        _clock.Advance(TimeSpan.FromDays(3));

        schedule.HasJobs.ShouldBeFalse();
        _inbox.TryTake(static _ => true).ShouldBeOfType<WakeItem>();
    }

    [Fact]
    public void There_are_at_most_fifty_jobs()
    {
        using var schedule = new CronSchedule(_inbox, _clock);
        for (var i = 0; i < 50; i++)
        {
            schedule.Add(Parse("0 0 1 1 *"), "p", isRecurring: true).ShouldNotBeNull().Id.ShouldMatch("^[a-z0-9]{8}$");
        }

        schedule.Add(Parse("0 0 1 1 *"), "p", isRecurring: true).ShouldBeNull();
        schedule.Remove(schedule.Jobs[0].Id).ShouldBeTrue();
        schedule.Remove("nothing").ShouldBeFalse();
        schedule.Add(Parse("0 0 1 1 *"), "p", isRecurring: true).ShouldNotBeNull();
    }

    [Fact]
    public void Jobs_that_are_due_together_fire_in_the_order_they_were_made()
    {
        using var schedule = new CronSchedule(_inbox, _clock);
        foreach (var prompt in new[] { "a", "b", "c" })
        {
            schedule.Add(Parse("10 9 * * *"), prompt, isRecurring: false);
        }

        _clock.Advance(TimeSpan.FromMinutes(10));

        Taken().ShouldBe(["a", "b", "c"]);
    }

    [Theory]
    [InlineData("cron_create", """{"cron":"61 * * * *","prompt":"p"}""", "Value \"61\" out of bounds [0-59]")]
    [InlineData("cron_create", """{"cron":"* *","prompt":"p"}""", "exactly 5 fields, got 2: \"* *\"")]
    [InlineData("cron_create", """{"cron":"0 0 31 2 *","prompt":"p"}""", "No time within the next four years")]
    [InlineData("cron_create", """{"cron":"* * * * *","prompt":" "}""", "\"prompt\"")]
    [InlineData("cron_delete", """{"id":"nothing"}""", "Job nothing not found.")]
    [InlineData("cron_list", "{}", "No active cron jobs.")]
    public async Task The_tools_say_what_is_wrong(string tool, string arguments, string said)
    {
        await using var bench = new KernelBench();
        bench.Session = bench.Session with { EnableCron = true };
        bench.Model.Calls(Ask.Prompt, ("a", tool, arguments)).Says("ok");

        await bench.RunAsync("go");

        bench.Model.Requests[1].ResultOf("a").ShouldContain(said);
    }

    [Fact]
    public async Task Without_the_setting_there_are_no_schedules()
    {
        await using var bench = new KernelBench();
        bench.Model.Says("ok");

        await bench.RunAsync("go");

        bench.Model.Requests[0].Tools.ShouldNotContain(static name => name.StartsWith("cron_", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_run_waits_for_its_jobs_and_a_fire_is_a_turn_like_any_other() // §10.4 §10.5 §10.64
    {
        await using var bench = new KernelBench();
        bench.Session = bench.Session with { EnableCron = true };
        var prompt = new string('p', 45);
        bench.Model.Calls(Ask.Prompt, ("a", "cron_create", $$"""{"cron":"10 9 * * *","prompt":"{{prompt}}","recurring":false}""")).Says("fired", request => request.LastText == prompt).Says("ok");
        await using var session = bench.Open();

        session.Send(new PromptInput("go"));
        session.Send(new CompleteInput());
        await bench.FrontEnd.WaitForAsync<AnswerCompleted>(static answer => answer.Message.Text == "ok");
        bench.FrontEnd.Events.OfType<RunCompleted>().ShouldBeEmpty();
        bench.Clock.Advance(TimeSpan.FromMinutes(10));
        await session.Completion.WaitAsync(TimeSpan.FromSeconds(20));

        var run = bench.FrontEnd.Events.OfType<RunCompleted>().ShouldHaveSingleItem().Outcome;
        (run.Text, run.Turns).ShouldBe(("fired", 3));
        bench.FrontEnd.Events.OfType<CronFired>().ShouldHaveSingleItem().DisplayText.ShouldBe("Cron: " + prompt[..40]);
        bench.Transcripts.Main.Entries.OfType<UserEntry>().ShouldHaveSingleItemWhere(static entry => entry.Origin is UserEntryOrigin.Cron).DisplayText.ShouldBe("Cron: " + prompt[..40]);
    }

    [Fact]
    public async Task A_job_that_fires_for_ever_ends_with_the_turn_limit() // §10.11
    {
        await using var bench = new KernelBench();
        bench.Session = bench.Session with { EnableCron = true, MaxTurns = 4 };
        bench.Model.Calls(Ask.Prompt, ("a", "cron_create", """{"cron":"* * * * *","prompt":"tick"}""")).Says("ok");
        bench.FrontEnd.OnEventAlso = raised =>
        {
            if (raised is AnswerCompleted)
            {
                bench.Clock.Advance(TimeSpan.FromMinutes(2));
            }
        };

        var events = await bench.RunAsync("go");

        events.OfType<RunCompleted>().ShouldHaveSingleItem().Outcome.End.ShouldBe(RunEnd.MaxTurns);
        bench.Model.Requests.Count.ShouldBe(4);
    }

    [Fact]
    public async Task A_shutdown_ends_the_wait_for_a_job() // §10.16
    {
        await using var bench = new KernelBench();
        bench.Session = bench.Session with { EnableCron = true };
        bench.Model.Calls(Ask.Prompt, ("a", "cron_create", """{"cron":"0 0 1 1 *","prompt":"tick"}""")).Says("ok");
        await using var session = bench.Open();

        session.Send(new PromptInput("go"));
        session.Send(new CompleteInput());
        await bench.FrontEnd.WaitForAsync<AnswerCompleted>(static answer => answer.Message.Text == "ok");
        session.Send(new ShutdownInput());
        await session.Completion.WaitAsync(TimeSpan.FromSeconds(20));

        bench.FrontEnd.Events.OfType<RunCompleted>().ShouldHaveSingleItem().Outcome.End.ShouldBe(RunEnd.Cancelled);
    }

    private static CronExpression Parse(string text) => CronExpression.TryParse(text, out var expression, out var error) ? expression : throw new FormatException(error);

    private List<string> Taken()
    {
        var taken = new List<string>();
        while (_inbox.TryTake(static _ => true) is CronItem item)
        {
            taken.Add(item.Prompt);
        }

        return taken;
    }
}

internal static class Sequences
{
    public static T ShouldHaveSingleItemWhere<T>(this IEnumerable<T> items, Func<T, bool> test) => items.Where(test).ShouldHaveSingleItem();
}
