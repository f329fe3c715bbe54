using Microsoft.Extensions.AI;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.SemanticKernel;

namespace QwenCode.Plugins.Tests.SemanticKernel;

/// <summary>The services of an agent in a session: a kernel with a plugin, and what else is put in. It keeps what it was asked for, as containers do.</summary>
internal sealed class AgentKernel : IKeyedServiceProvider
{
    private readonly Dictionary<(Type, object?), object> _services = [];

    public AgentKernel(params string[] plugins)
    {
        Kernel = new Kernel(this, [.. plugins.Select(static name => new HostPlugin(name))]);
        Kernel.FunctionInvocationFilters.Add(new Counting(this));
        Asked.Clear();
    }

    public Kernel Kernel { get; }

    public HashSet<Type> Asked { get; } = [];

    /// <summary>Gets how often the agent's own filter ran.</summary>
    public int Filtered { get; private set; }

    public AgentKernel With<T>(T service, object? key = null)
        where T : notnull
    {
        _services[(typeof(T), key)] = service;
        return this;
    }

    public object? GetService(Type serviceType) => GetKeyedService(serviceType, null);

    public object? GetKeyedService(Type serviceType, object? serviceKey)
    {
        Asked.Add(serviceType);
        return serviceType == typeof(Kernel) ? Kernel
            : serviceType.IsGenericType && serviceType.GetGenericTypeDefinition() == typeof(IEnumerable<>) ? Array.CreateInstance(serviceType.GenericTypeArguments[0], 0)
            : _services.GetValueOrDefault((serviceType, serviceKey));
    }

    public object GetRequiredKeyedService(Type serviceType, object? serviceKey) => GetKeyedService(serviceType, serviceKey) ?? throw new InvalidOperationException(serviceType.ToString());

    private sealed class Counting(AgentKernel agent) : IFunctionInvocationFilter
    {
        public Task OnFunctionInvocationAsync(Microsoft.SemanticKernel.FunctionInvocationContext context, Func<Microsoft.SemanticKernel.FunctionInvocationContext, Task> next)
        {
            agent.Filtered++;
            return next(context);
        }
    }
}

/// <summary>A plugin of the host.</summary>
internal sealed class HostPlugin(string name) : KernelPlugin(name)
{
    private readonly KernelFunction _greet = AIFunctionFactory.Create(static (string name) => $"hello {name}", "greet").AsKernelFunction();

    public override int FunctionCount => 1;

    public override bool TryGetFunction(string name, [System.Diagnostics.CodeAnalysis.NotNullWhen(true)] out KernelFunction? function) =>
        (function = name == "greet" ? _greet : null) is not null;

    public override IEnumerator<KernelFunction> GetEnumerator()
    {
        yield return _greet;
    }
}
