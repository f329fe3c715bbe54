using System.Reflection;

namespace QwenCode.Plugins.Metadata;

/// <summary>What an assembly is called, and what it references.</summary>
/// <param name="Name">Its full name.</param>
/// <param name="References">The full names it references.</param>
internal sealed record AssemblyReferences(AssemblyName Name, IReadOnlyList<AssemblyName> References);
