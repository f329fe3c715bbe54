using System.Reflection;
using System.Runtime.CompilerServices;
using System.Runtime.Loader;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.DependencyInjection;
using QwenCode.Plugins.Binding;
using QwenCode.Plugins.Reports;
using QwenCode.Tools;

namespace QwenCode.Plugins.SemanticKernel;

/// <summary>
/// What the functions of one plugin generation share: the library, one kernel with the plugin's filters, and the instances behind
/// the functions.
/// </summary>
internal sealed class PluginKernel
{
    private readonly BindingContext _binding;
    private readonly Lock _gate = new();
    private readonly Dictionary<string, KernelPlugin> _plugins = new(StringComparer.Ordinal);
    private readonly Dictionary<string, PluginFault> _failures = new(StringComparer.Ordinal);
    private object? _kernel;
    private bool _isFilled;

    private PluginKernel(Assembly assembly, BindingContext binding)
    {
        (Assembly, _binding) = (assembly, binding);
        Library = new KernelLibrary(AssemblyLoadContext.GetLoadContext(assembly)!, binding.File);
        Services = new KernelServices(this, binding);
    }

    public Assembly Assembly { get; }

    public KernelLibrary Library { get; }

    public KernelServices Services { get; }

    public SessionChatClient Model { get; } = new();

    /// <summary>
    /// Gets the conventions of parameters and results: the library's own, but for case, which models guess wrong, and enums, which
    /// it describes by name.
    /// </summary>
    public JsonSerializerOptions Json { get; } = CreateOptions();

    /// <summary>
    /// Gets the classes of the plugin's assembly; none where a folder of prompts has the library itself for one. A class that
    /// cannot be loaded could be a filter, so it stops everything.
    /// </summary>
    public IReadOnlyList<Type> Classes => field ??= KernelNames.IsLibrary(Assembly.GetName().Name!) ? [] : Assembly.GetTypes();

    /// <summary>Gets the kernel. While it is being filled, what asks for it gets it as far as it is.</summary>
    public object Kernel
    {
        get
        {
            lock (_gate)
            {
                return _kernel ?? CreateKernel();
            }
        }
    }

    /// <summary>Returns the kernel of a plugin generation.</summary>
    /// <exception cref="PluginFaultException">The plugin has no Semantic Kernel, or one that cannot be used.</exception>
    public static PluginKernel Of(Assembly assembly, BindingContext binding) => binding.Share(() => new PluginKernel(assembly, binding));

    /// <summary>Makes the kernel of one call, and has the calling agent's model asked for the rest of the caller's flow.</summary>
    /// <returns>
    /// A copy of the plugin's kernel; if the library is shared, the calling agent's plugins and services are behind its own.
    /// </returns>
    public object EnterCall(ToolContext context)
    {
        Model.Enter(context);
        return Library.FindAgentKernel(context.Services) is { } agent
            ? Library.Compose(Kernel, agent, ServicesFor(agent))
            : Library.Clone(Kernel);
    }

    /// <summary>Gives what a call can ask for.</summary>
    /// <param name="agent">The kernel of the agent that calls; <c>null</c> if the plugin has none of it.</param>
    public IKeyedServiceProvider ServicesFor(object? agent) =>
        agent is null ? Services : new CallServices(Services, Library.ServicesOf(agent));

    /// <summary>Describes the functions of a class without making an instance of it.</summary>
    public KernelPlugin Describe(Type type)
    {
        // Describing reads attributes and signatures only. The object is never used, and was never made: no constructor runs.
        var stand = RuntimeHelpers.GetUninitializedObject(type);
#pragma warning disable CA1816 // What was never made must not run the code that ends it.
        GC.SuppressFinalize(stand);
#pragma warning restore CA1816
        return Library.CreatePlugin(stand, Json, _binding.Instances.Loggers);
    }

    /// <summary>Gives a function that can be called.</summary>
    /// <param name="owner">The full name of its class, or the place of its prompts.</param>
    /// <param name="name">Its name, <c>plugin_function</c>.</param>
    /// <exception cref="PluginFaultException">Its class, or a filter, cannot be made.</exception>
    public AIFunction GetFunction(string owner, string name)
    {
        lock (_gate)
        {
            Fill();
            return _failures.TryGetValue(owner, out var fault) ? throw new PluginFaultException(fault)
                : _plugins.GetValueOrDefault(owner)?.Functions.FirstOrDefault(function => function.Name == name)?.Function
                ?? throw new PluginFaultException(new(PluginFaultReason.InvalidTool, _binding.File, $"{owner} has no function {name}.",
                    "Build the plugin again, or delete plugin.json: the host then makes its own.") { Tool = name });
        }
    }

    private object CreateKernel()
    {
        var kernel = Library.CreateKernel(Services);
        _kernel = kernel;
        try
        {
            foreach (var type in Classes)
            {
                if (!type.IsClass || type.IsAbstract || type.ContainsGenericParameters)
                {
                    continue;
                }

                foreach (var property in type.GetInterfaces().Select(static contract => KernelNames.FilterProperty(contract.FullName))
                    .OfType<string>())
                {
                    Library.Add(kernel, property, _binding.Instances.Get(type, Services.Fill));
                }
            }
        }
        catch
        {
            // A filter may be there to forbid things; without it nothing runs, now or at the next attempt.
            _kernel = null;
            throw;
        }

        return kernel;
    }

    /// <summary>
    /// Puts everything the folder brings into the kernel, for functions call each other by name. What cannot be made is left out and
    /// reported. It happens before the first call: constructors run here under a lock that calls would otherwise take in another order.
    /// </summary>
    /// <exception cref="PluginFaultException">A filter cannot be made.</exception>
    public void Fill()
    {
        lock (_gate)
        {
            _ = Kernel;
            if (!_isFilled)
            {
                _isFilled = true;
                AddEverything();
            }
        }
    }

    private void AddEverything()
    {
        foreach (var type in Classes.Where(SemanticKernelDialect.HasFunctions)
            .SelectMany(type => SemanticKernelDialect.Makeable(type, this)).Distinct())
        {
            Add(type.FullName!, () => Library.CreatePlugin(_binding.Instances.Get(type, Services.Fill), Json, _binding.Instances.Loggers));
        }

        var folder = Path.GetDirectoryName(Assembly.Location)!;
        foreach (var place in PromptFolders.Find(folder))
        {
            Add(place, () => PromptFolders.Create(folder, place, this, _binding));
        }
    }

    private void Add(string owner, Func<KernelPlugin> create)
    {
        try
        {
            var plugin = create();
            Library.Add(_kernel!, plugin);
            _plugins[owner] = plugin;
        }
        catch (Exception exception)
        {
            // Constructors of the plugin: one that fails costs its own functions only.
            var fault = SemanticKernelDialect.Describe(exception, owner, _binding.File);
            _failures[owner] = fault;
            _binding.Faults.Add(fault);
        }
    }

    private static JsonSerializerOptions CreateOptions()
    {
        var options =
            new JsonSerializerOptions { PropertyNameCaseInsensitive = true, TypeInfoResolver = new DefaultJsonTypeInfoResolver() };
        options.Converters.Add(new JsonStringEnumConverter());
        options.MakeReadOnly();
        return options;
    }
}
