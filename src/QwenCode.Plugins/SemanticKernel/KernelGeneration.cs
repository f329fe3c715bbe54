using System.Reflection;
using System.Runtime.CompilerServices;
using System.Runtime.Loader;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using Microsoft.Extensions.AI;
using QwenCode.Plugins.Binding;
using QwenCode.Plugins.Reports;
using QwenCode.Tools;

namespace QwenCode.Plugins.SemanticKernel;

/// <summary>
/// What the functions of one plugin generation share: the library, the conventions of values, and everything that is made without an
/// agent's kernel or model. What needs those is in a <see cref="PluginKernel"/> for each agent.
/// </summary>
internal sealed class KernelGeneration : IAsyncDisposable
{
    private readonly Lock _gate = new();
    private readonly Dictionary<string, MadePlugin> _plugins = new(StringComparer.Ordinal);
    private readonly Dictionary<Type, bool> _needsAgent = [];

    // By the agent's services: an agent that is gone takes its kernel with it.
    private readonly ConditionalWeakTable<object, PluginKernel> _kernels = [];

    private KernelGeneration(Assembly assembly, BindingContext binding)
    {
        (Assembly, Binding) = (assembly, binding);
        Library = new KernelLibrary(AssemblyLoadContext.GetLoadContext(assembly)!, binding.File);
        Home = new PluginKernel(this, new SessionChatClient(null));
    }

    public Assembly Assembly { get; }

    public BindingContext Binding { get; }

    public KernelLibrary Library { get; }

    /// <summary>Gets the kernel of calls from outside any session; there is no model to ask.</summary>
    public PluginKernel Home { get; }

    /// <summary>
    /// Gets the conventions of parameters and results: the library's own, but for case, which models guess wrong, and enums, which
    /// it describes by name.
    /// </summary>
    public JsonSerializerOptions Json { get; } = CreateOptions();

    /// <summary>
    /// Gets the classes of the plugin's assembly; none if a folder of prompts has the library itself for one. A class that
    /// cannot be loaded could be a filter, so it stops everything.
    /// </summary>
    public IReadOnlyList<Type> Classes => field ??= KernelNames.IsLibrary(Assembly.GetName().Name!) ? [] : Assembly.GetTypes();

    /// <summary>Returns what a plugin generation shares.</summary>
    /// <exception cref="PluginFaultException">The plugin has no Semantic Kernel, or one that cannot be used.</exception>
    public static KernelGeneration Of(Assembly assembly, BindingContext binding) =>
        binding.Share(() => new KernelGeneration(assembly, binding));

    /// <summary>Returns the kernel of the agent that makes a call.</summary>
    public PluginKernel For(ToolContext context)
    {
        var ask = context.AskModelAsync;
        return (context.Services ?? (object?)ask) is { } agent
            ? _kernels.GetValue(agent, _ => new PluginKernel(this, new SessionChatClient(ask))) : Home;
    }

    /// <summary>Describes the functions of a class without making an instance of it.</summary>
    public KernelPlugin Describe(Type type)
    {
        // Describing reads attributes and signatures only. The object is never used, and was never made: no constructor runs.
        var stand = RuntimeHelpers.GetUninitializedObject(type);
#pragma warning disable CA1816 // What was never made must not run the code that ends it.
        GC.SuppressFinalize(stand);
#pragma warning restore CA1816
        return Library.CreatePlugin(stand, Json, Binding.Instances.Loggers);
    }

    /// <summary>
    /// Returns whether a class can only be made for an agent, because a constructor of it, or of a class of the plugin that it needs,
    /// takes a kernel or a model.
    /// </summary>
    public bool NeedsAgent(Type type)
    {
        lock (_gate)
        {
            if (!_needsAgent.TryGetValue(type, out var needs))
            {
                // Known before its constructors are looked at: classes may need each other in a circle.
                _needsAgent[type] = false;
                _needsAgent[type] = needs = type.GetConstructors().Any(
                    constructor => constructor.GetParameters().Any(parameter => IsAgents(parameter.ParameterType)));
            }

            return needs;
        }
    }

    /// <summary>Returns the class of the plugin that a constructor gets for a type; <c>null</c> for what is not the plugin's.</summary>
    public Type? FindClass(Type type)
    {
        // A folder of prompts has the library itself for its assembly, whose classes are not services.
        if (type.Assembly != Assembly || Classes.Count == 0)
        {
            return null;
        }

        // The plugin's own: a class as it is, an interface if only one class can be meant. Its filters are the kernel's affair.
        var made = type.IsInterface
            ? Classes.Where(candidate => candidate is { IsAbstract: false, ContainsGenericParameters: false }
                && type.IsAssignableFrom(candidate)).Take(2).ToArray() is [var only] ? only : null
            : type;
        return made is { IsClass: true, IsAbstract: false, ContainsGenericParameters: false }
            && made.GetConstructors(BindingFlags.Public | BindingFlags.Instance).Length > 0 ? made : null;
    }

    /// <summary>Returns a plugin that all agents share, made at the first call.</summary>
    /// <param name="owner">The full name of its class, or the place of its prompts.</param>
    /// <param name="create">Makes it; what it throws is kept as the reason why there is none.</param>
    public MadePlugin Share(string owner, Func<KernelPlugin> create)
    {
        lock (_gate)
        {
            return _plugins.TryGetValue(owner, out var known) ? known : _plugins[owner] = Make(owner, create);
        }
    }

    /// <summary>Makes a plugin, or finds out why it cannot be made.</summary>
    public MadePlugin Make(string owner, Func<KernelPlugin> create)
    {
        try
        {
            return new(create(), null);
        }
        catch (Exception exception)
        {
            // Constructors of the plugin: one that fails costs its own functions only.
            var fault = SemanticKernelDialect.Describe(exception, owner, Binding.File);
            Binding.Faults.Add(fault);
            return new(null, fault);
        }
    }

    /// <summary>Ends what was made for agents that are still there.</summary>
    public async ValueTask DisposeAsync()
    {
        foreach (var (_, kernel) in _kernels)
        {
            await kernel.DisposeAsync().ConfigureAwait(false);
        }

        // The table would hold the plugin for as long as any of its agents lives.
        _kernels.Clear();
        await Home.DisposeAsync().ConfigureAwait(false);
    }

    private bool IsAgents(Type type) =>
        type == typeof(IChatClient) || type == typeof(IServiceProvider)
        || type.FullName is KernelNames.Kernel or KernelNames.ChatService
        || (type.IsGenericType && type.GetGenericTypeDefinition() == typeof(IEnumerable<>) && IsAgents(type.GenericTypeArguments[0]))
        || (FindClass(type) is { } own && NeedsAgent(own));

    private static JsonSerializerOptions CreateOptions()
    {
        var options =
            new JsonSerializerOptions { PropertyNameCaseInsensitive = true, TypeInfoResolver = new DefaultJsonTypeInfoResolver() };
        options.Converters.Add(new JsonStringEnumConverter());
        options.MakeReadOnly();
        return options;
    }
}

/// <summary>A plugin of the library, or why it cannot be made.</summary>
/// <param name="Plugin">The plugin.</param>
/// <param name="Fault">The reason why there is none.</param>
internal sealed record MadePlugin(KernelPlugin? Plugin, PluginFault? Fault);
