using System.Collections.ObjectModel;
using Microsoft.Extensions.AI;
using QwenCode.Tools;

namespace QwenCode.Conversations;

/// <summary>
/// The tools offered in a request: an immutable list whose wire form is made once, and shared by all who offer the same. As a list,
/// it holds declarations that cannot be invoked; the tools themselves are only for the code that runs calls.
/// </summary>
public sealed class ToolSet : ReadOnlyCollection<AITool>
{
    private readonly Dictionary<string, Tool> _byName;
    private volatile Tuple<object, byte[]>? _wire;

    /// <summary>Creates a set.</summary>
    /// <param name="tools">The tools in the order they are offered; of several with one name the first counts.</param>
    public ToolSet(IEnumerable<Tool> tools)
        : this(Distinct(tools))
    {
    }

    private ToolSet(Dictionary<string, Tool> byName)
        : base([.. byName.Values.Select(static tool => (AITool)tool.Offer)]) => _byName = byName;

    /// <summary>Gets no tools.</summary>
    public static new ToolSet Empty { get; } = new(Array.Empty<Tool>());

    /// <summary>Gets the tools.</summary>
    public IEnumerable<Tool> Tools => _byName.Values;

    /// <summary>Gets the names, in the order they are offered.</summary>
    public IEnumerable<string> Names => _byName.Keys;

    /// <summary>Finds a tool by its exact name.</summary>
    /// <param name="name">The name.</param>
    public Tool? Find(string name) => _byName.GetValueOrDefault(name);

    /// <summary>Returns the wire form in a dialect, made at the first call and kept.</summary>
    /// <param name="dialect">What the form depends on beside the tools; compared by reference.</param>
    /// <param name="encode">Makes the form.</param>
    public byte[] GetWire(object dialect, Func<ToolSet, byte[]> encode)
    {
        ArgumentNullException.ThrowIfNull(encode);
        if (_wire is { } kept && ReferenceEquals(kept.Item1, dialect))
        {
            return kept.Item2;
        }

        var bytes = encode(this);
        _wire = Tuple.Create(dialect, bytes);
        return bytes;
    }

    private static Dictionary<string, Tool> Distinct(IEnumerable<Tool> tools)
    {
        var byName = new Dictionary<string, Tool>(StringComparer.Ordinal);
        foreach (var tool in tools)
        {
            byName.TryAdd(tool.Name, tool);
        }

        return byName;
    }
}
