using QwenCode.Tools;

namespace QwenCode.Testing.Tests;

/// <summary>Keeps notes; needs approval.</summary>
internal sealed class NoteTool() : Tool(new ToolDeclaration
{
    Name = "note",
    Description = "Keeps a note.",
    Kind = ToolKind.Edit,
    Parameters = ToolDeclaration.Schema("""{"type":"object","properties":{"text":{"type":"string"}},"required":["text"]}"""u8),
})
{
    private readonly Lock _gate = new();
    private readonly List<string> _notes = [];

    public IReadOnlyList<string> Notes
    {
        get
        {
            lock (_gate)
            {
                return [.. _notes];
            }
        }
    }

    public override ToolInvocation Prepare(ToolArguments arguments, ToolContext context) =>
        new Invocation(this, arguments.String("text") ?? throw new ToolArgumentException("'text' is needed."), context);

    private sealed class Invocation(NoteTool tool, string text, ToolContext context) : ToolInvocation
    {
        public override string Description => $"Note {text}";

        public override ToolConsent Consent => ToolConsent.Ask;

        public override ValueTask<ToolResult> ExecuteAsync(CancellationToken cancellationToken)
        {
            cancellationToken.ThrowIfCancellationRequested();
            lock (tool._gate)
            {
                tool._notes.Add($"{context.Time.GetUtcNow():yyyy-MM-dd} {text}");
            }

            return ValueTask.FromResult(ToolResult.Success($"kept: {text}"));
        }
    }
}
