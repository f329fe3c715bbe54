using System.Text.Json;
using Microsoft.Extensions.AI;

namespace Microsoft.SemanticKernel;

[AttributeUsage(AttributeTargets.Method)]
public sealed class KernelFunctionAttribute(string? name = null) : Attribute
{
    public string? Name { get; } = name;
}

public sealed record KernelFunctionMetadata(string Name, string? PluginName, string Description);

public abstract class KernelFunction(KernelFunctionMetadata metadata, JsonElement schema) : AIFunction
{
    public KernelFunctionMetadata Metadata { get; } = metadata;

    public override string Name => $"{Metadata.PluginName}_{Metadata.Name}";

    public override string Description => Metadata.Description;

    public override JsonElement JsonSchema { get; } = schema;

    public abstract KernelFunction Clone(string pluginName);

    public async Task<FunctionResult> InvokeAsync(Kernel kernel, KernelArguments arguments, CancellationToken cancellationToken)
    {
        var context = new FunctionInvocationContext(kernel, this, arguments, new FunctionResult(this));
        await RunAsync(0, context);
        return context.Result;

        async Task RunAsync(int index, FunctionInvocationContext now)
        {
            if (index < kernel.FunctionInvocationFilters.Count)
            {
                await kernel.FunctionInvocationFilters[index].OnFunctionInvocationAsync(now, next => RunAsync(index + 1, next));
            }
            else
            {
                now.Result = await InvokeCoreAsync(kernel, now.Arguments, cancellationToken);
            }
        }
    }

    protected abstract Task<FunctionResult> InvokeCoreAsync(Kernel kernel, KernelArguments arguments, CancellationToken cancellationToken);

    // As with the real one, no filter runs on this road.
    protected override async ValueTask<object?> InvokeCoreAsync(AIFunctionArguments arguments, CancellationToken cancellationToken) =>
        (await InvokeCoreAsync(new Kernel(), new KernelArguments(), cancellationToken)).GetValue<object>();
}

public sealed class KernelArguments : AIFunctionArguments
{
    public KernelArguments()
        : base(StringComparer.OrdinalIgnoreCase)
    {
    }
}

public sealed class FunctionResult(KernelFunction function, object? value = null)
{
    public FunctionResult(FunctionResult result, object? value)
        : this(result.Function, value)
    {
    }

    public KernelFunction Function { get; } = function;

    public T? GetValue<T>() => value is T typed ? typed : default;

    public override string ToString() => value?.ToString() ?? string.Empty;
}

public sealed class FunctionInvocationContext(Kernel kernel, KernelFunction function, KernelArguments arguments, FunctionResult result)
{
    public Kernel Kernel { get; } = kernel;

    public KernelFunction Function { get; } = function;

    public KernelArguments Arguments { get; } = arguments;

    public FunctionResult Result { get; set; } = result;
}

public interface IFunctionInvocationFilter
{
    Task OnFunctionInvocationAsync(FunctionInvocationContext context, Func<FunctionInvocationContext, Task> next);
}
