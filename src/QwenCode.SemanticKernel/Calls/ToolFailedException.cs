using Microsoft.SemanticKernel;
using QwenCode.Tools;

namespace QwenCode.SemanticKernel.Calls;

/// <summary>
/// A tool failed or was refused, as filters see it: what they call throws, like any function of Semantic Kernel that fails. A filter may
/// catch it, and retry or put a result in its place.
/// </summary>
/// <param name="result">The tool's result.</param>
public sealed class ToolFailedException(ToolResult result) : KernelException(result?.Error?.Message ?? "The tool failed.")
{
    /// <summary>Gets the tool's result, with its error.</summary>
    public ToolResult Result { get; } = result ?? throw new ArgumentNullException(nameof(result));
}
