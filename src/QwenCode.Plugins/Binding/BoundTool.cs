using QwenCode.Tools;

namespace QwenCode.Plugins.Binding;

/// <summary>A tool found in a loaded plugin.</summary>
/// <param name="Declaration">What it says of itself.</param>
/// <param name="Method">Its method, or what else distinguishes it from others of its class and name.</param>
/// <param name="Order">Where it stands among all tools; lower first.</param>
/// <param name="Create">Makes it ready to be called, as what it is declared to be; this is where the constructor of its class
/// runs, if it has not.</param>
internal sealed record BoundTool(ToolDeclaration Declaration, string? Method, int Order, Func<ToolDeclaration, Tool> Create);
