using Microsoft.Extensions.AI;

namespace QwenCode.Plugins.SemanticKernel;

/// <summary>A plugin of the library, and what it brings.</summary>
/// <param name="Instance">The library's own object.</param>
/// <param name="Functions">Its functions.</param>
internal sealed record KernelPlugin(object Instance, IReadOnlyList<KernelFunctionEntry> Functions);

/// <summary>A function of a plugin.</summary>
/// <param name="Name">The name the model calls: <c>plugin_function</c>.</param>
/// <param name="Function">The function.</param>
internal sealed record KernelFunctionEntry(string Name, AIFunction Function);
