using System.Diagnostics.CodeAnalysis;
using Microsoft.Extensions.AI;
using Microsoft.SemanticKernel;

namespace QwenCode.SemanticKernel.Plugins;

/// <summary>A plugin of functions that are known when it is made. Each kernel function is made when it is first asked for.</summary>
/// <remarks>The library's own factory lives in its core assembly, which this room does without.</remarks>
internal sealed class FunctionPlugin : KernelPlugin
{
    private readonly Dictionary<string, Lazy<KernelFunction>> _functions = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>Creates a plugin.</summary>
    /// <param name="name">The plugin's name: letters, digits and underscores.</param>
    /// <param name="description">What the plugin is for.</param>
    /// <param name="functions">The functions; of several with one name the first counts.</param>
    public FunctionPlugin(string name, string description, IEnumerable<AIFunction> functions)
        : base(name, description)
    {
        foreach (var function in functions)
        {
            _functions.TryAdd(function.Name, new Lazy<KernelFunction>(() => function.AsKernelFunction().Clone(name)));
        }
    }

    public override int FunctionCount => _functions.Count;

    public override bool TryGetFunction(string name, [NotNullWhen(true)] out KernelFunction? function)
    {
        function = _functions.TryGetValue(name, out var made) ? made.Value : null;
        return function is not null;
    }

    public override IEnumerator<KernelFunction> GetEnumerator() => _functions.Values.Select(static made => made.Value).GetEnumerator();
}
