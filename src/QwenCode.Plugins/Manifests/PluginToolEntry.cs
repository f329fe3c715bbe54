using QwenCode.Tools;

namespace QwenCode.Plugins.Manifests;

/// <summary>A tool as a manifest lists it, and where in the assembly it is found.</summary>
/// <param name="Declaration">What is known of it without loading.</param>
/// <param name="Type">The full name of its class, or the place in the folder it comes from: a path that begins with <c>./</c>.</param>
/// <param name="Method">The method, if the tool is one.</param>
/// <param name="Order">Where it stands among all tools; lower first.</param>
internal sealed record PluginToolEntry(ToolDeclaration Declaration, string Type, string? Method, int Order)
{
    /// <summary>Gets the dialect that knows how to make the tool.</summary>
    public string Dialect { get; init; } = Metadata.QwenCodeDialect.DialectName;

    /// <summary>Gets whether its kind or traits by hand; what the code says of them is then no matter.</summary>
    public bool IsSet { get; init; }

    /// <summary>Gets whether it comes from a place in the folder and not from a class.</summary>
    public bool IsPlace => Type.StartsWith("./", StringComparison.Ordinal);
}
