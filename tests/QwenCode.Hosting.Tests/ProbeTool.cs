using QwenCode.Tools;

namespace QwenCode.Hosting.Tests;

/// <summary>A tool that waits until as many of its calls run side by side as are expected, and notes how many did at most.</summary>
internal sealed class ProbeTool(int expected)
    : Tool(new ToolDeclaration { Name = "probe", Description = "probe", Kind = ToolKind.Read, Traits = ToolTraits.ReadOnly | ToolTraits.Parallel, Parameters = ToolDeclaration.Schema("{\"type\":\"object\"}"u8) }), IToolSource
{
    private readonly TaskCompletionSource _together = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Lock _gate = new();
    private int _running;

    public int Calls { get; private set; }

    public int Most { get; private set; }

    public IReadOnlyList<Tool> Snapshot() => [this];

    public override ToolInvocation Prepare(ToolArguments arguments, ToolContext context) => new Invocation(this);

    private async ValueTask<ToolResult> RunAsync()
    {
        lock (_gate)
        {
            Calls++;
            Most = Math.Max(Most, ++_running);
            if (_running == expected)
            {
                _together.TrySetResult();
            }
        }

        await _together.Task.WaitAsync(TimeSpan.FromSeconds(60));
        lock (_gate)
        {
            _running--;
        }

        return ToolResult.Success("done");
    }

    private sealed class Invocation(ProbeTool tool) : ToolInvocation
    {
        public override string Description => "probe";

        public override ToolConsent Consent => ToolConsent.Allow;

        public override ValueTask<ToolResult> ExecuteAsync(CancellationToken cancellationToken) => tool.RunAsync();
    }
}
