using System.Text.Json;
using Microsoft.Extensions.AI;
using QwenCode.Plugins.Binding;
using QwenCode.Tools;

namespace QwenCode.Plugins.SemanticKernel;

/// <summary>A kernel function as a tool.</summary>
internal sealed class KernelFunctionTool(ToolDeclaration declaration, AIFunction function, PluginKernel pluginKernel) : Tool(declaration)
{
    private readonly IReadOnlyDictionary<string, Type> _types = pluginKernel.Library.ParameterTypesOf(function);

    public override ToolInvocation Prepare(ToolArguments arguments, ToolContext context)
    {
        var fitter = new ArgumentFitter(Declaration.Parameters);
        var fitted = fitter.Fit(arguments.Json);
        var values = new List<KeyValuePair<string, object?>>();
        if (fitter.Problems.Count == 0)
        {
            foreach (var member in fitted.EnumerateObject())
            {
                var value =
                    KernelArgument.Of(member.Name, member.Value, _types.GetValueOrDefault(member.Name), pluginKernel.Json, out var problem);
                values.Add(new(member.Name, value));
                if (problem is not null)
                {
                    fitter.Problems.Add(problem);
                }
            }
        }

        return fitter.Problems.Count == 0
            ? new KernelFunctionInvocation(this, function, fitted, values, context, pluginKernel)
            : throw new ToolArgumentException($"{Name}: {string.Join(' ', fitter.Problems)}");
    }

    private sealed class KernelFunctionInvocation(
        Tool tool, AIFunction function, JsonElement arguments, IReadOnlyList<KeyValuePair<string, object?>> values, ToolContext context,
        PluginKernel pluginKernel)
        : ToolInvocation
    {
        public override string Description => CallDescription.Of(tool, arguments);

        public override ToolConsent Consent =>
            (tool.Declaration.Traits & (ToolTraits.ReadOnly | ToolTraits.Preapproved)) == 0 ? ToolConsent.Ask : ToolConsent.Allow;

        public override async ValueTask<ToolResult> ExecuteAsync(CancellationToken cancellationToken)
        {
            // Here, and not left to the library: its first call compiles a lot, which nobody who has given up should wait for.
            cancellationToken.ThrowIfCancellationRequested();
            var kernel = pluginKernel.EnterCall(context);
            var outcome = await pluginKernel.Library.InvokeAsync(kernel, function, values, cancellationToken).ConfigureAwait(false);
            return await outcome.ToResultAsync(pluginKernel.Json, cancellationToken).ConfigureAwait(false);
        }
    }
}
