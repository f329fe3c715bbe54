using System.Text.Json;
using Microsoft.Extensions.AI;
using QwenCode.Plugins.Binding;
using QwenCode.Tools;

namespace QwenCode.Plugins.SemanticKernel;

/// <summary>A kernel function as a tool.</summary>
internal sealed class KernelFunctionTool(ToolDeclaration declaration, AIFunction function, KernelRoom room) : Tool(declaration)
{
    public override ToolInvocation Prepare(ToolArguments arguments, ToolContext context)
    {
        var fitter = new ArgumentFitter(Declaration.Parameters);
        var fitted = fitter.Fit(arguments.Json);
        return fitter.Problems.Count == 0
            ? new KernelFunctionInvocation(this, function, fitted, context, room)
            : throw new ToolArgumentException($"{Name}: {string.Join(' ', fitter.Problems)}");
    }

    private sealed class KernelFunctionInvocation(Tool tool, AIFunction function, JsonElement arguments, ToolContext context, KernelRoom room) : ToolInvocation
    {
        public override string Description => CallDescription.Of(tool, arguments);

        public override ToolConsent Consent =>
            (tool.Declaration.Traits & (ToolTraits.ReadOnly | ToolTraits.Preapproved)) == 0 ? ToolConsent.Ask : ToolConsent.Allow;

        public override async ValueTask<ToolResult> ExecuteAsync(CancellationToken cancellationToken)
        {
            // Here, and not left to the library: its first call compiles a lot, which nobody who has given up should wait for.
            cancellationToken.ThrowIfCancellationRequested();
            room.Model.Enter(context);
            // Strings as strings: the library converts those to whatever a parameter is, and leaves JSON to the serializer.
            var values = arguments.EnumerateObject().Select(static member => KeyValuePair.Create<string, object?>(member.Name, member.Value.ValueKind switch
            {
                JsonValueKind.String => member.Value.GetString(),
                JsonValueKind.Null => null,
                _ => member.Value,
            }));
            var outcome = await room.Library.InvokeAsync(room.Kernel, function, values, cancellationToken).ConfigureAwait(false);
            return await outcome.ToResultAsync(room.Json, cancellationToken).ConfigureAwait(false);
        }
    }
}
