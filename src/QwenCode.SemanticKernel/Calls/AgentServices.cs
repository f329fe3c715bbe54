using Microsoft.Extensions.AI;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.SemanticKernel;
using Microsoft.SemanticKernel.ChatCompletion;
using QwenCode.SemanticKernel.Plugins;

namespace QwenCode.SemanticKernel.Calls;

/// <summary>
/// The services of an agent's kernel: what the host registered, the kernel itself, and the agent's model. A chat service that the host
/// registered comes before the agent's model; by the key <see cref="SemanticKernelServices.SessionModel"/> the model is always found.
/// </summary>
internal sealed class AgentServices(AgentInvoker agent, IServiceProvider host, IChatClient model) : IKeyedServiceProvider
{
    // The library's own key for the table of all keys; without it a kernel would not find the model among keyed services.
    private const string KeyTable = "KernelServiceTypeToKeyMappings";

    private IChatCompletionService? _chat;

    private IChatCompletionService Chat => _chat ??= model.AsChatCompletionService(this);

    public object? GetService(Type serviceType)
    {
        if (serviceType == typeof(Kernel))
        {
            return agent.Kernel;
        }

        if (serviceType == typeof(IServiceProvider))
        {
            return this;
        }

        // For kernels that code inside a call makes: their functions lead back to this agent.
        if (serviceType == typeof(KernelPluginCollection))
        {
            return new KernelPluginCollection(agent.Kernel.Plugins.Select(plugin => new BoundPlugin(plugin, () => agent.Kernel)));
        }

        // Put into the kernel by hand, in the order in which they must run.
        if (serviceType == typeof(IEnumerable<IFunctionInvocationFilter>))
        {
            return Array.Empty<IFunctionInvocationFilter>();
        }

        if (serviceType == typeof(IEnumerable<IPromptRenderFilter>))
        {
            return Array.Empty<IPromptRenderFilter>();
        }

        if (serviceType == typeof(IEnumerable<IAutoFunctionInvocationFilter>))
        {
            return Array.Empty<IAutoFunctionInvocationFilter>();
        }

        if (serviceType == typeof(IEnumerable<IChatClient>))
        {
            return (IChatClient[])[model, .. host.GetServices<IChatClient>()];
        }

        if (serviceType == typeof(IEnumerable<IChatCompletionService>))
        {
            return (IChatCompletionService[])[Chat, .. host.GetServices<IChatCompletionService>()];
        }

        return host.GetService(serviceType) ?? GetModel(serviceType);
    }

    public object? GetKeyedService(Type serviceType, object? serviceKey)
    {
        if (serviceKey is null)
        {
            return GetService(serviceType);
        }

        if (serviceKey is KeyTable && serviceType == typeof(Dictionary<Type, HashSet<object?>>))
        {
            return AddModel(
                (host as IKeyedServiceProvider)?.GetKeyedService(serviceType, serviceKey) as Dictionary<Type, HashSet<object?>>);
        }

        return serviceKey is SemanticKernelServices.SessionModel && GetModel(serviceType) is { } own
            ? own
            : (host as IKeyedServiceProvider)?.GetKeyedService(serviceType, serviceKey);
    }

    public object GetRequiredKeyedService(Type serviceType, object? serviceKey) =>
        GetKeyedService(serviceType, serviceKey)
            ?? throw new InvalidOperationException($"No service of type {serviceType} is registered with the key '{serviceKey}'.");

    private object? GetModel(Type serviceType) =>
        serviceType == typeof(IChatClient) ? model : serviceType == typeof(IChatCompletionService) ? Chat : null;

    private static Dictionary<Type, HashSet<object?>>? AddModel(Dictionary<Type, HashSet<object?>>? keys)
    {
        if (keys is null)
        {
            return null;
        }

        var all = new Dictionary<Type, HashSet<object?>>(keys);
        foreach (var type in (Type[])[typeof(IChatClient), typeof(IChatCompletionService)])
        {
            // Without a key comes first, so that a service of the user's with one is found last, and so counts.
            all[type] = keys.TryGetValue(type, out var own) ? [null, .. own] : [null];
        }

        return all;
    }
}
