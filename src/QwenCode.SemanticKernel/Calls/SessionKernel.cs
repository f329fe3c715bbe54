using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.SemanticKernel;
using QwenCode.Agents;
using QwenCode.Conversations;
using QwenCode.SemanticKernel.Plugins;
using QwenCode.SemanticKernel.Functions;
using QwenCode.Tools;

namespace QwenCode.SemanticKernel.Calls;

/// <summary>What the kernels of one session's agents share: the user's filters, and one collection of plugins.</summary>
internal sealed class SessionKernel(IServiceProvider services)
{
    private readonly Lock _gate = new();
    private readonly Dictionary<string, ToolPlugin> _sources = new(StringComparer.OrdinalIgnoreCase);
    private KernelPluginCollection? _plugins;
    private ToolSet? _seen;

    /// <summary>Gets what the user's own kernel brings.</summary>
    public HostKernel Host { get; } = new(services);

    /// <summary>Gets the services of the host.</summary>
    public IServiceProvider Services => services;

    /// <summary>Gets the log.</summary>
    public ILogger Log { get; } = services.GetService<ILoggerFactory>()?.CreateLogger("QwenCode.SemanticKernel")
        ?? Microsoft.Extensions.Logging.Abstractions.NullLogger.Instance;

    /// <summary>
    /// Returns the plugins. It is the same collection as long as the sources of tools are the same; tools that change within a
    /// source change within its plugin.
    /// </summary>
    /// <param name="tools">The tools of the session as they are now.</param>
    public KernelPluginCollection PluginsOf(ToolSet tools)
    {
        lock (_gate)
        {
            if (ReferenceEquals(_seen, tools) && _plugins is not null)
            {
                return _plugins;
            }

            _seen = tools;
            var bySource = new Dictionary<string, List<Tool>>(StringComparer.OrdinalIgnoreCase);
            foreach (var tool in tools.Tools)
            {
                // What the user registered is in the user's own plugin.
                if (tool is KernelFunctionTool)
                {
                    continue;
                }

                var name = NameOf(tool);
                (bySource.TryGetValue(name, out var list) ? list : bySource[name] = []).Add(tool);
            }

            var changed = _plugins is null || bySource.Count != _sources.Count;
            foreach (var (name, list) in bySource)
            {
                if (_sources.TryGetValue(name, out var plugin))
                {
                    plugin.Replace(list);
                }
                else
                {
                    changed = true;
                    _sources[name] = new ToolPlugin(name, list);
                }
            }

            return changed ? _plugins = Collect(bySource.Keys) : _plugins!;
        }
    }

    private KernelPluginCollection Collect(ICollection<string> sources)
    {
        foreach (var gone in _sources.Keys.Where(name => !sources.Contains(name, StringComparer.OrdinalIgnoreCase)).ToList())
        {
            _sources.Remove(gone);
        }

        var plugins = new KernelPluginCollection();
        if (services.GetService<IAgentCatalog>() is { } agents)
        {
            plugins.Add(new AgentsPlugin(agents));
        }

        foreach (var plugin in Host.Plugins.Concat(_sources.Values))
        {
            // The host's own plugin of agents is there for its code outside sessions.
            if (!plugins.Contains(plugin.Name))
            {
                plugins.Add(plugin);
            }
        }

        return plugins;
    }

    // A plugin of the user's keeps its name: the user's own code asks for it by that name.
    private string NameOf(Tool tool)
    {
        var name = PluginNames.Of(tool.Declaration);
        return Host.Plugins.Any(plugin => plugin.Name.Equals(name, StringComparison.OrdinalIgnoreCase)) ? $"qwen_{name}" : name;
    }
}
