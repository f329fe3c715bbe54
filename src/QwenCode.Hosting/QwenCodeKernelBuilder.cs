using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.SemanticKernel;
using QwenCode.Agents;
using QwenCode.Hosting.Kernels;

namespace QwenCode.Hosting;

/// <summary>Puts the framework into a Semantic Kernel.</summary>
public static class QwenCodeKernelBuilder
{
    /// <summary>
    /// The name under which <c>modelProviders</c> lists chat clients and chat services of the host, and by which options select
    /// them.
    /// </summary>
    public const string Protocol = "semantic-kernel";

    /// <summary>The name of the plugin that holds the agents.</summary>
    public const string AgentPluginName = "agents";

    /// <summary>
    /// Adds the framework to a kernel that is being built: every agent becomes a function of the plugin <c>agents</c>, the task
    /// registry a service, the kernel's chat services models, and the hooks of the settings run around every function, outside
    /// of filters that are added otherwise. What is registered before is kept. Nothing is read before the kernel is built. A second call
    /// configures the same options further, and adds nothing.
    /// </summary>
    /// <param name="builder">The builder.</param>
    /// <param name="configure">Sets where the framework works and what overrides the settings files.</param>
    /// <param name="request">What the sessions of the agents are opened with. By default the user cannot be asked, and what would need
    /// asking is left out.</param>
    public static IKernelBuilder AddQwenCode(
        this IKernelBuilder builder, Action<QwenCodeOptions>? configure = null, SessionRequest? request = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        request ??= new SessionRequest { WithholdUnapprovable = true };
        builder.Services.AddQwenCode(configure);
        if (builder.Services.Any(static service => service.ServiceType == typeof(HookFilter)))
        {
            return builder;
        }

        builder.Plugins.Services.AddSingleton(services => AgentPlugin.Create(
            services.GetRequiredService<IAgentCatalog>(), services.GetRequiredService<SessionFactory>(), request,
            services.GetService<Sessions.IFrontEnd>()));
        // Filters run in the order of their registration, the first one outermost.
        builder.Services.TryAddSingleton(static services =>
            new HookFilter(services.GetRequiredService<WorkspaceServices>(), services.GetRequiredService<TimeProvider>()));
        builder.Services.Insert(
            0, ServiceDescriptor.Singleton<IFunctionInvocationFilter>(static services => services.GetRequiredService<HookFilter>()));
        return builder;
    }
}
