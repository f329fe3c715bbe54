using QwenCode.Tools;

namespace QwenCode.SemanticKernel.Plugins;

/// <summary>Names the Semantic Kernel plugin of a tool by where the tool comes from.</summary>
internal static class PluginNames
{
    /// <summary>The plugin in which each agent definition is a function.</summary>
    public const string Agents = "agents";

    private const string ShippedPrefix = "QwenCode.Plugin.";

    /// <summary>
    /// Returns the plugin's name: <c>FileSystem</c> for a shipped plugin, <c>mcp_SERVER</c> for an MCP server, else the source's
    /// own.
    /// </summary>
    public static string Of(ToolDeclaration declaration)
    {
        var source = declaration.Source;
        var name =
            FunctionNames.Clean(source.StartsWith(ShippedPrefix, StringComparison.Ordinal) ? source[ShippedPrefix.Length..] : source);

        // A plugin of the user may be called what ours is called; its tools are then found beside it, not instead of it.
        return name.Equals(Agents, StringComparison.OrdinalIgnoreCase) ? name + "_plugin" : name;
    }
}
