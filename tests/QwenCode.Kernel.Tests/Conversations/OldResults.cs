using QwenCode.Conversations;
using QwenCode.Kernel.Sessions;
using QwenCode.Kernel.Tests.Bench;
using QwenCode.Sessions;
using QwenCode.Tools;

namespace QwenCode.Kernel.Tests.Conversations;

public class OldResults
{
    [Theory]
    [InlineData(61, 2, "[Old tool result content cleared]", "[Old tool result content cleared]", "read 3", "read 4")]
    [InlineData(61, 0, "[Old tool result content cleared]", "[Old tool result content cleared]", "[Old tool result content cleared]", "read 4")]
    [InlineData(59, 2, "read 1", "read 2", "read 3", "read 4")]
    public async Task After_a_long_pause_only_the_newest_results_go_to_the_model_again(int minutes, int keep, params string[] expected)
    {
        await using var bench = Bench(TimeSpan.FromMinutes(60), keep);
        await AskTwiceAsync(bench, TimeSpan.FromMinutes(minutes));

        var second = bench.Model.Requests[^1];
        Enumerable.Range(1, 4).Select(number => second.ResultOf($"read_{number}")).ShouldBe(expected);
        second.ResultOf("failed").ShouldBe("it failed");
        second.ResultOf("thought").ShouldBe("noted");
        second.Messages.OfType<HistoryMessage>().Count().ShouldBe(second.Messages.Count);
    }

    [Fact]
    public async Task What_the_model_has_never_seen_is_kept_however_long_its_round_took()
    {
        await using var bench = Bench(TimeSpan.FromMinutes(60), 1);
        bench.Tools.Add(new TestTool("slow", (_, _, _) =>
        {
            bench.Clock.Advance(TimeSpan.FromHours(3));
            return Task.FromResult(ToolResult.Success("late"));
        }, ToolTraits.ReadOnly));
        bench.Model.Calls(static request => request.EndsInUser && request.LastText == "slowly", ("read_1", "read_file", "{}"), ("read_2", "read_file", "{}"), ("late", "slow", "{}"));
        bench.Model.MoveLastFirst();

        await bench.RunAsync("slowly");

        bench.Model.Requests[1].ResultOf("read_1").ShouldBe("read 1");
    }

    [Fact]
    public async Task Without_a_limit_nothing_is_taken_out()
    {
        await using var bench = Bench(null, 1);
        await AskTwiceAsync(bench, TimeSpan.FromDays(3));

        bench.Model.Requests[^1].ResultOf("read_1").ShouldBe("read 1");
    }

    private static KernelBench Bench(TimeSpan? age, int keep)
    {
        var bench = new KernelBench();
        bench.Session = bench.Session with { StaleResults = new StaleResultOptions(age, keep), Mode = QwenCode.Permissions.ApprovalMode.Yolo };
        var count = 0;
        bench.Tools.Add(new TestTool("read_file", (_, _, _) => Task.FromResult(ToolResult.Success($"read {++count}")), ToolTraits.ReadOnly));
        bench.Tools.Add(new TestTool("glob", (_, _, _) => Task.FromResult(ToolResult.Failure("execution_failed", "it failed")), ToolTraits.ReadOnly));
        bench.Tools.Add(TestTool.Returning("todo_write", "noted", ToolTraits.ReadOnly));
        bench.Model
            .Calls(static request => request.EndsInUser && request.LastText == "one",
                ("failed", "glob", "{}"), ("thought", "todo_write", "{}"), ("read_1", "read_file", "{}"), ("read_2", "read_file", "{}"), ("read_3", "read_file", "{}"), ("read_4", "read_file", "{}"))
            .Says("done");
        return bench;
    }

    private static async Task AskTwiceAsync(KernelBench bench, TimeSpan pause)
    {
        await using var session = bench.Open();
        session.Send(new PromptInput("one"));
        await bench.FrontEnd.WaitForAsync<RunCompleted>();
        bench.Clock.Advance(pause);
        session.Send(new PromptInput("two"));
        session.Send(new CompleteInput());
        await session.Completion.WaitAsync(TimeSpan.FromSeconds(20));
    }
}
