using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using Microsoft.Extensions.AI;
using Microsoft.SemanticKernel;

namespace QwenCode.SemanticKernel.Plugins;

/// <summary>
/// A plugin of an agent's kernel for use in another kernel: its functions run through the agent's own, under its filters and the
/// session's rules.
/// </summary>
/// <param name="plugin">The plugin.</param>
/// <param name="kernel">Returns the agent's kernel.</param>
internal sealed class BoundPlugin(KernelPlugin plugin, Func<Kernel> kernel) : KernelPlugin(plugin.Name, plugin.Description)
{
    public override int FunctionCount => plugin.FunctionCount;

    public override bool TryGetFunction(string name, [NotNullWhen(true)] out KernelFunction? function)
    {
        function = plugin.TryGetFunction(name, out var inner) ? Bind(inner) : null;
        return function is not null;
    }

    public override IEnumerator<KernelFunction> GetEnumerator() => plugin.Select(Bind).GetEnumerator();

    private KernelFunction Bind(KernelFunction inner) => new BoundFunction(inner, kernel).AsKernelFunction().Clone(Name);

    private sealed class BoundFunction(KernelFunction inner, Func<Kernel> kernel) : AIFunction
    {
        public override string Name => inner.Name;

        public override string Description => inner.Description;

        public override JsonElement JsonSchema { get; } = FunctionSchema.Accept(inner.JsonSchema);

        protected override async ValueTask<object?> InvokeCoreAsync(AIFunctionArguments arguments, CancellationToken cancellationToken) =>
            (await kernel().InvokeAsync(inner, new KernelArguments(arguments), cancellationToken).ConfigureAwait(false)).GetValue<object>();
    }
}
