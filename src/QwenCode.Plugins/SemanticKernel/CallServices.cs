using System.Collections;
using Microsoft.Extensions.DependencyInjection;

namespace QwenCode.Plugins.SemanticKernel;

/// <summary>
/// What a call of a plugin that shares the library can ask for: the plugin's own services first, then those of the calling agent. Of what
/// has a key only the agent's can know, so they are asked first there.
/// </summary>
/// <param name="own">The plugin's.</param>
/// <param name="agent">The services of the agent's kernel.</param>
internal sealed class CallServices(KernelServices own, IServiceProvider agent) : IKeyedServiceProvider
{
    // A list of keys would lead the library past the plugin's own model, to whatever the host's user registered under them.
    private const string KeyList = "KernelServiceTypeToKeyMappings";

    public object? GetService(Type serviceType)
    {
        if (serviceType == typeof(IServiceProvider))
        {
            return this;
        }

        var found = own.GetService(serviceType);
        return found is null or ICollection { Count: 0 } && IsAgents(serviceType) ? agent.GetService(serviceType) ?? found : found;
    }

    public object? GetKeyedService(Type serviceType, object? serviceKey)
    {
        if (serviceKey is null or KeyList || !IsAgents(serviceType) || agent is not IKeyedServiceProvider keyed)
        {
            return serviceKey is KeyList ? own.GetService(serviceType) : GetService(serviceType);
        }

        var found = keyed.GetKeyedService(serviceType, serviceKey);
        return found is null or ICollection { Count: 0 } ? own.GetService(serviceType) : found;
    }

    public object GetRequiredKeyedService(Type serviceType, object? serviceKey) =>
        GetKeyedService(serviceType, serviceKey)
        ?? throw new InvalidOperationException($"Neither the plugin nor the session has {serviceType}.");

    /// <summary>
    /// A container remembers each question, and would keep a plugin whose type it was asked for. The agent's filters run around the call
    /// already, and around each call of the agent's functions that it makes.
    /// </summary>
    private static bool IsAgents(Type type) =>
        !type.IsCollectible && KernelNames.FilterProperty(ElementOf(type).FullName) is null;

    private static Type ElementOf(Type type) =>
        type.IsGenericType && type.GetGenericTypeDefinition() == typeof(IEnumerable<>) ? type.GenericTypeArguments[0] : type;
}
