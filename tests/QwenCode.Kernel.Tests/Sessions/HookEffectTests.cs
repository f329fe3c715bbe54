using QwenCode.Hooks;
using QwenCode.Kernel.Sessions;
using QwenCode.Kernel.Tests.Bench;
using QwenCode.Sessions;
using QwenCode.Tools;

namespace QwenCode.Kernel.Tests.Sessions;

public class HookEffectTests
{
    [Fact]
    public async Task PreToolUse_keeps_a_call_from_running_and_the_model_reads_why()
    {
        var ran = false;
        await using var bench = Bench(HookEvent.PreToolUse, """{"hookSpecificOutput":{"permissionDecision":"deny","permissionDecisionReason":"policy"}}""");
        bench.Tools.Add(new TestTool("look", (_, _, _) => { ran = true; return Task.FromResult(ToolResult.Success("seen")); }));
        bench.Model.Calls(static request => request.EndsInUser, ("a", "look", "{}")).Says("done");

        await bench.RunAsync("go");

        ran.ShouldBeFalse();
        bench.Model.Requests[1].ResultOf("a").ShouldContain("policy");
    }

    [Fact]
    public async Task Hooks_before_and_after_a_call_see_one_id_of_it_with_the_time_of_the_clock()
    {
        await using var bench = new KernelBench();
        var seen = new List<string>();
        var runner = new HookRunner(HookSet.Empty, new HookRunnerOptions { WorkingDirectory = bench.Session.Workspace.Root });
        foreach (var moment in (HookEvent[])[HookEvent.PreToolUse, HookEvent.PostToolUse])
        {
            runner.Session.Add(moment, "*", new FunctionHook("note", (input, _) =>
            {
                seen.Add(input.GetProperty("tool_use_id").GetString()!);
                return ValueTask.FromResult<string?>(null);
            }, TimeSpan.FromMinutes(1)));
        }

        bench.Session = bench.Session with { Hooks = runner };
        bench.Tools.Add(TestTool.Returning("look", "seen"));
        bench.Model.Calls(static request => request.EndsInUser, ("a", "look", "{}")).Says("done");

        await bench.RunAsync("go");

        seen.Count.ShouldBe(2);
        seen[1].ShouldBe(seen[0]);
        seen[0].ShouldMatch($"^toolu_{bench.Clock.GetUtcNow().ToUnixTimeMilliseconds()}_[0-9a-z]{{9}}$");
    }

    [Theory]
    [InlineData("""{"hookSpecificOutput":{"additionalContext":"also <this>"}}""", "seen\n\nalso &lt;this&gt;")]
    [InlineData("""{"decision":"block","reason":"no effect"}""", "seen")]
    [InlineData("""{"continue":false,"stopReason":"halt"}""", "halt")]
    public async Task PostToolUse_adds_to_a_result_or_turns_it_into_an_error(string output, string result)
    {
        await using var bench = Bench(HookEvent.PostToolUse, output);
        bench.Tools.Add(TestTool.Returning("look", "seen"));
        bench.Model.Calls(static request => request.EndsInUser, ("a", "look", "{}")).Says("done");

        await bench.RunAsync("go");

        bench.Model.Requests[1].ResultOf("a").ShouldBe(result);
    }

    [Fact]
    public async Task PostToolUseFailure_adds_to_an_error()
    {
        await using var bench = Bench(HookEvent.PostToolUseFailure, """{"hookSpecificOutput":{"additionalContext":"try the other one"}}""");
        bench.Tools.Add(new TestTool("look", (_, _, _) => throw new InvalidOperationException("broke")));
        bench.Model.Calls(static request => request.EndsInUser, ("a", "look", "{}")).Says("done");

        await bench.RunAsync("go");

        bench.Model.Requests[1].ResultOf("a").ShouldEndWith("broke\n\ntry the other one");
    }

    [Fact]
    public async Task UserPromptSubmit_adds_to_a_prompt()
    {
        await using var bench = Bench(HookEvent.UserPromptSubmit, """{"hookSpecificOutput":{"additionalContext":"be brief"}}""");
        bench.Model.Says("ok");

        await bench.RunAsync("hi");

        bench.Model.Requests.ShouldHaveSingleItem().LastUser.ShouldContain("be brief");
    }

    [Fact]
    public async Task UserPromptSubmit_keeps_a_prompt_from_the_model()
    {
        await using var bench = Bench(HookEvent.UserPromptSubmit, """{"decision":"block","reason":"secret"}""");
        bench.Model.Says("ok");

        var events = await bench.RunAsync("hi");

        bench.Model.Requests.ShouldBeEmpty();
        events.OfType<NoticeRaised>().ShouldContain(static notice => notice.Text.Contains("secret"));
    }

    [Fact]
    public async Task A_prompt_whose_hook_was_cut_short_is_never_sent_not_even_with_the_next_one()
    {
        await using var bench = new KernelBench();
        bench.Session = bench.Session with { Hooks = new SlowGuard() };
        bench.Model.Says("ok");
        await using var session = bench.Open();
        session.Send(new PromptInput("the secret"));
        await ((SlowGuard)bench.Session.Hooks).Asked.WaitAsync(TimeSpan.FromSeconds(20));
        session.Send(new InterruptInput());
        await bench.FrontEnd.WaitForAsync<RunCompleted>(static run => run.Outcome.End is RunEnd.Cancelled);

        session.Send(new PromptInput("something else"));
        session.Send(new CompleteInput());
        await session.Completion.WaitAsync(TimeSpan.FromSeconds(20));

        bench.Model.Requests.ShouldHaveSingleItem().Messages.ShouldNotContain(static message => message.Text.Contains("the secret", StringComparison.Ordinal));
    }

    /// <summary>Takes for ever over the first prompt; as the runner does, it says nothing once it is cut short.</summary>
    [Theory]
    [InlineData(429, "", "rate_limit")]
    [InlineData(401, "", "authentication_failed")]
    [InlineData(403, "", "billing_error")]
    [InlineData(400, "", "invalid_request")]
    [InlineData(503, "", "server_error")]
    [InlineData(null, "token limit", "max_output_tokens")]
    [InlineData(null, "?", "unknown")]
    public void Errors_of_the_model_have_words(int? status, string message, string word) => HookNotifications.Classify(status, message).ShouldBe(word);

    private sealed class SlowGuard : IHookRunner
    {
        private readonly TaskCompletionSource _asked = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task Asked => _asked.Task;

        public bool Handles(HookEvent hookEvent) => hookEvent is HookEvent.UserPromptSubmit;

        public async ValueTask<HookOutcome> RunAsync(HookInput input, CancellationToken cancellationToken)
        {
            if (_asked.TrySetResult())
            {
                await Task.Delay(Timeout.Infinite, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }

            return HookOutcome.None;
        }
    }

    [Fact]
    public async Task Stop_sends_the_agent_on_with_the_reason()
    {
        var calls = 0;
        await using var bench = Bench(HookEvent.Stop, () => calls++ == 0 ? """{"decision":"block","reason":"run the tests"}""" : null);
        bench.Model.Says("done");

        await bench.RunAsync("hi");

        bench.Model.Requests.Select(static request => request.LastUser).ShouldBe(["hi", "run the tests"]);
    }

    [Fact]
    public async Task A_loop_of_Stop_hooks_is_told_of_from_the_second_round_on()
    {
        var calls = 0;
        await using var bench = Bench(HookEvent.Stop, () => calls++ < 3 ? $$"""{"decision":"block","reason":"again {{calls}}"}""" : null);
        bench.Model.Says("done");

        var events = await bench.RunAsync("hi");

        bench.Model.Requests.Count.ShouldBe(4);
        events.OfType<NoticeRaised>().Select(static notice => notice.Text).ShouldBe([
            "Stop hooks have sent the agent on 2 times in a row: again 1; again 2",
            "Stop hooks have sent the agent on 3 times in a row: again 1; again 2; again 3"]);
    }

    [Fact]
    public async Task A_hook_of_the_session_that_throws_fails_nothing_and_is_told_of()
    {
        await using var bench = Bench(HookEvent.PreToolUse, static () => throw new InvalidOperationException("oops"));
        bench.Tools.Add(TestTool.Returning("look", "seen"));
        bench.Model.Calls(static request => request.EndsInUser, ("a", "look", "{}")).Says("done");

        var events = await bench.RunAsync("go");

        bench.Model.Requests[1].ResultOf("a").ShouldBe("seen");
        events.OfType<NoticeRaised>().ShouldContain(static notice => notice.Text.Contains("oops"));
    }

    [Fact]
    public async Task StopFailure_is_told_of_an_error_of_the_model()
    {
        var heard = new TaskCompletionSource();
        await using var bench = Bench(HookEvent.StopFailure, () => { heard.TrySetResult(); return null; });
        bench.Model.Fails(static _ => true, new QwenCode.Models.ModelException(QwenCode.Models.ModelFault.NotConfigured, "gone", 500));

        await bench.RunAsync("hi");

        await Should.NotThrowAsync(heard.Task.WaitAsync(TimeSpan.FromSeconds(20)));
    }

    private static KernelBench Bench(HookEvent hookEvent, string output) => Bench(hookEvent, () => output);

    private static KernelBench Bench(HookEvent hookEvent, Func<string?> output)
    {
        var bench = new KernelBench();
        var runner = new HookRunner(HookSet.Empty, new HookRunnerOptions { WorkingDirectory = bench.Session.Workspace.Root });
        runner.Session.Add(hookEvent, hookEvent is HookEvent.StopFailure ? string.Empty : "*", new FunctionHook("f", (_, _) => ValueTask.FromResult(output()), TimeSpan.FromMinutes(1)));
        bench.Session = bench.Session with { Hooks = runner };
        return bench;
    }
}
