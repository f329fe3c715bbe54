using QwenCode.Tools.Invocation;

namespace QwenCode.Kernel.Tools;

/// <summary>Runs calls with nothing around them, for kernels that are created without an <see cref="IToolInvokerFactory"/>.</summary>
internal sealed class DirectToolInvoker : IToolInvoker, IToolInvokerFactory, IServiceProvider
{
    /// <summary>Gets the one invoker; it has no state.</summary>
    public static DirectToolInvoker Instance { get; } = new();

    /// <inheritdoc/>
    public IServiceProvider Services => this;

    /// <inheritdoc/>
    public IToolInvoker Create(ToolCaller main) => this;

    /// <inheritdoc/>
    public IToolInvoker CreateFor(ToolCaller agent) => this;

    /// <inheritdoc/>
    public async ValueTask<ToolCallReply> InvokeAsync(ToolCall call, CancellationToken cancellationToken) =>
        new(await call.RunAsync(changed: null, body: null, cancellationToken).ConfigureAwait(false));

    /// <summary>Returns <c>null</c>: without a kernel around calls there are no services.</summary>
    public object? GetService(Type serviceType) => null;
}
