using System.Text.Json;
using Microsoft.Extensions.AI;
using QwenCode.Kernel.Tests.Bench;
using QwenCode.Models;
using QwenCode.Permissions;
using QwenCode.Sessions;
using QwenCode.Tools;

namespace QwenCode.Kernel.Tests.Tools;

/// <summary>A call whose arguments stop in the middle could do something else than the model means.</summary>
public class CutCalls
{
    private const string Command = """{"type":"object","properties":{"command":{"type":"string"}}}""";

    public static TheoryData<string, ToolTraits, ToolKind, bool> Cases => new()
    {
        { """{"command":"rm -rf WS/proj"}""", ToolTraits.None, ToolKind.Execute, false },
        { """{"command":"ls WS/pro"}""", ToolTraits.None, ToolKind.Execute, true },
        { """{"file":"a.txt"}""", ToolTraits.None, ToolKind.Edit, false },
        { """{"file":"a.txt"}""", ToolTraits.Preapproved, ToolKind.Think, false },
        { """{"url":"http://h/delete?id=1"}""", ToolTraits.Parallel, ToolKind.Fetch, false },
        { """{"id":"1"}""", ToolTraits.None, ToolKind.Other, false },
        { """{"file":"a.txt"}""", ToolTraits.ReadOnly, ToolKind.Read, true },
    };

    [Theory]
    [MemberData(nameof(Cases))]
    public async Task Only_a_call_that_reads_runs_although_its_arguments_were_cut(string arguments, ToolTraits traits, ToolKind kind, bool runs)
    {
        foreach (var finish in (ChatFinishReason[])[ChatFinishReason.Length, ChatFinishReason.ToolCalls, ChatFinishReason.Stop])
        {
            await using var bench = Yolo();
            var ran = 0;
            bench.Tools.Add(new TestTool("works", (_, _, _) => Task.FromResult(ToolResult.Success($"ran {++ran}")), traits, kind, Command));
            Answers(bench, finish, Cut("a", "works", arguments)).Says("ok");

            var events = await bench.RunAsync("go");

            ran.ShouldBe(runs ? 1 : 0, $"{finish}");
            var told = bench.Model.Requests[^1].ResultOf("a");
            told.ShouldContain(runs ? "ran 1" : "cut off");
            events.OfType<ToolCallCompleted>().Single().ErrorType.ShouldBe(runs ? null : ToolError.OutputTruncated);
        }
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task An_agent_is_not_launched_with_half_a_prompt(bool background)
    {
        await using var bench = Yolo();
        Answers(bench, ChatFinishReason.Length, Cut("a", "agent", Ask.Launch(prompt: "delete no", type: null, background: background))).Says("ok");

        var events = await bench.RunAsync("go");

        bench.Model.Requests.ShouldAllBe(static request => Ask.Lead(request));
        bench.Model.Requests[^1].ResultOf("a").ShouldContain("cut off");
        events.OfType<TaskStarted>().ShouldBeEmpty();
    }

    [Fact]
    public async Task What_came_whole_before_the_cut_runs_and_a_call_without_any_argument_behind_it_does_not()
    {
        await using var bench = Yolo();
        var ran = new List<string>();
        bench.Tools.Add(new TestTool("works", (_, context, _) =>
        {
            ran.Add(context.CallId);
            return Task.FromResult(ToolResult.Success("ran"));
        }, ToolTraits.None, ToolKind.Execute));
        var blank = new FunctionCallContent("c", "works") { RawRepresentation = new ToolCallArguments(string.Empty, ToolArguments.None.Json, false) };
        Answers(bench, ChatFinishReason.Length, TestModel.Call("a", "works", "{}"), Cut("b", "works", """{"command":"x"}"""), blank).Says("ok");

        await bench.RunAsync("go");

        ran.ShouldBe(["a"]);
        bench.Model.Requests[^1].ResultOf("c").ShouldContain("cut off");
    }

    private static KernelBench Yolo()
    {
        var bench = new KernelBench();
        bench.Session = bench.Session with { Mode = ApprovalMode.Yolo };
        return bench;
    }

    private static FunctionCallContent Cut(string id, string name, string json) => new(id, name)
    {
        RawRepresentation = new ToolCallArguments(json[..^2], JsonElement.Parse(json), IsTruncated: true),
    };

    private static TestModel Answers(KernelBench bench, ChatFinishReason finish, params FunctionCallContent[] calls) =>
        bench.Model.Streams(Ask.Prompt, (_, _) => Once(finish, calls));

    private static async IAsyncEnumerable<ChatResponseUpdate> Once(ChatFinishReason finish, FunctionCallContent[] calls)
    {
        await Task.Yield();
        foreach (var call in calls)
        {
            yield return new ChatResponseUpdate(ChatRole.Assistant, [call]);
        }

        yield return new ChatResponseUpdate(ChatRole.Assistant, []) { FinishReason = finish };
    }
}
