using QwenCode.Tools.Invocation;

namespace QwenCode.Kernel.Tools;

/// <summary>Runs calls with nothing around them, for kernels that are created without an <see cref="IToolInvokerFactory"/>.</summary>
internal sealed class DirectToolInvoker : IToolInvoker, IToolInvokerFactory, IServiceProvider
{
    public static DirectToolInvoker Instance { get; } = new();

    public IServiceProvider Services => this;

    public IToolInvoker Create(ToolCaller main) => this;

    public IToolInvoker CreateFor(ToolCaller agent) => this;

    public async ValueTask<ToolCallReply> InvokeAsync(ToolCall call, CancellationToken cancellationToken) =>
        new(await call.RunAsync(changed: null, body: null, cancellationToken).ConfigureAwait(false));

    public object? GetService(Type serviceType) => null;
}
