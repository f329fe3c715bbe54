using QwenCode.Tools;

namespace QwenCode.Plugins.Binding;

/// <summary>A tool found in a loaded class.</summary>
/// <param name="Declaration">What it says of itself.</param>
/// <param name="Type">Its class.</param>
/// <param name="Method">Its method, if it is one.</param>
/// <param name="Order">Where it stands among its plugin's tools.</param>
/// <param name="Create">Makes it ready to be called; this is where the constructor of its class runs, if it has not.</param>
internal sealed record BoundTool(ToolDeclaration Declaration, Type Type, string? Method, int Order, Func<Tool> Create);
