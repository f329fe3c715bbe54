using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using System.Text.Json;
using System.Text.RegularExpressions;
using QwenCode.Tools;

namespace QwenCode.Kernel.Tools.Validation;

/// <summary>A tool's schema, judged once and with its patterns compiled once.</summary>
internal sealed class CompiledSchema(JsonElement root)
{
    private static readonly ConditionalWeakTable<Tool, CompiledSchema> Known = [];

    private readonly ConcurrentDictionary<string, Regex?> _patterns = new(StringComparer.Ordinal);

    /// <summary>Gets the schema.</summary>
    public JsonElement Root => root;

    /// <summary>Gets whether every part of the schema makes sense. One that does not checks nothing.</summary>
    public bool IsUsable { get; } = SchemaCompilation.IsUsable(root);

    /// <summary>Returns the schema of a tool; compiled at the tool's first call, and kept as long as the tool.</summary>
    public static CompiledSchema Of(Tool tool) => Known.GetValue(tool, static key => new CompiledSchema(key.Declaration.Parameters));

    /// <summary>Returns a pattern of the schema, compiled at its first use; <c>null</c> if it is not a pattern.</summary>
    public Regex? Pattern(string pattern) => _patterns.GetOrAdd(pattern, SchemaCompilation.Pattern);
}
