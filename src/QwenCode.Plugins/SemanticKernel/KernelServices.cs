using System.Reflection;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.DependencyInjection;

namespace QwenCode.Plugins.SemanticKernel;

/// <summary>
/// What constructors and parameters of a plugin are filled in with: its kernel, the agent's model, what the host has, and the
/// plugin's own classes. A key is not looked at: there is one model, and nothing else of these has keys.
/// </summary>
internal sealed class KernelServices(KernelGeneration generation, PluginKernel pluginKernel) : IKeyedServiceProvider
{
    /// <summary>Returns what a constructor's parameter is filled in with; <c>null</c> for nothing.</summary>
    public object? Fill(ParameterInfo parameter) => GetService(parameter.ParameterType);

    public object? GetService(Type serviceType)
    {
        if (serviceType == typeof(IServiceProvider))
        {
            return this;
        }

        if (serviceType == typeof(IChatClient))
        {
            return pluginKernel.Model;
        }

        if (serviceType.IsGenericType && serviceType.GetGenericTypeDefinition() == typeof(IEnumerable<>))
        {
            return GetAll(serviceType.GenericTypeArguments[0]);
        }

        return serviceType.FullName switch
        {
            KernelNames.Kernel => pluginKernel.Kernel,
            // The plugin's own are put into its kernel by themselves; those of the host's user run around the call.
            var name when KernelNames.FilterProperty(name) is not null => null,
            KernelNames.ChatService => generation.Library.AsChatService(pluginKernel.Model, this),
            _ => generation.Binding.Instances.FindService(serviceType) ?? Make(serviceType),
        };
    }

    public object? GetKeyedService(Type serviceType, object? serviceKey) => GetService(serviceType);

    public object GetRequiredKeyedService(Type serviceType, object? serviceKey) =>
        GetService(serviceType) ?? throw new InvalidOperationException($"The host has no {serviceType}.");

    private Array GetAll(Type type)
    {
        // Never null: the library asks for lists of things that are not registered.
        var one = GetService(type);
        var all = Array.CreateInstance(type, one is null ? 0 : 1);
        if (one is not null)
        {
            all.SetValue(one, 0);
        }

        return all;
    }

    private object? Make(Type type)
    {
        // By name: naming the type would load the assembly in every host.
        if (type.FullName == "System.Net.Http.HttpClient")
        {
            return generation.Binding.Instances.Get(type, () => Activator.CreateInstance(type)!);
        }

        return generation.FindClass(type) is { } own ? pluginKernel.Get(own) : null;
    }
}
