using QwenCode.Agents;
using QwenCode.Kernel.Tests.Bench;
using QwenCode.Sessions;
using QwenCode.Tools;

namespace QwenCode.Kernel.Tests.Agents;

/// <summary>Agents run for somebody who is no agent: a host's own code.</summary>
public class OutsideCallers
{
    [Fact]
    public async Task An_agent_reports_to_its_caller_and_the_main_agent_says_nothing()
    {
        await using var bench = new KernelBench();
        bench.Agents.Add(new AgentDefinition { Name = "finder", Description = "Finds.", SystemPrompt = "You find.", Background = true });
        bench.Model.Says("found it");

        var result = await bench.Kernel.RunAgentAsync(bench.Session, "finder", "find it", bench.FrontEnd);

        (result.Error, result.Content.ToText()).ShouldBe((null, "found it"));
        bench.Model.Requests.ShouldHaveSingleItem().Messages[0].Text.ShouldStartWith("You find.");
        bench.FrontEnd.Events.OfType<AgentEnded>().ShouldHaveSingleItem().Report.ShouldBe("found it");
        bench.FrontEnd.Events.Count(static raised => raised is SessionEnded).ShouldBe(1);
        bench.Kernel.Tasks.List(bench.Session.Id).ShouldBeEmpty();
    }

    [Fact]
    public async Task An_agent_that_is_not_there_is_an_error()
    {
        await using var bench = new KernelBench();

        var result = await bench.Kernel.RunAgentAsync(bench.Session, "nobody", "find it", bench.FrontEnd);

        result.Error.ShouldNotBeNull().Message.ShouldContain("\"nobody\" not found");
    }

    [Fact]
    public async Task Cancelling_stops_the_agent()
    {
        await using var bench = new KernelBench();
        bench.Model.Waits(static _ => true, new TaskCompletionSource().Task);
        using var cancel = new CancellationTokenSource();

        var running = bench.Kernel.RunAgentAsync(bench.Session, "general-purpose", "find it", bench.FrontEnd, cancel.Token).AsTask();
        await bench.FrontEnd.WaitForAsync<AgentLaunched>();
        await cancel.CancelAsync();

        await Should.ThrowAsync<OperationCanceledException>(running);
        bench.FrontEnd.Events.Count(static raised => raised is SessionEnded).ShouldBe(1);
    }

    [Fact]
    public async Task A_side_question_without_an_instruction_is_the_question_alone()
    {
        await using var bench = new KernelBench();
        bench.Tools.Add(new TestTool("wonder", async (arguments, context, token) => ToolResult.Success(await context.AskModelAsync!(arguments.String("system")!, "why?", token))));
        bench.Model.Calls(Ask.Prompt, ("a", "wonder", """{"system":""}"""), ("b", "wonder", """{"system":"Be brief."}"""))
            .Says("done", static request => request.EndsInTool)
            .Says("because")
            .Says("because");

        await bench.RunAsync("go");

        var asked = bench.Model.Requests.Where(static request => request.LastText == "why?").Select(static request => string.Join('|', request.Messages.Select(static message => message.Role.Value))).ToList();
        asked.ShouldBe(["user", "system|user"], ignoreOrder: true);
    }
}
