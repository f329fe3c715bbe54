using Microsoft.SemanticKernel;

namespace SemanticKernelPlugin;

/// <summary>A filter in a plugin runs around all of its functions.</summary>
public sealed class Audit : IFunctionInvocationFilter
{
    public async Task OnFunctionInvocationAsync(FunctionInvocationContext context, Func<FunctionInvocationContext, Task> next)
    {
        ArgumentNullException.ThrowIfNull(context);
        ArgumentNullException.ThrowIfNull(next);
        await next(context).ConfigureAwait(false);
        if (context.Result.GetValue<object>() is string text && context.Function.Name == "place_order")
        {
            context.Result = new FunctionResult(context.Result, $"{text} [audited]");
        }
    }
}
