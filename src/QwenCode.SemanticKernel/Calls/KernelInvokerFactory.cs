using QwenCode.Tools.Invocation;

namespace QwenCode.SemanticKernel.Calls;

/// <summary>Puts a Semantic Kernel <c>Kernel</c> around the tool calls of every session.</summary>
/// <param name="services">The host's services: a registered kernel, plugins and filters count.</param>
public sealed class KernelInvokerFactory(IServiceProvider services) : IToolInvokerFactory
{
    /// <inheritdoc/>
    public IToolInvoker Create(ToolCaller main)
    {
        ArgumentNullException.ThrowIfNull(main);
        return new AgentInvoker(new SessionKernel(services), main);
    }
}
