using System.Text.Json;
using QwenCode.Plugins.Reports;

namespace QwenCode.Plugins.Binding;

/// <summary>
/// What the tools of one plugin generation are made with. Everything that could hold on to the plugin's types lives and dies here.
/// </summary>
/// <param name="Plugin">The plugin's name.</param>
/// <param name="File">The assembly, for faults.</param>
/// <param name="Instances">Makes the instances of its classes.</param>
/// <param name="Faults">Takes what cannot be a tool.</param>
internal sealed record BindingContext(string Plugin, string File, PluginInstances Instances, FaultList Faults) : IAsyncDisposable
{
    /// <summary>Gets the serializer options of this generation.</summary>
    public JsonSerializerOptions Json { get; } = PluginJson.CreateOptions();

    private readonly Dictionary<Type, object> _shared = [];

    /// <summary>Returns what the tools of a dialect have in common; made at its first use.</summary>
    public T Share<T>(Func<T> create)
        where T : class
    {
        lock (_shared)
        {
            return (T)(_shared.TryGetValue(typeof(T), out var known) ? known : _shared[typeof(T)] = create());
        }
    }

    public void Report(PluginFaultReason reason, string message, string advice, string? tool = null) =>
        Faults.Add(new(reason, File, message, advice) { Tool = tool });

    /// <summary>Ends what was made of the plugin's classes, before its load context is unloaded.</summary>
    public async ValueTask DisposeAsync()
    {
        foreach (var shared in _shared.Values.OfType<IAsyncDisposable>())
        {
            await shared.DisposeAsync().ConfigureAwait(false);
        }

        _shared.Clear();
        await Instances.DisposeAsync().ConfigureAwait(false);
    }
}
