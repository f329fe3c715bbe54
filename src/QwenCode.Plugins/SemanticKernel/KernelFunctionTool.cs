using System.Text.Json;
using Microsoft.Extensions.AI;
using QwenCode.Plugins.Binding;
using QwenCode.Plugins.Reports;
using QwenCode.Tools;

namespace QwenCode.Plugins.SemanticKernel;

/// <summary>A kernel function as a tool.</summary>
/// <param name="declaration">What the tool is declared to be.</param>
/// <param name="described">The function as it was described; it has no instance, and cannot be called.</param>
/// <param name="owner">The full name of its class, or the place of its prompts.</param>
/// <param name="function">Its name, <c>plugin_function</c>.</param>
/// <param name="generation">What the plugin's functions share.</param>
internal sealed class KernelFunctionTool(
    ToolDeclaration declaration, AIFunction described, string owner, string function, KernelGeneration generation) : Tool(declaration)
{
    private readonly IReadOnlyDictionary<string, Type> _types = generation.Library.ParameterTypesOf(described);

    /// <summary>Makes the function, its class and the plugin's filters, for a call from outside any session.</summary>
    /// <exception cref="PluginFaultException">One of them cannot be made.</exception>
    public void Verify() => Find(generation.Home);

    public override ToolInvocation Prepare(ToolArguments arguments, ToolContext context)
    {
        var pluginKernel = generation.For(context);
        var found = Find(pluginKernel);
        var fitter = new ArgumentFitter(Declaration.Parameters);
        var fitted = fitter.Fit(arguments.Json);
        var values = new List<KeyValuePair<string, object?>>();
        if (fitter.Problems.Count == 0)
        {
            foreach (var member in fitted.EnumerateObject())
            {
                var value =
                    KernelArgument.Of(member.Name, member.Value, _types.GetValueOrDefault(member.Name), generation.Json, out var problem);
                values.Add(new(member.Name, value));
                if (problem is not null)
                {
                    fitter.Problems.Add(problem);
                }
            }
        }

        return fitter.Problems.Count == 0
            ? new KernelFunctionInvocation(this, found, fitted, values, context, pluginKernel, generation)
            : throw new ToolArgumentException($"{Name}: {string.Join(' ', fitter.Problems)}");
    }

    private AIFunction Find(PluginKernel pluginKernel)
    {
        try
        {
            return pluginKernel.GetFunction(owner, function);
        }
        catch (Exception exception)
        {
            // Constructors and static initialisers of the plugin run here, for the first call of an agent.
            var fault = LoadFaults.Describe(exception, generation.Binding.File) with { Tool = Name };
            generation.Binding.Faults.Add(fault);
            throw new PluginFaultException(fault, exception);
        }
    }

    private sealed class KernelFunctionInvocation(
        Tool tool, AIFunction function, JsonElement arguments, IReadOnlyList<KeyValuePair<string, object?>> values, ToolContext context,
        PluginKernel pluginKernel, KernelGeneration generation)
        : ToolInvocation
    {
        public override string Description => CallDescription.Of(tool, arguments);

        public override ToolConsent Consent =>
            (tool.Declaration.Traits & (ToolTraits.ReadOnly | ToolTraits.Preapproved)) == 0 ? ToolConsent.Ask : ToolConsent.Allow;

        public override async ValueTask<ToolResult> ExecuteAsync(CancellationToken cancellationToken)
        {
            // Here, and not left to the library: its first call compiles a lot, which a caller that has given up should not wait for.
            cancellationToken.ThrowIfCancellationRequested();
            var kernel = pluginKernel.ForCall(context);
            var outcome = await generation.Library.InvokeAsync(kernel, function, values, cancellationToken).ConfigureAwait(false);
            return await outcome.ToResultAsync(generation.Json, cancellationToken).ConfigureAwait(false);
        }
    }
}
