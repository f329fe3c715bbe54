using QwenCode.Agents;
using QwenCode.Kernel.Sessions;
using QwenCode.Kernel.Tasks;
using QwenCode.Tasks;

namespace QwenCode.Kernel.Tests.Tasks;

public class Registry
{
    [Fact]
    public async Task However_complete_fail_and_cancel_race_a_task_ends_once() // §10.18 §10.19 §10.20
    {
        await using var bench = new RegistryBench(new KernelOptions { MaxConcurrentAgents = 4 });
        var random = new Random(17);
        for (var i = 0; i < 10_000; i++)
        {
            var gate = new TaskCompletionSource(random.Next(2) == 0 ? TaskCreationOptions.RunContinuationsAsynchronously : TaskCreationOptions.None);
            var succeeds = random.Next(2) == 0;
            var entry = bench.Start($"t{i}", async (_, token) =>
            {
                await gate.Task.WaitAsync(token);
                return succeeds ? RegistryBench.Goal() : throw new InvalidOperationException("broken");
            });
            Action[] acts = [() => gate.TrySetResult(), () => bench.Registry.Cancel(entry), () => bench.Registry.Stop(bench.Session.Id, entry.Id)];
            random.Shuffle(acts);
            if (random.Next(4) == 0)
            {
                foreach (var act in acts)
                {
                    act();
                }
            }
            else
            {
                await Task.WhenAll(acts.Select(Task.Run));
            }

            var ended = await bench.NextAsync();
            ended.Id.ShouldBe(entry.Id);
            ended.HasEnded.ShouldBeTrue();
            bench.Registry.Find(bench.Session.Id, entry.Id)!.State.ShouldBe(ended.State);
        }

        bench.Told().ShouldBeEmpty();
        bench.Owner.HasUnfinished.ShouldBeFalse();
        bench.Journal.Lines.Count(static line => line.StartsWith("ended", StringComparison.Ordinal)).ShouldBe(10_000);
    }

    [Fact]
    public async Task A_cancelled_task_is_told_at_once_without_result_or_numbers_and_stays_cancelled() // §10.18 §10.21
    {
        await using var bench = new RegistryBench();
        var gate = new TaskCompletionSource();
        var entry = bench.Start("a", async (_, _) =>
        {
            await gate.Task;
            return RegistryBench.Goal();
        });

        bench.Registry.Stop(bench.Session.Id, "a");

        var told = bench.Told().ShouldHaveSingleItem();
        (told.State, told.Result, told.Stats, told.EndReason).ShouldBe((TaskState.Cancelled, null, null, TaskEndReason.Cancelled));
        gate.SetResult();
        await entry.Running;
        bench.Registry.Find(bench.Session.Id, "a")!.State.ShouldBe(TaskState.Cancelled);
        bench.Told().ShouldBeEmpty();
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task What_a_cancelled_tasks_work_still_comes_to_changes_nothing(bool succeeds) // §10.18 §10.19
    {
        await using var bench = new RegistryBench();
        var gate = new TaskCompletionSource();
        var entry = bench.Start("a", async (_, _) =>
        {
            await gate.Task;
            return succeeds ? RegistryBench.Goal() : throw new InvalidOperationException("broken");
        });
        bench.Registry.Stop(bench.Session.Id, "a");
        bench.Told().ShouldHaveSingleItem().State.ShouldBe(TaskState.Cancelled);

        gate.SetResult();
        await entry.Running;

        var task = bench.Registry.Find(bench.Session.Id, "a")!;
        (task.State, task.Result, task.Error).ShouldBe((TaskState.Cancelled, null, null));
        bench.Told().ShouldBeEmpty();
        bench.Journal.Lines.ShouldBe(["started a", "ended a Cancelled"]);
    }

    [Fact]
    public async Task Stopping_a_task_that_has_ended_does_nothing() // §10.20
    {
        await using var bench = new RegistryBench();
        CancellationToken seen = default;
        bench.Start("a", (_, token) =>
        {
            seen = token;
            return Task.FromResult(RegistryBench.Goal());
        });
        await bench.NextAsync();

        bench.Registry.Stop(bench.Session.Id, "a")!.State.ShouldBe(TaskState.Completed);

        seen.IsCancellationRequested.ShouldBeFalse();
        bench.Told().ShouldBeEmpty();
    }

    [Fact]
    public async Task Stopping_all_tells_each_that_ran_and_leaves_what_was_done() // §10.22
    {
        await using var bench = new RegistryBench();
        bench.Start("done", static (_, _) => Task.FromResult(RegistryBench.Goal()));
        await bench.NextAsync();
        foreach (var id in new[] { "a", "b", "c" })
        {
            bench.Start(id, RegistryBench.UntilCancelled);
        }

        await bench.Registry.StopAllAsync(bench.Owner, null, CancellationToken.None);

        bench.Told().Select(static task => task.Id).Order().ShouldBe(["a", "b", "c"]);
        bench.Registry.List(bench.Session.Id).Select(static task => (task.Id, task.State)).ShouldBe(
            [("done", TaskState.Completed), ("a", TaskState.Cancelled), ("b", TaskState.Cancelled), ("c", TaskState.Cancelled)]);
    }

    [Fact]
    public async Task Nobody_is_told_of_a_task_that_does_not_exist() // §10.23
    {
        await using var bench = new RegistryBench();

        bench.Registry.Stop(bench.Session.Id, "nobody").ShouldBeNull();
        bench.Registry.SendMessage(bench.Session.Id, "nobody", "hello", out var isTaken).ShouldBeNull();

        isTaken.ShouldBeFalse();
        bench.Told().ShouldBeEmpty();
    }

    [Fact]
    public async Task An_id_that_is_taken_gets_a_number() // §10.25
    {
        await using var bench = new RegistryBench();

        bench.Start("a", RegistryBench.UntilCancelled).Id.ShouldBe("a");
        bench.Start("a", RegistryBench.UntilCancelled).Id.ShouldBe("a-2");
    }

    [Fact]
    public async Task Disposing_stops_everything_and_may_be_done_twice() // §10.26
    {
        var bench = new RegistryBench();
        bench.Start("a", RegistryBench.UntilCancelled);

        await bench.DisposeAsync();
        await bench.DisposeAsync();

        bench.Told().ShouldHaveSingleItem().State.ShouldBe(TaskState.Cancelled);
    }

    [Fact]
    public async Task A_callback_that_throws_when_a_task_is_cancelled_keeps_nobody_from_hearing_of_it() // §10.24
    {
        await using var bench = new RegistryBench();
        var started = new TaskCompletionSource();
        bench.Start("a", async (entry, token) =>
        {
            using var registration = token.Register(static () => throw new InvalidOperationException("bad callback"));
            started.SetResult();
            return await RegistryBench.UntilCancelled(entry, token);
        });
        await started.Task;

        bench.Registry.Stop(bench.Session.Id, "a");

        (await bench.NextAsync()).State.ShouldBe(TaskState.Cancelled);
    }

    [Fact]
    public async Task The_end_is_in_the_journal_before_it_is_in_the_inbox()
    {
        await using var bench = new RegistryBench();

        bench.Start("a", static (_, _) => Task.FromResult(RegistryBench.Goal()));
        await bench.NextAsync();

        bench.Journal.Lines.ShouldBe(["started a", "ended a Completed"]);
    }

    [Fact]
    public async Task A_journal_that_cannot_be_written_is_reported_and_the_end_is_told_all_the_same()
    {
        await using var bench = new RegistryBench();
        bench.Journal.IsBroken = true;

        bench.Start("a", static (_, _) => Task.FromResult(RegistryBench.Goal()));

        (await bench.NextAsync()).State.ShouldBe(TaskState.Completed);
        bench.Notices.ShouldHaveSingleItem().ShouldContain("disk full");
    }

    [Fact]
    public async Task What_waits_for_a_slot_is_queued_visible_and_can_be_stopped()
    {
        await using var bench = new RegistryBench(new KernelOptions { MaxConcurrentAgents = 1 });
        var gate = new TaskCompletionSource();
        var ran = false;
        bench.Start("first", async (_, _) =>
        {
            await gate.Task;
            return RegistryBench.Goal();
        });
        bench.Start("second", (_, _) =>
        {
            ran = true;
            return Task.FromResult(RegistryBench.Goal());
        });
        bench.Start("third", static (_, _) => Task.FromResult(RegistryBench.Goal()));
        bench.Registry.List(bench.Session.Id).Select(static task => task.State).ShouldBe([TaskState.Running, TaskState.Queued, TaskState.Queued]);

        bench.Registry.Stop(bench.Session.Id, "second")!.State.ShouldBe(TaskState.Queued);
        gate.SetResult();

        (await bench.NextAsync()).Id.ShouldBe("second");
        (await bench.NextAsync()).Id.ShouldBe("first");
        (await bench.NextAsync()).Id.ShouldBe("third");
        ran.ShouldBeFalse();
    }

    [Fact]
    public async Task A_hundred_thousand_that_lost_interest_do_not_keep_the_next_from_its_slot()
    {
        await using var bench = new RegistryBench(new KernelOptions { MaxConcurrentAgents = 1 });
        var gate = new SlotGate(1);
        SlotLease? holder = null;
        gate.Request(lease => (holder = lease) is not null);
        for (var i = 0; i < 100_000; i++)
        {
            gate.Request(static _ => false);
        }

        var granted = false;
        gate.Request(_ => granted = true);

        holder!.Dispose();

        granted.ShouldBeTrue();
    }

    [Fact]
    public async Task One_slot_is_enough_for_agents_that_wait_for_agents_three_deep()
    {
        await using var bench = new RegistryBench(new KernelOptions { MaxConcurrentAgents = 1 });

        bench.Start("a", (entry, token) => LaunchAndWaitAsync(bench, entry, 3, token));

        (await bench.NextAsync()).Result.ShouldBe("depth 3 of depth 2 of depth 1 of leaf");
    }

    [Fact]
    public async Task A_slot_is_lent_only_while_all_who_work_in_it_wait()
    {
        var gate = new SlotGate(1);
        SlotLease? lease = null;
        gate.Request(granted => (lease = granted) is not null);
        await lease!.EnterAsync(CancellationToken.None);
        var (first, second) = (new TaskCompletionSource<int>(), new TaskCompletionSource<int>());

        var one = lease.LendWhileAsync(() => new ValueTask<int>(first.Task), CancellationToken.None).AsTask();
        SlotLease? other = null;
        gate.Request(granted => (other = granted) is not null);
        other.ShouldBeNull();

        var two = lease.LendWhileAsync(() => new ValueTask<int>(second.Task), CancellationToken.None).AsTask();
        other.ShouldNotBeNull();
        first.SetResult(1);
        second.SetResult(2);
        one.IsCompleted.ShouldBeFalse();
        other.Dispose();
        (await one + await two).ShouldBe(3);

        lease.Dispose();
        var free = 0;
        gate.Request(_ => ++free > 0);
        gate.Request(_ => ++free > 0);
        free.ShouldBe(1);
    }

    private static async Task<TaskResult> LaunchAndWaitAsync(RegistryBench bench, TaskEntry self, int depth, CancellationToken cancellationToken)
    {
        if (depth == 0)
        {
            return RegistryBench.Goal("leaf");
        }

        var inbox = new Inbox();
        var owner = new TaskOwner(new AgentId($"depth {depth}"), inbox, bench.Owner);
        bench.Start($"child {depth}", (entry, token) => LaunchAndWaitAsync(bench, entry, depth - 1, token), owner);
        var item = await self.Slot!.LendWhileAsync(() => inbox.TakeAsync(static _ => true, cancellationToken), cancellationToken);
        return RegistryBench.Goal($"depth {depth} of {((NotificationItem)item).Task.Result}");
    }

    [Fact]
    public async Task Stopping_a_task_stops_what_it_launches_while_it_is_stopped()
    {
        await using var bench = new RegistryBench();
        for (var i = 0; i < 500; i++)
        {
            var children = new TaskOwner(new AgentId($"p{i}"), new Inbox(), bench.Owner);
            var parent = bench.Start($"p{i}", RegistryBench.UntilCancelled, children: children);
            var launching = Task.Run(() =>
            {
                for (var child = 0; child < 5; child++)
                {
                    bench.Start($"p{i}-c{child}", RegistryBench.UntilCancelled, children);
                }
            });
            bench.Registry.Cancel(parent);
            await launching;

            bench.Owner.HasUnfinished.ShouldBeFalse();
            bench.Told().Select(static task => (task.Id, task.State)).Order().ShouldBe(
                [($"p{i}", TaskState.Cancelled), .. Enumerable.Range(0, 5).Select(child => ($"p{i}-c{child}", TaskState.Cancelled))]);
        }
    }

    [Fact]
    public async Task A_result_that_a_stopped_owner_was_not_told_goes_to_its_own_owner()
    {
        await using var bench = new RegistryBench();
        var children = new TaskOwner(new AgentId("p"), new Inbox(), bench.Owner);
        var parent = bench.Start("p", RegistryBench.UntilCancelled, children: children);
        var child = bench.Start("c", static (_, _) => Task.FromResult(RegistryBench.Goal("worth knowing")), children);
        await child.Running;

        bench.Registry.Cancel(parent);

        bench.Told().Select(static task => (task.Id, task.Result)).ShouldBe([("c", "worth knowing"), ("p", null)]);
    }

    [Fact]
    public async Task A_task_without_a_sign_of_life_is_reported_then_failed_and_its_slot_is_given_on()
    {
        await using var bench = new RegistryBench(new KernelOptions { MaxConcurrentAgents = 1, StallWarning = TimeSpan.FromMinutes(5), StallLimit = TimeSpan.FromMinutes(30) });
        var never = new TaskCompletionSource<TaskResult>();
        bench.Start("deaf", (_, _) => never.Task);
        bench.Start("next", RegistryBench.UntilCancelled);

        bench.Clock.Advance(TimeSpan.FromMinutes(10));
        bench.Notices.ShouldHaveSingleItem().ShouldContain("deaf");
        bench.Clock.Advance(TimeSpan.FromMinutes(25));

        var told = bench.Told().ShouldHaveSingleItem();
        (told.Id, told.State, told.EndReason).ShouldBe(("deaf", TaskState.Failed, TaskEndReason.Stalled));
        bench.Registry.Find(bench.Session.Id, "next")!.State.ShouldBe(TaskState.Running);
        never.SetResult(RegistryBench.Goal());
    }

    [Fact]
    public async Task A_task_that_shows_signs_of_life_or_waits_is_left_alone()
    {
        await using var bench = new RegistryBench();
        var alive = bench.Start("alive", RegistryBench.UntilCancelled);
        bench.Start("waits", RegistryBench.UntilCancelled).BeginWait();

        for (var minute = 0; minute < 60; minute++)
        {
            bench.Clock.Advance(TimeSpan.FromMinutes(1));
            alive.Touch(bench.Clock.GetTimestamp());
        }

        bench.Notices.ShouldBeEmpty();
        bench.Told().ShouldBeEmpty();
    }

    [Fact]
    public async Task A_limit_below_the_warning_is_kept_too()
    {
        await using var bench = new RegistryBench(new KernelOptions { StallWarning = TimeSpan.FromHours(1), StallLimit = TimeSpan.FromMinutes(1) });
        bench.Start("silent", RegistryBench.UntilCancelled);

        bench.Clock.Advance(TimeSpan.FromMinutes(2));

        bench.Told().ShouldHaveSingleItem().EndReason.ShouldBe(TaskEndReason.Stalled);
    }
}
