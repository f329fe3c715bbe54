using Microsoft.SemanticKernel;
using QwenCode.SemanticKernel.Calls;
using QwenCode.SemanticKernel.Plugins;
using QwenCode.Tools;

namespace QwenCode.SemanticKernel.Functions;

/// <summary>
/// Offers the functions of the user's own kernel as tools, named <c>PLUGIN_FUNCTION</c>. The plugin <c>agents</c> is left out: it
/// is ours.
/// </summary>
/// <param name="services">The host's services.</param>
public sealed class KernelFunctionSource(IServiceProvider services) : IToolSource
{
    // The longest name that all providers take.
    private const int MaxName = 64;

    private readonly Lock _gate = new();
    private readonly List<string> _notices = [];
    private HostKernel? _host;
    private IReadOnlyList<Tool>? _tools;

    /// <inheritdoc/>
    public IReadOnlyList<Tool> Snapshot()
    {
        lock (_gate)
        {
            _host ??= new HostKernel(services);
            return _tools ??= Read(_host.Plugins);
        }
    }

    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<string>> PrepareAsync(CancellationToken cancellationToken)
    {
        Snapshot();
        lock (_gate)
        {
            IReadOnlyList<string> news = [.. _notices];
            _notices.Clear();
            return ValueTask.FromResult(news);
        }
    }

    private List<Tool> Read(IEnumerable<KernelPlugin> plugins)
    {
        var tools = new List<Tool>();
        var names = new HashSet<string>(StringComparer.Ordinal);
        foreach (var plugin in plugins)
        {
            if (plugin is FunctionPlugin or AgentsPlugin)
            {
                continue;
            }

            foreach (var function in plugin)
            {
                var name = FunctionNames.Clean($"{plugin.Name}_{function.Name}");
                name = name.Length > MaxName ? name[..MaxName] : name;
                if (!names.Add(name))
                {
                    _notices.Add($"The function '{plugin.Name}.{function.Name}' is not offered: another one is called '{name}', too. "
                        + "Rename one of them.");
                    continue;
                }

                tools.Add(new KernelFunctionTool(
                    new ToolDeclaration
                    {
                        Name = name,
                        Description = function.Description.Length > 0 ? function.Description : $"{function.Name} of {plugin.Name}.",
                        Parameters = FunctionSchema.Describe(function.JsonSchema),
                        Source = plugin.Name,
                    },
                    function));
            }
        }

        return tools;
    }
}
