using System.Text.Json;
using QwenCode.Plugins.Binding;
using QwenCode.Plugins.Manifests;
using QwenCode.Plugins.Metadata;
using QwenCode.Plugins.Reports;
using QwenCode.Tools;

namespace QwenCode.Plugins.Loading;

// The tools of the loaded assembly.
internal sealed partial class PluginGeneration
{
    private readonly Dictionary<string, BoundTool[]> _classes = [];
    private readonly Dictionary<string, Tool> _tools = [];

    /// <summary>Returns a tool of the loaded plugin, made when it is first asked for. Call it under the loading lock.</summary>
    /// <exception cref="PluginFaultException">It is not there, or its class cannot be created.</exception>
    private Tool Bind(PluginToolEntry entry, IPluginScope scope, BindingContext binding)
    {
        if (_tools.TryGetValue(entry.Declaration.Name, out var known))
        {
            return known;
        }

        try
        {
            var bound = Array.Find(BindClass(entry, scope, binding),
                tool => tool.Declaration.Name == entry.Declaration.Name && tool.Method == entry.Method)
                // A class whose only tool has changed its name is still that tool; the difference is reported below.
                ?? (entry.Method is null && _classes[entry.Type] is [{ Method: null } only] ? only : null)
                ?? throw Missing(entry, entry.Method is null
                    ? $"the class {entry.Type} brings no such tool" : $"{entry.Type}.{entry.Method} is no such tool");
            var declared = entry.IsSet || !FindDialect(entry).DeclaresTraits
                ? bound.Declaration with { DisplayName = entry.Declaration.DisplayName, Kind = entry.Declaration.Kind,
                    Traits = entry.Declaration.Traits }
                : bound.Declaration;
            if (FindDifference(entry.Declaration, declared) is { } difference)
            {
                binding.Report(PluginFaultReason.DeclarationDiffers, $"Its {difference} is not the one in the manifest.",
                    "Build the plugin again, or delete plugin.json: the host then makes its own.", entry.Declaration.Name);
            }

            return _tools[entry.Declaration.Name] = bound.Create(declared);
        }
        catch (Exception exception)
        {
            // Binding runs constructors, static initialisers and attributes of the plugin.
            var fault = LoadFaults.Describe(exception, binding.File) with { Tool = entry.Declaration.Name };
            binding.Faults.Add(fault);
            throw new PluginFaultException(fault, exception);
        }
    }

    private BoundTool[] BindClass(PluginToolEntry entry, IPluginScope scope, BindingContext binding)
    {
        if (_classes.TryGetValue(entry.Type, out var known))
        {
            return known;
        }

        var dialect = FindDialect(entry);
        if (entry.IsPlace)
        {
            return _classes[entry.Type] = [.. dialect.BindPlace(entry.Type, scope.MainAssembly, binding)];
        }

        var type = scope.MainAssembly.GetType(entry.Type) ?? throw Missing(entry, $"the assembly has no class {entry.Type}");
        return _classes[entry.Type] = [.. dialect.Bind(type, binding)];
    }

    private IPluginDialect FindDialect(PluginToolEntry entry) =>
        PluginDialects.All.FirstOrDefault(dialect => dialect.Name == entry.Dialect)
            ?? throw Missing(entry, $"this host knows no dialect '{entry.Dialect}'");

    private PluginFaultException Missing(PluginToolEntry entry, string what) =>
        new(new(PluginFaultReason.InvalidTool, AssemblyPath, $"The manifest lists it, but {what}.",
            "Build the plugin again, or delete plugin.json: the host then makes its own.") { Tool = entry.Declaration.Name });

    private static string? FindDifference(ToolDeclaration listed, ToolDeclaration actual) =>
        listed.Name != actual.Name ? "name"
        : listed.Description != actual.Description ? "description"
        : listed.DisplayName != actual.DisplayName ? "display name"
        : listed.Kind != actual.Kind ? "kind"
        : listed.Traits != actual.Traits ? "traits"
        : listed.Feature != actual.Feature ? "feature"
        : !JsonElement.DeepEquals(listed.Parameters, actual.Parameters) ? "parameter schema"
        : null;
}
