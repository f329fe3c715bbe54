using QwenCode.Tools;

namespace QwenCode.Kernel.Tests.Bench;

/// <summary>A tool that does what the test says.</summary>
internal sealed class TestTool(
    string name, Func<ToolArguments, ToolContext, CancellationToken, Task<ToolResult>> run, ToolTraits traits = ToolTraits.ReadOnly | ToolTraits.Parallel, ToolKind kind = ToolKind.Read, string schema = """{"type":"object"}""")
    : Tool(new ToolDeclaration { Name = name, Description = name, Kind = kind, Traits = traits, Parameters = ToolDeclaration.Schema(System.Text.Encoding.UTF8.GetBytes(schema)) })
{
    public static TestTool Returning(string name, string text, ToolTraits traits = ToolTraits.ReadOnly | ToolTraits.Parallel) =>
        new(name, (_, _, _) => Task.FromResult(ToolResult.Success(text)), traits);

    public override ToolInvocation Prepare(ToolArguments arguments, ToolContext context) => new Invocation(this, run, arguments, context);

    private sealed class Invocation(TestTool tool, Func<ToolArguments, ToolContext, CancellationToken, Task<ToolResult>> run, ToolArguments arguments, ToolContext context) : ToolInvocation
    {
        public override string Description => tool.Name;

        public override ToolConsent Consent => tool.Declaration.Traits.HasFlag(ToolTraits.ReadOnly) ? ToolConsent.Allow : ToolConsent.Ask;

        public override ValueTask<ToolConfirmation> ConfirmAsync(CancellationToken cancellationToken) => ValueTask.FromResult<ToolConfirmation>(
            tool.Declaration.Kind is ToolKind.Edit
                ? new EditConfirmation("Edit", Path.Combine(context.Workspace.Root, arguments.String("file") ?? "a.txt"), string.Empty, null, string.Empty)
                : new ExecuteConfirmation("Run", tool.Name, [tool.Name], []));

        public override ValueTask<ToolResult> ExecuteAsync(CancellationToken cancellationToken) => new(run(arguments, context, cancellationToken));
    }
}
