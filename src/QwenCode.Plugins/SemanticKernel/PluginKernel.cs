using Microsoft.Extensions.AI;
using Microsoft.Extensions.DependencyInjection;
using QwenCode.Plugins.Binding;
using QwenCode.Plugins.Reports;
using QwenCode.Tools;

namespace QwenCode.Plugins.SemanticKernel;

/// <summary>
/// The kernel of a plugin for one agent, with the plugin's filters, its functions, and the instances that ask the agent's model.
/// </summary>
internal sealed class PluginKernel(KernelGeneration generation, SessionChatClient model) : IAsyncDisposable
{
    private readonly Lock _gate = new();
    private readonly Dictionary<string, MadePlugin> _plugins = new(StringComparer.Ordinal);
    private readonly PluginInstances _instances = generation.Binding.Instances.Branch();
    private object? _kernel;
    private bool _isFilled;

    public SessionChatClient Model => model;

    public KernelServices Services => field ??= new(generation, this);

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

    /// <summary>Makes the kernel of one call.</summary>
    /// <returns>
    /// A copy of the plugin's kernel; if the library is shared, the calling agent's plugins and services are behind its own.
    /// </returns>
    public object ForCall(ToolContext context) =>
        generation.Library.FindAgentKernel(context.Services) is { } agent
            ? generation.Library.Compose(Kernel, agent, ServicesFor(agent))
            : generation.Library.Clone(Kernel);

    /// <summary>Returns what a call can ask for.</summary>
    /// <param name="agent">The kernel of the agent that calls; <c>null</c> if the plugin has none of it.</param>
    public IKeyedServiceProvider ServicesFor(object? agent) =>
        agent is null ? Services : new CallServices(Services, generation.Library.ServicesOf(agent));

    /// <summary>Returns the instance of a class: the agent's own if it needs the agent's kernel or model, else the generation's.</summary>
    /// <exception cref="PluginFaultException">It cannot be made.</exception>
    public object Get(Type type) =>
        (generation.NeedsAgent(type) ? _instances : generation.Binding.Instances).Get(type, Services.Fill);

    /// <summary>Returns a function that can be called.</summary>
    /// <param name="owner">The full name of its class, or the place of its prompts.</param>
    /// <param name="name">Its name, <c>plugin_function</c>.</param>
    /// <exception cref="PluginFaultException">Its class, or a filter, cannot be made.</exception>
    public AIFunction GetFunction(string owner, string name)
    {
        lock (_gate)
        {
            Fill();
            var made = _plugins.GetValueOrDefault(owner);
            return made?.Fault is { } fault ? throw new PluginFaultException(fault)
                : made?.Plugin!.Functions.FirstOrDefault(function => function.Name == name)?.Function
                ?? throw new PluginFaultException(new(PluginFaultReason.InvalidTool, generation.Binding.File,
                    $"{owner} has no function {name}.",
                    "Build the plugin again, or delete plugin.json: the host then makes its own.") { Tool = name });
        }
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

    public ValueTask DisposeAsync() => _instances.DisposeAsync();

    private object CreateKernel()
    {
        var kernel = generation.Library.CreateKernel(Services);
        _kernel = kernel;
        try
        {
            foreach (var type in generation.Classes)
            {
                if (!type.IsClass || type.IsAbstract || type.ContainsGenericParameters)
                {
                    continue;
                }

                foreach (var property in type.GetInterfaces().Select(static contract => KernelNames.FilterProperty(contract.FullName))
                    .OfType<string>())
                {
                    generation.Library.Add(kernel, property, Get(type));
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

    private void AddEverything()
    {
        var (library, loggers) = (generation.Library, generation.Binding.Instances.Loggers);
        foreach (var type in generation.Classes.Where(SemanticKernelDialect.HasFunctions)
            .SelectMany(type => SemanticKernelDialect.Makeable(type, generation)).Distinct())
        {
            var owner = type.FullName!;
            KernelPlugin Create() => library.CreatePlugin(Get(type), generation.Json, loggers);
            Add(owner, generation.NeedsAgent(type) ? generation.Make(owner, Create) : generation.Share(owner, Create));
        }

        var folder = Path.GetDirectoryName(generation.Assembly.Location)!;
        foreach (var place in PromptFolders.Find(folder))
        {
            Add(place, generation.Share(place, () => PromptFolders.Create(folder, place, generation)));
        }
    }

    private void Add(string owner, MadePlugin made)
    {
        if (made.Plugin is { } plugin)
        {
            generation.Library.Add(_kernel!, plugin);
        }

        _plugins[owner] = made;
    }
}
