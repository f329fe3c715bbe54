using System.Text.Json;
using Microsoft.Extensions.AI;
using QwenCode.Plugins;
using QwenCode.Tools;

namespace Fixtures.Good;

/// <summary>A class that is a tool, and needs a service where it is called but not where it is described.</summary>
[PluginTool(Order = -1)]
internal sealed class ReverseTool(Func<string, string> decorate) : Tool(Described)
{
    private static ToolDeclaration Described { get; } = new()
    {
        Name = "reverse",
        Description = "Turns a text round.",
        Parameters = ToolDeclaration.Schema("""{"type":"object","properties":{"text":{"type":"string"}},"required":["text"]}"""u8),
        Kind = ToolKind.Think,
        Traits = ToolTraits.ReadOnly,
    };

    public override ToolInvocation Prepare(ToolArguments arguments, ToolContext context) =>
        new Invocation(arguments.String("text") ?? throw new ToolArgumentException("'text' is needed."), decorate);

    private sealed class Invocation(string text, Func<string, string> decorate) : ToolInvocation
    {
        public override string Description => $"Reversing {text}";

        public override ToolConsent Consent => ToolConsent.Allow;

        public override ValueTask<ToolResult> ExecuteAsync(CancellationToken cancellationToken) =>
            ValueTask.FromResult(ToolResult.Success(decorate(new string([.. text.Reverse()]))));
    }
}

/// <summary>Any AIFunction will do.</summary>
[PluginTool]
public sealed class ShoutFunction : AIFunction
{
    public override string Name => "shout";

    public override string Description => "Says it loudly.";

    public override JsonElement JsonSchema { get; } = ToolDeclaration.Schema("""{"type":"object","properties":{"text":{"type":"string"}}}"""u8);

    protected override ValueTask<object?> InvokeCoreAsync(AIFunctionArguments arguments, CancellationToken cancellationToken) =>
        new(arguments["text"] is JsonElement text ? text.GetString()!.ToUpperInvariant() : null);
}
