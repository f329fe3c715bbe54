using Microsoft.SemanticKernel;

namespace Fixtures.Guarded;

public sealed class Vault
{
    [KernelFunction]
    public string Open() => "open";
}

/// <summary>Should stand before every call, and cannot be made.</summary>
public sealed class Guard : IFunctionInvocationFilter
{
    public Guard() => throw new InvalidOperationException("the keys are lost");

    public Task OnFunctionInvocationAsync(FunctionInvocationContext context, Func<FunctionInvocationContext, Task> next) => Task.CompletedTask;
}
