using System.Collections;
using System.Reflection;
using System.Runtime.Loader;
using System.Text.Json;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.Logging;
using QwenCode.Plugins.Reports;

namespace QwenCode.Plugins.SemanticKernel;

/// <summary>
/// The Semantic Kernel of a plugin, spoken to by reflection: its own copy, or its own core over the host's abstractions. What is always
/// shared with the host is <see cref="AIFunction"/>, <see cref="IChatClient"/> and the framework.
/// </summary>
internal sealed class KernelLibrary
{
    private readonly AssemblyLoadContext _context;
    private readonly string _file;
    private readonly Assembly _abstractions;
    private readonly Type _kernel;
    private readonly Type _function;
    private readonly Type _arguments;
    private readonly MethodInfo _invoke;
    private readonly MethodInfo _clone;
    private Assembly? _core;
    private KernelComposer? _composer;

    /// <summary>Finds the library of a load context.</summary>
    /// <param name="context">The plugin's context.</param>
    /// <param name="file">The plugin's assembly, for faults.</param>
    /// <exception cref="PluginFaultException">It is not there, or too old.</exception>
    public KernelLibrary(AssemblyLoadContext context, string file)
    {
        (_context, _file) = (context, file);
        _abstractions = Load(KernelNames.Abstractions);
        _kernel = Type(_abstractions, "Kernel");
        _function = Type(_abstractions, "KernelFunction");
        _arguments = Type(_abstractions, "KernelArguments");
        if (!typeof(AIFunction).IsAssignableFrom(_function))
        {
            throw Unfit("its functions are no AIFunctions yet");
        }

        _invoke = Array.Find(_kernel.GetMethods(), method => method is { Name: "InvokeAsync", IsGenericMethod: false }
            && method.GetParameters() is [{ } first, _, { } last]
            && first.ParameterType == _function && last.ParameterType == typeof(CancellationToken))
                ?? throw Unfit("Kernel.InvokeAsync is missing");
        _clone = _kernel.GetMethod("Clone", []) ?? throw Unfit("Kernel.Clone is missing");
    }

    /// <summary>Gets whether its abstractions are the host's, so that a kernel of the host is one to the plugin.</summary>
    public bool IsShared => AssemblyLoadContext.GetLoadContext(_abstractions) == AssemblyLoadContext.Default;

    // When it is needed: a plugin that only wants a kernel does without.
    private Assembly Core => _core ??= Load(KernelNames.Core);

    /// <summary>Makes a plugin of an object with marked methods.</summary>
    public KernelPlugin CreatePlugin(object target, JsonSerializerOptions json, ILoggerFactory loggers)
    {
        var methods = Type(Core, "KernelPluginFactory").GetMethods(BindingFlags.Public | BindingFlags.Static);
        var withOptions = Array.Find(methods, static method => method is { Name: "CreateFromObject", IsGenericMethodDefinition: true }
            && method.GetParameters() is { Length: > 1 } parameters && parameters[1].ParameterType == typeof(JsonSerializerOptions));
        if (withOptions is not null)
        {
            return Wrap(Call(withOptions.MakeGenericMethod(typeof(object)), null, target, json, null, loggers)!);
        }

        var plain = Array.Find(methods, static method => method is { Name: "CreateFromObject", IsGenericMethodDefinition: false })
            ?? throw Unfit("KernelPluginFactory.CreateFromObject is missing");
        return Wrap(Call(plain, null, target, null, loggers)!);
    }

    /// <summary>Makes a plugin of functions.</summary>
    public KernelPlugin CreatePlugin(string name, IReadOnlyList<AIFunction> functions)
    {
        var create = Array.Find(Type(Core, "KernelPluginFactory").GetMethods(), static method => method.Name == "CreateFromFunctions"
            && method.GetParameters().Length == 3)
            ?? throw Unfit("KernelPluginFactory.CreateFromFunctions is missing");
        var list = Array.CreateInstance(_function, functions.Count);
        for (var i = 0; i < functions.Count; i++)
        {
            list.SetValue(functions[i], i);
        }

        return Wrap(Call(create, null, name, null, list)!);
    }

    /// <summary>Makes a function of a prompt and its configuration.</summary>
    /// <param name="name">The function's name.</param>
    /// <param name="template">The prompt.</param>
    /// <param name="configuration">The content of <c>config.json</c>, if there is one.</param>
    /// <param name="loggers">Where the function's loggers come from.</param>
    public AIFunction CreatePromptFunction(string name, string template, string? configuration, ILoggerFactory loggers)
    {
        var type = Type(_abstractions, "PromptTemplateConfig");
        var config = configuration is null
            ? Activator.CreateInstance(type)!
            : Call(type.GetMethod("FromJson", [typeof(string)]) ?? throw Unfit("PromptTemplateConfig.FromJson is missing"), null,
                configuration)!;
        type.GetProperty("Name")!.SetValue(config, name);
        type.GetProperty("Template")!.SetValue(config, template);
        var create = Array.Find(Type(Core, "KernelFunctionFactory").GetMethods(), method => method.Name == "CreateFromPrompt"
            && method.GetParameters() is [{ } first, { ParameterType.Name: "IPromptTemplateFactory" }, { } last]
            && first.ParameterType == type && last.ParameterType == typeof(ILoggerFactory))
            ?? throw Unfit("KernelFunctionFactory.CreateFromPrompt is missing");
        return (AIFunction)Call(create, null, config, TemplateFactory(loggers), loggers)!;
    }

    /// <summary>Makes a function of a prompt in YAML.</summary>
    public AIFunction CreateYamlFunction(string yaml, ILoggerFactory loggers)
    {
        var create = Type(Load(KernelNames.Yaml), "KernelFunctionYaml").GetMethod("FromPromptYaml")
            ?? throw Unfit("KernelFunctionYaml.FromPromptYaml is missing");
        return (AIFunction)Call(create, null, yaml, TemplateFactory(loggers), loggers)!;
    }

    /// <summary>Makes a kernel without plugins and filters.</summary>
    public object CreateKernel(IServiceProvider services) =>
        // Without a list it would ask for one, and might get that of the host's user.
        Activator.CreateInstance(_kernel, services, Activator.CreateInstance(_kernel.GetProperty("Plugins")!.PropertyType))!;

    /// <summary>Adds a plugin to a kernel.</summary>
    public void Add(object kernel, KernelPlugin plugin) => AddItem(_kernel.GetProperty("Plugins")!.GetValue(kernel)!, plugin.Instance);

    /// <summary>Adds a filter to a kernel.</summary>
    /// <param name="kernel">The kernel.</param>
    /// <param name="property">The property with the filters of its kind.</param>
    /// <param name="filter">The filter.</param>
    public void Add(object kernel, string property, object filter) =>
        AddItem((_kernel.GetProperty(property) ?? throw Unfit($"Kernel.{property} is missing")).GetValue(kernel)!, filter);

    /// <summary>Makes a copy of a kernel: what is put into it is not put into the kernel itself.</summary>
    public object Clone(object kernel) => Call(_clone, kernel)!;

    /// <summary>Finds the kernel of the agent that calls; <c>null</c> if there is none, or the plugin does not share the library.</summary>
    /// <param name="services">The services of the agent.</param>
    public object? FindAgentKernel(IServiceProvider? services) => IsShared ? services?.GetService(_kernel) : null;

    /// <summary>Returns the services of a kernel.</summary>
    public IServiceProvider ServicesOf(object kernel) => (IServiceProvider)_kernel.GetProperty("Services")!.GetValue(kernel)!;

    /// <summary>Makes a kernel of the plugin's and the plugins of the agent's.</summary>
    /// <param name="own">The plugin's kernel, whose plugins and filters it has.</param>
    /// <param name="agent">The agent's kernel.</param>
    /// <param name="services">Its services.</param>
    public object Compose(object own, object agent, IServiceProvider services) =>
        (_composer ??= new(_kernel)).Compose(own, agent, services);

    /// <summary>Returns the types of a function's parameters by name; those of a prompt have none.</summary>
    public IReadOnlyDictionary<string, Type> ParameterTypesOf(AIFunction function)
    {
        var types = new Dictionary<string, Type>(StringComparer.Ordinal);
        var metadata = _function.GetProperty("Metadata")?.GetValue(function);
        if (metadata?.GetType().GetProperty("Parameters")?.GetValue(metadata) is IEnumerable parameters)
        {
            foreach (var parameter in parameters)
            {
                var kind = parameter.GetType();
                if (kind.GetProperty("Name")?.GetValue(parameter) is string name
                    && kind.GetProperty("ParameterType")?.GetValue(parameter) is Type type)
                {
                    types[name] = type;
                }
            }
        }

        return types;
    }

    /// <summary>Invokes a function as a kernel's own code would, so that filters run.</summary>
    /// <param name="kernel">The kernel of this call.</param>
    /// <param name="function">The function.</param>
    /// <param name="values">The arguments.</param>
    /// <param name="cancellationToken">Goes to the function.</param>
    public async ValueTask<KernelOutcome> InvokeAsync(
        object kernel, AIFunction function, IEnumerable<KeyValuePair<string, object?>> values, CancellationToken cancellationToken)
    {
        var arguments = (IDictionary<string, object?>)Activator.CreateInstance(_arguments)!;
        foreach (var (name, value) in values)
        {
            arguments[name] = value;
        }

        var running = (Task)Call(_invoke, kernel, function, arguments, cancellationToken)!;
        await running.ConfigureAwait(false);
        return new(_invoke.ReturnType.GetProperty(nameof(Task<>.Result))!.GetValue(running)!);
    }

    /// <summary>
    /// Gives a chat client as the service that this library's prompt functions ask first; <c>null</c> if it takes the client
    /// itself.
    /// </summary>
    public object? AsChatService(IChatClient client, IServiceProvider services)
    {
        var convert = _abstractions.GetType("Microsoft.SemanticKernel.ChatCompletion.ChatClientExtensions")
            ?.GetMethod("AsChatCompletionService", BindingFlags.Public | BindingFlags.Static);
        return convert is null ? null : Call(convert, null, client, services);
    }

    /// <summary>Handlebars and Liquid are understood if their assemblies lie in the folder.</summary>
    private object? TemplateFactory(ILoggerFactory loggers)
    {
        var folder = Path.GetDirectoryName(Core.Location);
        var contract = _abstractions.GetType("Microsoft.SemanticKernel.IPromptTemplateFactory")
            ?? throw Unfit("IPromptTemplateFactory is missing");
        var found = new List<object>();
        foreach (var format in (string[])["Handlebars", "Liquid"])
        {
            var name = $"Microsoft.SemanticKernel.PromptTemplates.{format}";
            if (folder is { Length: > 0 } && File.Exists(Path.Combine(folder, name + ".dll"))
                && Load(name).GetType($"{name}.{format}PromptTemplateFactory") is { } type
                && Array.Find(type.GetConstructors(),
                    static constructor => Array.TrueForAll(constructor.GetParameters(), static parameter => parameter.IsOptional))
                        is { } make)
            {
                found.Add(make.Invoke(BindingFlags.DoNotWrapExceptions, null,
                    [.. make.GetParameters().Select(static parameter => parameter.DefaultValue)], null));
            }
        }

        if (found.Count == 0)
        {
            return null;
        }

        found.Insert(0, Activator.CreateInstance(Type(Core, "KernelPromptTemplateFactory"), loggers)!);
        var all = Array.CreateInstance(contract, found.Count);
        ((ICollection)found).CopyTo(all, 0);
        return Activator.CreateInstance(Type(Core, "AggregatorPromptTemplateFactory"), all);
    }

    // A plugin's parts are known by this library's base class only; the interface is the framework's.
    private KernelPlugin Wrap(object plugin) =>
        new(plugin, [.. ((IEnumerable)plugin).Cast<AIFunction>().Select(function => new KernelFunctionEntry(
        MetadataOf(function, "PluginName") is { Length: > 0 } owner ? $"{owner}_{MetadataOf(function, "Name")}" : function.Name,
        function))]);

    private string? MetadataOf(AIFunction function, string property) =>
        _function.GetProperty("Metadata")?.GetValue(function) is { } metadata
            ? metadata.GetType().GetProperty(property)?.GetValue(metadata) as string : null;

    private static void AddItem(object collection, object item)
    {
        foreach (var contract in collection.GetType().GetInterfaces())
        {
            if (contract.IsGenericType && contract.GetGenericTypeDefinition() == typeof(ICollection<>)
                && contract.GenericTypeArguments[0].IsInstanceOfType(item))
            {
                Call(contract.GetMethod("Add")!, collection, item);
                return;
            }
        }

        throw new InvalidOperationException($"{collection.GetType()} takes no {item.GetType()}.");
    }

    private static object? Call(MethodInfo method, object? target, params object?[] arguments) =>
        method.Invoke(target, BindingFlags.DoNotWrapExceptions, null, arguments, null);

    private Assembly Load(string name)
    {
        try
        {
            return _context.LoadFromAssemblyName(new AssemblyName(name));
        }
        catch (FileNotFoundException exception)
        {
            throw new PluginFaultException(
                new(PluginFaultReason.MissingDependency, _file, $"It needs '{name}', which is not in its folder.",
                    $"Reference the package {name} in the plugin's project and copy all of the output folder; a project with "
                    + "EnableDynamicLoading puts everything it needs there."),
                exception);
        }
    }

    private Type Type(Assembly assembly, string name) =>
        assembly.GetType($"{KernelNames.Prefix}.{name}") ?? throw Unfit($"{name} is missing");

    private PluginFaultException Unfit(string why) =>
        new(new(PluginFaultReason.MissingDependency, _file, $"Its Semantic Kernel {_abstractions.GetName().Version?.ToString(3)} cannot "
            + $"be used: {why}.", "Build it with Semantic Kernel 1.80 or newer."));
}
