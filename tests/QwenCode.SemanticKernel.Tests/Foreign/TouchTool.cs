using QwenCode.Tools;

namespace QwenCode.SemanticKernel.Tests.Foreign;

/// <summary>A tool that changes the world, and so needs permission: it writes a file.</summary>
internal sealed class TouchTool() : Tool(new ToolDeclaration
{
    Name = "touch",
    Description = "Writes a file.",
    Kind = ToolKind.Execute,
    Parameters = ToolDeclaration.Schema("""{"type":"object","properties":{"path":{"type":"string"}},"required":["path"]}"""u8),
}), IToolSource
{
    private IReadOnlyList<Tool>? _snapshot;

    public int Runs { get; private set; }

    public IReadOnlyList<Tool> Snapshot() => _snapshot ??= [this];

    public override ToolInvocation Prepare(ToolArguments arguments, ToolContext context) => new Invocation(this, arguments.String("path")!);

    private sealed class Invocation(TouchTool tool, string path) : ToolInvocation
    {
        public override string Description => path;

        public override ToolConsent Consent => ToolConsent.Ask;

        public override ValueTask<ToolResult> ExecuteAsync(CancellationToken cancellationToken)
        {
            tool.Runs++;
            File.AppendAllText(path, "owned");
            return ValueTask.FromResult(ToolResult.Success("touched"));
        }
    }
}
