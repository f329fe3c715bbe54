using System.Runtime.CompilerServices;
using Microsoft.SemanticKernel;
using QwenCode.SemanticKernel.Functions;
using QwenCode.Tools;

namespace QwenCode.SemanticKernel.Plugins;

/// <summary>The kernel function of each tool: made at the first call, and shared by all sessions for as long as the tool lives.</summary>
internal static class ToolFunctions
{
    private static readonly ConditionalWeakTable<Tool, KernelFunction> Known = [];
    private static readonly ConditionalWeakTable<KernelFunction, Tool> Tools = [];

    /// <summary>
    /// Returns the function that stands for a tool. For a function that the user registered, that is the function itself.
    /// </summary>
    public static KernelFunction Of(Tool tool) => tool is KernelFunctionTool own ? own.Function : Known.GetValue(tool, Create);

    /// <summary>Returns the tool that a function stands for; <c>null</c> if it stands for none.</summary>
    public static Tool? ToolOf(KernelFunction function) => Tools.TryGetValue(function, out var tool) ? tool : null;

    private static KernelFunction Create(Tool tool)
    {
        var function = new DeclaredFunction(tool.Declaration).AsKernelFunction().Clone(PluginNames.Of(tool.Declaration));
        Tools.AddOrUpdate(function, tool);
        return function;
    }
}
