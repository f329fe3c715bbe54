using QwenCode.Kernel.Sessions;
using QwenCode.Sessions;
using static QwenCode.Kernel.Tests.Compaction.SmallWindow;

namespace QwenCode.Kernel.Tests.Compaction;

/// <summary>What fills the window, told to the user.</summary>
public class Reports
{
    [Fact]
    public async Task Every_item_is_named_and_together_they_are_what_the_request_takes()
    {
        await using var bench = Open(window: 100_000);
        const string memory = "--- Context from: QWEN.md ---\nBe brief.\n--- End of Context from: QWEN.md ---\n\n--- Context from: sub/QWEN.md ---\nBe kind.\n--- End of Context from: sub/QWEN.md ---";
        bench.Session = bench.Session with { Boundary = RunBoundary.Turn, MemoryText = memory, SystemPrompt = $"{Words(4_000)}\n\n{memory}" };
        bench.Model.Works(10);
        await using var session = bench.Open();
        session.Send(new PromptInput(Goal));
        session.Send(new DescribeContextInput(IsDetailed: true));

        var described = await bench.FrontEnd.WaitForAsync<ContextDescribed>();

        var report = described.Report;
        (report.Model, report.Window, report.CompactsAt).ShouldBe(("test-model", 100_000, 70_000));
        report.Items.Sum(static item => item.Tokens).ShouldBeInRange((long)(report.Used * 0.95), (long)(report.Used * 1.05));
        report.Items.Single(static item => item is { Category: "results", Name: "look" }).Tokens.ShouldBeInRange(5_500, 7_000);
        report.Items.Where(static item => item.Category == "memory files").Select(static item => item.Name).ShouldBe(["QWEN.md", "sub/QWEN.md"]);
        report.Items.Where(static item => item.Category == "tools").Select(static item => item.Name).ShouldContain("task_list");
        (await bench.FrontEnd.WaitForAsync<RunCompleted>(run => run.Outcome.Text == described.Text)).Outcome.Turns.ShouldBe(0);
        described.Text.ShouldContain("sub/QWEN.md");
        bench.Model.Requests.Count.ShouldBe(11);
    }

    [Fact]
    public async Task After_a_compaction_what_it_made_is_an_item()
    {
        await using var bench = Open();
        bench.Session = bench.Session with { Boundary = RunBoundary.Turn };
        bench.Model.Summarizes().Works(25);
        await using var session = bench.Open();
        session.Send(new PromptInput(Goal));
        session.Send(new DescribeContextInput());

        var report = (await bench.FrontEnd.WaitForAsync<ContextDescribed>()).Report;

        report.Items.Single(static item => item.Category == "compacted part").Tokens.ShouldBeGreaterThan(100);
        report.Used.ShouldBeLessThan(15_000);
    }
}
