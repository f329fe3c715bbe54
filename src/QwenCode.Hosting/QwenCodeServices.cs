using Microsoft.Extensions.AI;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using QwenCode.Agents;
using QwenCode.Definitions.Agents;
using QwenCode.Hosting.Clients;
using QwenCode.Hosting.Discovery;
using QwenCode.Hosting.Kernels;
using QwenCode.Kernel;
using QwenCode.Models;
using QwenCode.Permissions;
using QwenCode.Plugins;
using QwenCode.Storage.Transcripts;
using QwenCode.Tools;
using QwenCode.Tools.Invocation;
using QwenCode.Transcripts;

namespace QwenCode.Hosting;

/// <summary>Registers the framework with a generic host.</summary>
public static class QwenCodeServices
{
    /// <summary>
    /// Adds the kernel and everything it needs. What is registered before, such as an <see cref="IModelProvider"/> or further
    /// <see cref="IToolSource"/>s, is kept. A registered <see cref="IChatClient"/> or chat completion service can be selected as a
    /// model, and is the model if settings and environment name none. Nothing is read or loaded before it is used. A second call adds
    /// nothing, and configures the same options further. It works with <c>AddKernel()</c> in any order.
    /// </summary>
    /// <param name="services">The services.</param>
    /// <param name="configure">Sets where the framework works and what overrides the settings files.</param>
    public static IServiceCollection AddQwenCode(this IServiceCollection services, Action<QwenCodeOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(services);
        if (FindOptions(services) is { } known)
        {
            configure?.Invoke(known);
            ChatServices.Offer(known);
            return services;
        }

        var options = new QwenCodeOptions();
        configure?.Invoke(options);
        ChatServices.Offer(options);
        services.TryAddSingleton(options);
        services.TryAddSingleton(new RegisteredModels(services));
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton<ILoggerFactory>(NullLoggerFactory.Instance);
        services.TryAddSingleton(static provider =>
            new WorkspaceServices(provider.GetRequiredService<QwenCodeOptions>(), provider.GetRequiredService<TimeProvider>()));
        services.TryAddSingleton<IModelProvider>(static provider => Models(provider));
        services.TryAddSingleton<IAgentCatalog>(static provider => provider.GetRequiredService<AgentCatalog>());
        services.TryAddSingleton(static provider => Agents(provider.GetRequiredService<WorkspaceServices>()));
        services.TryAddSingleton<ITranscriptStore>(static provider => provider.GetRequiredService<TranscriptStore>());
        services.TryAddSingleton(
            static provider => Transcripts(provider.GetRequiredService<WorkspaceServices>(), provider.GetRequiredService<TimeProvider>()));
        services.TryAddSingleton(static provider => Plugins(provider));
        services.AddSingleton<IToolSource>(static provider => provider.GetRequiredService<PluginHost>());
        services.AddSingleton<IToolSource>(static provider =>
            new DiscoveredTools(provider.GetRequiredService<WorkspaceServices>(), provider.GetRequiredService<TimeProvider>()));
        services.TryAddSingleton(static provider => new ConfiguredMcpServers(
            provider.GetRequiredService<WorkspaceServices>(), provider.GetRequiredService<ILoggerFactory>(),
            provider.GetRequiredService<TimeProvider>()));
        services.AddSingleton<IToolSource>(static provider => provider.GetRequiredService<ConfiguredMcpServers>());
        services.AddSingleton(provider => SemanticKernelSupport.CreateSource(services, provider));
        services.TryAddSingleton(static provider => SemanticKernelSupport.CreateInvokers(provider));
        services.TryAddSingleton(static provider => Bounds(provider.GetRequiredService<WorkspaceServices>()));
        services.TryAddSingleton(static provider => new AgentKernel(
            provider.GetRequiredService<IModelProvider>(),
            provider.GetServices<IToolSource>(),
            provider.GetRequiredService<IAgentCatalog>(),
            provider.GetRequiredService<ITranscriptStore>(),
            provider.GetRequiredService<KernelOptions>(),
            provider.GetRequiredService<TimeProvider>(),
            provider.GetRequiredService<ILoggerFactory>().CreateLogger<AgentKernel>(),
            provider.GetRequiredService<IToolInvokerFactory>));
        services.TryAddSingleton(static provider => provider.GetRequiredService<AgentKernel>().Tasks);
        services.TryAddSingleton(static provider => new SessionFactory(
            provider.GetRequiredService<WorkspaceServices>(),
            provider.GetRequiredService<AgentKernel>(),
            provider.GetRequiredService<ITranscriptStore>(),
            provider.GetRequiredService<ConfiguredMcpServers>(),
            provider.GetRequiredService<TimeProvider>()));
        return services;
    }

    private static QwenCodeOptions? FindOptions(IServiceCollection services)
    {
        foreach (var service in services)
        {
            if (service.ServiceType == typeof(QwenCodeOptions) && !service.IsKeyedService)
            {
                return service.ImplementationInstance as QwenCodeOptions;
            }
        }

        return null;
    }

    // What the user set counts; what is not set is as the host says.
    private static KernelOptions Bounds(WorkspaceServices project)
    {
        var (host, own) = (project.Options.Kernel, project.Agents);
        return new KernelOptions
        {
            MaxConcurrentAgents = own.MaxConcurrent ?? host.MaxConcurrentAgents,
            MaxAgentDepth = project.Options.MaxAgentDepth ?? own.MaxDepth ?? host.MaxAgentDepth,
            MaxToolConcurrency = own.MaxToolConcurrency ?? host.MaxToolConcurrency,
            AgentBudget = host.AgentBudget.Tighten(own.Budget),
            StallWarning = own.StallWarning ?? host.StallWarning,
            StallLimit = own.StallLimit ?? host.StallLimit,
            StopGracePeriod = host.StopGracePeriod,
            MaxNotificationCharacters = host.MaxNotificationCharacters,
        };
    }

    private static ConfiguredModels Models(IServiceProvider services)
    {
        var project = services.GetRequiredService<WorkspaceServices>();
        var protocols = new Dictionary<string, Func<ModelEntry, IChatClient>>();
        foreach (var (name, create) in project.Options.Protocols)
        {
            protocols[name] = entry => ForeignClient.Over(create(services, entry), entry);
        }

        return new ConfiguredModels(project, protocols) 
        {
            FindHostModel = requested => ChatServices.FindId(services, requested),
            Log = () => services.GetRequiredService<ILoggerFactory>().CreateLogger("QwenCode.Models"),
        };
    }

    private static AgentCatalog Agents(WorkspaceServices project) => new(new AgentCatalogOptions
    {
        ProjectRoot = project.Settings.IsTrusted && !project.Options.LeavesOutCustomizations ? project.Workspace.Root : null,
        HomeDirectory = project.Options.LeavesOutCustomizations ? null : project.Settings.Locations.HomeDirectory,
        ShippedDirectory = Path.Combine(project.Options.ApplicationDirectory, "agents"),
        FindRuleFault = PermissionRule.FindFault,
    });

    private static TranscriptStore Transcripts(WorkspaceServices project, TimeProvider time) => new(
        project.Workspace, project.Options.Version, time,
        new TranscriptOptions
        {
            IsRecording = project.Options.RecordTranscripts ?? project.Session.RecordTranscript,
            Report = project.Report,
        });

    private static IReadOnlyList<PluginFolder> Folders(WorkspaceServices project)
    {
        var folders = PluginFolder.Standard(project.Options.ApplicationDirectory, project.Workspace, project.Options.PluginDirectories);
        return project.Options.LeavesOutCustomizations
            ? [.. folders.Where(static folder => folder.Origin is PluginOrigin.Shipped or PluginOrigin.Explicit)] : folders;
    }

    private static PluginHost Plugins(IServiceProvider services)
    {
        var project = services.GetRequiredService<WorkspaceServices>();
        return new PluginHost(new PluginHostOptions
        {
            Folders = Folders(project),
            CacheDirectory = Path.Combine(project.Workspace.RuntimeDirectory, "cache", "plugins"),
            EnableReload = project.Options.EnablePluginReload,
            Loaders = project.Options.PluginLoaders,
            Loader = project.Options.PluginLoader,
            LinkedTools = project.Options.LinkedTools,
            Features = project.Options.Features,
            Workspace = project.Workspace,
            Services = services.GetService,
            LoggerFactory = services.GetRequiredService<ILoggerFactory>(),
            TimeProvider = services.GetRequiredService<TimeProvider>(),
        });
    }
}
