using System.Reflection;
using QwenCode.Plugins.SemanticKernel;
using QwenCode.Tools;

namespace QwenCode.Plugins.Binding;

/// <summary>One call of a method tool.</summary>
internal sealed class MethodInvocation(
    Tool tool, MethodInfo method, object? target, object?[] values, IReadOnlyList<ToolParameter> parameters, ToolArguments arguments,
    ToolContext context, KernelGeneration? generation, BindingContext binding)
    : ToolInvocation
{
    public override string Description => CallDescription.Of(tool, arguments.Json);

    public override ToolConsent Consent =>
        (tool.Declaration.Traits & (ToolTraits.ReadOnly | ToolTraits.Preapproved)) == 0 ? ToolConsent.Ask : ToolConsent.Allow;

    public override async ValueTask<ToolResult> ExecuteAsync(CancellationToken cancellationToken)
    {
        var given = (object?[])values.Clone();
        for (var i = 0; i < given.Length; i++)
        {
            given[i] = parameters[i].Source switch
            {
                ToolParameterSource.Cancellation => cancellationToken,
                ToolParameterSource.Kernel or ToolParameterSource.KernelService =>
                    KernelParameters.Fill(parameters[i], generation!, context),
                _ => given[i],
            };
        }

        var returned = method.Invoke(target, BindingFlags.DoNotWrapExceptions, null, given, null);
        return ToolOutput.ToResult(await ToolOutput.AwaitAsync(returned, method.ReturnType).ConfigureAwait(false), binding.Json);
    }
}
