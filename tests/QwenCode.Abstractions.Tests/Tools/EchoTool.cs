using QwenCode.Tools;

namespace QwenCode.Tests.Tools;

/// <summary>Returns its text with the root of the workspace it was called in; fails for the text "fail".</summary>
internal sealed class EchoTool(string name = "echo") : Tool(new ToolDeclaration
{
    Name = name,
    Description = "Echoes.",
    Parameters = ToolDeclaration.Schema("""{"type":"object","properties":{"text":{"type":"string"}}}"""u8),
})
{
    public override ToolInvocation Prepare(ToolArguments arguments, ToolContext context) =>
        new Invocation(arguments.String("text") ?? throw new ToolArgumentException("'text' is needed."), context);

    private sealed class Invocation(string text, ToolContext context) : ToolInvocation
    {
        public override string Description => $"Echo {text}";

        public override ToolConsent Consent => ToolConsent.Ask;

        public override ValueTask<ToolResult> ExecuteAsync(CancellationToken cancellationToken)
        {
            cancellationToken.ThrowIfCancellationRequested();
            return ValueTask.FromResult(text == "fail" ? ToolResult.Failure("broken", "it broke") : ToolResult.Success($"{text} in {context.Workspace.Root}"));
        }
    }
}
