using System.Text.Json;
using QwenCode.Kernel.Sessions;
using QwenCode.Kernel.Tests.Bench;
using QwenCode.Sessions;
using QwenCode.Tasks;
using QwenCode.Tools;

namespace QwenCode.Kernel.Tests.Sessions;

/// <summary>Sessions whose calls come from a program.</summary>
public class Calls
{
    [Fact]
    public async Task A_call_is_checked_run_and_recorded_and_no_model_is_asked()
    {
        await using var bench = new KernelBench();
        bench.Tools.Add(TestTool.Returning("look", "seen"));
        await using var session = bench.Kernel.OpenCalls(bench.Session, bench.FrontEnd);

        var reply = await CallAsync(session, "a", "look", "{}");
        var unknown = await CallAsync(session, "b", "nothing", "{}");

        (reply.Error, reply.Parts.ShouldHaveSingleItem().ToString()).ShouldBe((null, "seen"));
        unknown.Error.ShouldNotBeNull().Type.ShouldBe(ToolError.NotRegistered);
        bench.FrontEnd.Events.OfType<ToolCallCompleted>().Select(static call => (call.Call.Id, call.Status)).ShouldBe([("a", ToolCallStatus.Success), ("b", ToolCallStatus.Error)]);
        bench.Model.Requests.ShouldBeEmpty();
    }

    [Fact]
    public async Task What_needs_approval_is_asked_about_or_denied()
    {
        await using var bench = new KernelBench();
        bench.Tools.Add(TestTool.Returning("change", "changed", ToolTraits.None));
        await using var silent = bench.Kernel.OpenCalls(bench.Session, bench.FrontEnd);
        (await CallAsync(silent, "a", "change", "{}")).Error.ShouldNotBeNull().Type.ShouldBe(ToolError.ExecutionDenied);

        var asking = new RecordingFrontEnd();
        ICallSession? session = null;
        asking.OnEventAlso = raised =>
        {
            if (raised is PermissionRequested request)
            {
                session!.Answer(new PermissionInput(request.RequestId, new PermissionAnswer(PermissionOutcome.ProceedOnce)));
            }
        };
        session = bench.Kernel.OpenCalls(bench.Session with { Id = SessionId.New(), CanAskUser = true }, asking);
        await using var owned = session;

        (await CallAsync(session, "b", "change", "{}")).Error.ShouldBeNull();
    }

    [Fact]
    public async Task Calls_overlap_if_their_tools_say_so_and_wait_for_each_other_if_not()
    {
        await using var bench = new KernelBench();
        var (open, entered) = (new TaskCompletionSource(), new TaskCompletionSource());
        var running = 0;
        bench.Tools.Add(new TestTool("alone", async (_, _, _) =>
        {
            Interlocked.Increment(ref running).ShouldBe(1);
            entered.TrySetResult();
            await open.Task;
            Interlocked.Decrement(ref running);
            return ToolResult.Success("done");
        }, ToolTraits.ReadOnly));
        bench.Tools.Add(TestTool.Returning("look", "seen"));
        await using var session = bench.Kernel.OpenCalls(bench.Session, bench.FrontEnd);

        var first = CallAsync(session, "a", "alone", "{}");
        var second = CallAsync(session, "b", "alone", "{}");
        await entered.Task;
        (await CallAsync(session, "c", "look", "{}")).Error.ShouldBeNull();
        open.SetResult();

        ((await first).Error, (await second).Error).ShouldBe((null, null));
    }

    [Fact]
    public async Task The_end_of_a_background_agent_is_reported_and_answered_by_nobody()
    {
        await using var bench = new KernelBench();
        bench.Model.Says("found it", Ask.Child);
        await using var session = bench.Kernel.OpenCalls(bench.Session, bench.FrontEnd);

        var reply = await CallAsync(session, "a", "agent", Ask.Launch());
        var finished = (TaskFinished)await bench.FrontEnd.WaitForAsync(static raised => raised is TaskFinished);

        reply.Error.ShouldBeNull();
        (finished.Task.Id, finished.Task.State, finished.Task.Result).ShouldBe(("general-purpose-a", TaskState.Completed, "found it"));
        bench.Model.Requests.ShouldHaveSingleItem();
    }

    [Fact]
    public async Task The_end_of_the_session_cancels_calls_and_ends_each_task_once()
    {
        await using var bench = new KernelBench();
        bench.Model.Waits(static _ => true, new TaskCompletionSource().Task);
        var entered = new TaskCompletionSource();
        bench.Tools.Add(new TestTool("wait", async (_, _, token) =>
        {
            entered.SetResult();
            await Task.Delay(Timeout.Infinite, token);
            return ToolResult.Success("never");
        }));
        var session = bench.Kernel.OpenCalls(bench.Session, bench.FrontEnd);
        await CallAsync(session, "a", "agent", Ask.Launch());
        var waiting = CallAsync(session, "b", "wait", "{}");
        await entered.Task;

        await session.DisposeAsync();

        await Should.ThrowAsync<OperationCanceledException>(waiting);
        await Should.ThrowAsync<OperationCanceledException>(() => CallAsync(session, "c", "wait", "{}"));
        bench.FrontEnd.Events.OfType<TaskFinished>().ShouldHaveSingleItem().Task.State.ShouldBe(TaskState.Cancelled);
        bench.FrontEnd.Events[^1].ShouldBeOfType<SessionEnded>();
    }

    private static Task<CallReply> CallAsync(ICallSession session, string id, string tool, string arguments) =>
        session.CallAsync(id, tool, JsonElement.Parse(arguments)).AsTask();
}
