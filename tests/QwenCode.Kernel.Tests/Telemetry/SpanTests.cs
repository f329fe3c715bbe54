using System.Diagnostics;
using QwenCode.Kernel.Tests.Bench;
using QwenCode.Models;
using QwenCode.Tools;

namespace QwenCode.Kernel.Tests.Telemetry;

public class SpanTests
{
    [Fact]
    public async Task A_tool_is_under_its_turn_and_the_turn_under_its_agent()
    {
        await using var bench = new KernelBench();
        using var recorder = new Recorder(bench.Session.Id.Value);
        bench.Tools.Add(TestTool.Returning("look", "a secret result"));
        bench.Model.Calls(Ask.Prompt, ("call_1", "look", """{"where":"a secret argument"}""")).Says("a secret answer");

        await bench.RunAsync("a secret prompt");

        var agent = recorder.Span("invoke_agent main");
        var turn = recorder.Span("turn");
        var tool = recorder.Span("execute_tool look");
        var requests = recorder.Spans.Where(static span => span.DisplayName == "chat test-model").ToList();
        agent.ParentSpanId.ShouldBe(default);
        turn.ParentSpanId.ShouldBe(agent.SpanId);
        tool.ParentSpanId.ShouldBe(turn.SpanId);
        requests.Count.ShouldBe(2);
        requests.ShouldAllBe(request => request.ParentSpanId == turn.SpanId && request.Kind == ActivityKind.Client);
        Tags(agent).ShouldBe(new Dictionary<string, object?>
        {
            ["gen_ai.operation.name"] = "invoke_agent",
            ["gen_ai.agent.name"] = "main",
            ["gen_ai.agent.id"] = "main",
            ["gen_ai.conversation.id"] = bench.Session.Id.Value,
            ["qwen_code.end_reason"] = "GOAL",
        }, ignoreOrder: true);
        Tags(tool).ShouldBe(new Dictionary<string, object?>
        {
            ["gen_ai.operation.name"] = "execute_tool",
            ["gen_ai.tool.name"] = "look",
            ["gen_ai.tool.call.id"] = "call_1",
            ["gen_ai.agent.name"] = "main",
            ["gen_ai.agent.id"] = "main",
            ["gen_ai.conversation.id"] = bench.Session.Id.Value,
        }, ignoreOrder: true);
        Tags(requests[0]).ShouldBe(new Dictionary<string, object?>
        {
            ["gen_ai.operation.name"] = "chat",
            ["gen_ai.provider.name"] = "test",
            ["gen_ai.request.model"] = "test-model",
            ["gen_ai.usage.input_tokens"] = 10L,
            ["gen_ai.usage.output_tokens"] = 2L,
            ["gen_ai.agent.name"] = "main",
            ["gen_ai.agent.id"] = "main",
            ["gen_ai.conversation.id"] = bench.Session.Id.Value,
        }, ignoreOrder: true);
        recorder.Spans.SelectMany(static span => span.TagObjects).ShouldAllBe(static tag => !$"{tag.Value}".Contains("secret"));
    }

    [Fact]
    public async Task A_foreground_agent_is_under_the_call_that_waits_for_it()
    {
        await using var bench = new KernelBench();
        using var recorder = new Recorder(bench.Session.Id.Value);
        bench.Model.Calls(Ask.Prompt, ("call_1", "agent", Ask.Launch(background: false))).Says("found", Ask.Child).Says("done");

        await bench.RunAsync("go");

        var child = recorder.Span("invoke_agent general-purpose");
        child.ParentSpanId.ShouldBe(recorder.Span("execute_tool agent").SpanId);
        child.Links.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_background_agent_is_a_trace_of_its_own_with_a_link_to_the_call_that_launched_it()
    {
        await using var bench = new KernelBench();
        using var recorder = new Recorder(bench.Session.Id.Value);
        bench.Model.Calls(Ask.Prompt, ("call_1", "agent", Ask.Launch())).Says("found", Ask.Child).Says("done");

        await bench.RunAsync("go");

        var launcher = recorder.Span("execute_tool agent");
        var task = recorder.Span("task agent");
        var child = recorder.Span("invoke_agent general-purpose");
        task.TraceId.ShouldNotBe(launcher.TraceId);
        task.ParentSpanId.ShouldBe(default);
        task.Links.ShouldHaveSingleItem().Context.SpanId.ShouldBe(launcher.SpanId);
        child.ParentSpanId.ShouldBe(task.SpanId);
        child.Links.ShouldHaveSingleItem().Context.SpanId.ShouldBe(launcher.SpanId);
        recorder.Spans.Where(span => span.TraceId == task.TraceId).Select(static span => span.DisplayName)
            .ShouldBe(["chat test-model", "turn", "invoke_agent general-purpose", "task agent"]);
    }

    [Fact]
    public async Task A_request_that_fails_names_its_fault_and_not_its_message()
    {
        await using var bench = new KernelBench();
        using var recorder = new Recorder(bench.Session.Id.Value);
        bench.Model.Fails(static _ => true, new ModelException(ModelFault.RateLimited, "Key sk-secret may not."));

        await bench.RunAsync("go");

        foreach (var name in (string[])["chat test-model", "turn", "invoke_agent main"])
        {
            var span = recorder.Span(name);
            (span.GetTagItem("error.type"), span.Status, span.StatusDescription).ShouldBe(("RateLimited", ActivityStatusCode.Error, null), name);
        }
    }

    [Theory]
    [InlineData("fails", "fails", "out_of_paper")]
    [InlineData("throws", "throws", ToolError.UnhandledException)]
    [InlineData("my secret thoughts", "_OTHER", ToolError.NotRegistered)]
    public async Task A_call_that_fails_names_the_kind_of_failure_and_no_word_of_the_model(string called, string shown, string errorType)
    {
        await using var bench = new KernelBench();
        using var recorder = new Recorder(bench.Session.Id.Value);
        bench.Tools.Add(new TestTool("fails", static (_, _, _) => Task.FromResult(ToolResult.Failure("out_of_paper", "No paper."))));
        bench.Tools.Add(new TestTool("throws", static (_, _, _) => throw new InvalidOperationException("No ink.")));
        bench.Model.Calls(Ask.Prompt, ("call_1", called, "{}")).Says("done");

        await bench.RunAsync("go");

        var span = recorder.Span($"execute_tool {shown}");
        (span.GetTagItem("gen_ai.tool.name"), span.GetTagItem("error.type"), span.Status)
            .ShouldBe((shown, errorType, ActivityStatusCode.Error));
    }

    [Fact]
    public async Task Spans_begin_and_end_by_the_clock_of_the_kernel()
    {
        await using var bench = new KernelBench();
        using var recorder = new Recorder(bench.Session.Id.Value);
        bench.Tools.Add(new TestTool("wait", (_, _, _) =>
        {
            bench.Clock.Advance(TimeSpan.FromSeconds(7));
            return Task.FromResult(ToolResult.Success("waited"));
        }));
        bench.Model.Calls(Ask.Prompt, ("call_1", "wait", "{}")).Says("done");
        var before = bench.Clock.GetUtcNow().UtcDateTime;

        await bench.RunAsync("go");

        var span = recorder.Span("execute_tool wait");
        (span.StartTimeUtc, span.Duration).ShouldBe((before, TimeSpan.FromSeconds(7)));
    }

    [Fact]
    public async Task A_question_that_a_tool_puts_to_the_model_is_under_the_call()
    {
        await using var bench = new KernelBench();
        using var recorder = new Recorder(bench.Session.Id.Value);
        bench.Tools.Add(new TestTool("asks", static async (_, context, token) =>
            ToolResult.Success(await context.AskModelAsync!("Be brief.", "What is it?", token))));
        bench.Model.Calls(Ask.Prompt, ("call_1", "asks", "{}"))
            .Says("a thing", static request => request.LastText == "What is it?").Says("done");

        await bench.RunAsync("go");

        var call = recorder.Span("execute_tool asks");
        recorder.Spans.Where(span => span.ParentSpanId == call.SpanId).ShouldHaveSingleItem().DisplayName.ShouldBe("chat test-model");
    }

    private static Dictionary<string, object?> Tags(Activity span) => span.TagObjects.ToDictionary();
}
