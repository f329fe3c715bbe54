using QwenCode.Kernel.Tests.Bench;
using QwenCode.Tools;

namespace QwenCode.Kernel.Tests.Tools;

public class AbandonedCalls
{
    [Fact]
    public async Task A_call_that_is_refused_gives_back_what_preparing_it_took()
    {
        await using var bench = new KernelBench();
        var tool = new LeasingTool();
        bench.Tools.Add(tool);
        bench.Model.Calls(static request => request.EndsInUser, ("a", "lease", "{}")).Says("done");

        await bench.RunAsync("go");

        bench.Model.Requests[1].ResultOf("a").ShouldContain("permission");
        tool.Taken.ShouldBe(1);
        tool.GivenBack.ShouldBe(1);
    }

    private sealed class LeasingTool() : Tool(new ToolDeclaration { Name = "lease", Description = "lease", Parameters = ToolDeclaration.Schema("{\"type\":\"object\"}"u8) })
    {
        public int Taken { get; private set; }

        public int GivenBack { get; private set; }

        public override ToolInvocation Prepare(ToolArguments arguments, ToolContext context)
        {
            Taken++;
            return new Invocation(this);
        }

        private sealed class Invocation(LeasingTool tool) : ToolInvocation
        {
            public override string Description => "lease";

            public override ToolConsent Consent => ToolConsent.Ask;

            public override ValueTask<ToolResult> ExecuteAsync(CancellationToken cancellationToken) => throw new InvalidOperationException("It was refused.");

            public override void Abandon() => tool.GivenBack++;
        }
    }
}
