using QwenCode.Kernel.Tests.Bench;
using QwenCode.Models;
using QwenCode.Tools;

namespace QwenCode.Kernel.Tests.Telemetry;

public class MetricTests
{
    [Fact]
    public async Task A_request_is_counted_with_its_duration_and_its_tokens()
    {
        await using var bench = new KernelBench();
        using var recorder = new Recorder(bench.Session.Id.Value, "counted-model");
        bench.Session = bench.Session with { Model = "counted-model" };
        bench.Model.Answers(null, _ =>
        {
            bench.Clock.Advance(TimeSpan.FromSeconds(3));
            return [TestModel.Text("done")];
        });

        await bench.RunAsync("go");

        var duration = recorder.Measured("gen_ai.client.operation.duration").ShouldHaveSingleItem();
        (duration.Unit, duration.Value).ShouldBe(("s", 3));
        duration.Tags.ShouldBe(new Dictionary<string, object?>
        {
            ["gen_ai.operation.name"] = "chat", ["gen_ai.provider.name"] = "test", ["gen_ai.request.model"] = "counted-model",
        });
        recorder.Measured("gen_ai.client.token.usage").Select(static one => (one.Unit, one.Value, one.Tags["gen_ai.token.type"]))
            .ShouldBe([("{token}", 10d, "input"), ("{token}", 2d, (object?)"output")]);
    }

    [Fact]
    public async Task A_request_that_fails_is_counted_with_its_fault()
    {
        await using var bench = new KernelBench();
        using var recorder = new Recorder(bench.Session.Id.Value, "failing-model");
        bench.Session = bench.Session with { Model = "failing-model" };
        bench.Model.Fails(static _ => true, new ModelException(ModelFault.Timeout, "Too slow."));

        await bench.RunAsync("go");

        recorder.Measured("gen_ai.client.operation.duration").ShouldHaveSingleItem().Tags["error.type"].ShouldBe("Timeout");
        recorder.Measured("gen_ai.client.token.usage").ShouldBeEmpty();
    }

    [Fact]
    public async Task A_call_is_counted_with_its_duration()
    {
        await using var bench = new KernelBench();
        using var recorder = new Recorder(bench.Session.Id.Value, "counted_tool");
        bench.Tools.Add(new TestTool("counted_tool", (_, _, _) =>
        {
            bench.Clock.Advance(TimeSpan.FromSeconds(2));
            return Task.FromResult(ToolResult.Failure("out_of_paper", "No paper."));
        }));
        bench.Model.Calls(Ask.Prompt, ("call_1", "counted_tool", "{}")).Says("done");

        await bench.RunAsync("go");

        var duration = recorder.Measured("qwen_code.tool.duration").ShouldHaveSingleItem();
        (duration.Unit, duration.Value, duration.Tags["error.type"]).ShouldBe(("s", 2d, (object?)"out_of_paper"));
    }

    [Fact]
    public async Task A_task_that_runs_is_counted_in_and_out()
    {
        await using var bench = new KernelBench();
        using var recorder = new Recorder(bench.Session.Id.Value, "fork");
        bench.Model.Calls(Ask.Prompt, ("call_1", "agent", Ask.Launch(type: null))).Says("found", Ask.Fork).Says("done");

        await bench.RunAsync("go");

        // Forks of other tests may be counted beside this one.
        var changes = recorder.Measured("qwen_code.tasks.running");
        changes.Count(static one => one.Value == 1).ShouldBeGreaterThanOrEqualTo(1);
        changes.Count(static one => one.Value == -1).ShouldBeGreaterThanOrEqualTo(1);
    }
}
