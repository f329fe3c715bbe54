using System.Diagnostics.CodeAnalysis;
using Microsoft.SemanticKernel;
using QwenCode.Tools;

namespace QwenCode.SemanticKernel.Plugins;

/// <summary>The tools of one source as a plugin. Functions are made when they are asked for; tools may change between turns.</summary>
internal sealed class ToolPlugin(string name, IReadOnlyList<Tool> tools) : KernelPlugin(name)
{
    private volatile IReadOnlyList<Tool> _tools = tools;

    public override int FunctionCount => _tools.Count;

    /// <summary>Puts other tools in place of those there were.</summary>
    public void Replace(IReadOnlyList<Tool> tools) => _tools = tools;

    public override bool TryGetFunction(string name, [NotNullWhen(true)] out KernelFunction? function)
    {
        function = null;
        foreach (var tool in _tools)
        {
            if (tool.Name.Equals(name, StringComparison.OrdinalIgnoreCase)
                || FunctionNames.Clean(tool.Name).Equals(name, StringComparison.OrdinalIgnoreCase))
            {
                function = ToolFunctions.Of(tool);
                return true;
            }
        }

        return false;
    }

    public override IEnumerator<KernelFunction> GetEnumerator() => _tools.Select(ToolFunctions.Of).GetEnumerator();
}
