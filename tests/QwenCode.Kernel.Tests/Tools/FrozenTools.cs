using QwenCode.Kernel.Tests.Bench;
using QwenCode.Kernel.Tools.Validation;
using QwenCode.Sessions;
using QwenCode.Tools;

namespace QwenCode.Kernel.Tests.Tools;

public class FrozenTools
{
    [Fact]
    public async Task A_tool_that_vanishes_between_an_answer_and_its_calls_still_runs_and_is_gone_in_the_next_turn()
    {
        await using var bench = new KernelBench();
        var source = new ChangingSource(TestTool.Returning("here", "found"));
        bench.Session = bench.Session with { ToolSources = [source] };
        bench.Model.Answers(static request => request.LastText == "first", _ =>
        {
            source.Tools = [];
            return [TestModel.Call("c1", "here", "{}")];
        });
        bench.Model.Says("done", static _ => true);
        await using var session = bench.Open();
        session.Send(new PromptInput("first"));
        session.Send(new PromptInput("second"));
        session.Send(new CompleteInput());
        await session.Completion.WaitAsync(TimeSpan.FromSeconds(20));

        bench.FrontEnd.Events.OfType<ToolCallCompleted>().ShouldHaveSingleItem().Status.ShouldBe(ToolCallStatus.Success);
        bench.Model.Requests.Select(static request => request.Tools.Contains("here")).ShouldBe([true, true, false]);
    }

    [Fact]
    public void A_tools_schema_is_compiled_once()
    {
        var tool = TestTool.Returning("here", "found");

        CompiledSchema.Of(tool).ShouldBeSameAs(CompiledSchema.Of(tool));
    }

    private sealed class ChangingSource(params Tool[] tools) : IToolSource
    {
        public IReadOnlyList<Tool> Tools { get; set; } = tools;

        public IReadOnlyList<Tool> Snapshot() => Tools;
    }
}
