using QwenCode.Tools;

namespace Fixtures.Conformance;

/// <summary>A tool that the scenarios of <c>@modelcontextprotocol/conformance</c> call; its name is in them.</summary>
public abstract class ConformanceTool(string name, string schema = """{"type":"object","properties":{}}""") : Tool(new ToolDeclaration
{
    Name = name,
    Description = $"The tool {name} of the conformance suite.",
    Parameters = ToolDeclaration.Schema(System.Text.Encoding.UTF8.GetBytes(schema)),
    Kind = ToolKind.Read,
    Traits = ToolTraits.ReadOnly | ToolTraits.Parallel,
})
{
    public override ToolInvocation Prepare(ToolArguments arguments, ToolContext context) => new Invocation(this, arguments, context);

    protected virtual ToolConfirmation? Asks(ToolArguments arguments) => null;

    protected abstract ToolResult Run(ToolArguments arguments, ToolContext context);

    private sealed class Invocation(ConformanceTool tool, ToolArguments arguments, ToolContext context) : ToolInvocation
    {
        public override string Description => tool.Name;

        public override ToolConsent Consent => tool.Asks(arguments) is null ? ToolConsent.Allow : ToolConsent.Ask;

        public override ValueTask<ToolConfirmation> ConfirmAsync(CancellationToken cancellationToken) => ValueTask.FromResult(tool.Asks(arguments)!);

        public override ValueTask<ToolResult> ExecuteAsync(CancellationToken cancellationToken) => ValueTask.FromResult(tool.Run(arguments, context));
    }
}
