using System.Runtime.CompilerServices;
using QwenCode.Kernel.Tests.Bench;
using QwenCode.Sessions;

namespace QwenCode.Kernel.Tests.Tasks;

/// <summary>What a kernel keeps of sessions that are closed: nothing.</summary>
public class ClosedSessions
{
    private const int Count = 200;

    [Fact]
    public async Task Nothing_of_a_closed_session_is_kept()
    {
        await using var bench = new KernelBench();
        var kept = new List<WeakReference>();
        bench.Model.Calls(Ask.Prompt, ("a", "agent", Ask.Launch())).Says(new string('r', 50_000), Ask.Child).Says("ok");
        for (var i = 0; i < Count; i++)
        {
            await RunAsync(bench, kept);
            bench.Model.Forget();
        }

        for (var i = 0; i < 20 && kept.Exists(static one => one.IsAlive); i++)
        {
            GC.Collect();
            GC.WaitForPendingFinalizers();
            await Task.Yield();
        }

        // Each session, its front end, and the task with its report. The last ones may still be held by the state of this test.
        kept.Count.ShouldBe(Count * 3);
        kept.Count(static one => one.IsAlive).ShouldBeLessThanOrEqualTo(3);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static async Task RunAsync(KernelBench bench, List<WeakReference> kept)
    {
        var frontEnd = new RecordingFrontEnd
        {
            OnEventAlso = raised =>
            {
                if (raised is TaskFinished finished)
                {
                    kept.Add(new WeakReference(finished.Task));
                }
            },
        };
        var session = bench.Kernel.OpenSession(bench.Session with { Id = SessionId.New() }, frontEnd);
        kept.Add(new WeakReference(session));
        kept.Add(new WeakReference(frontEnd));
        session.Send(new PromptInput("go"));
        session.Send(new CompleteInput());
        await session.Completion.WaitAsync(TimeSpan.FromSeconds(20));
        await session.DisposeAsync();
    }
}
