namespace QwenCode.Plugins;

/// <summary>
/// Marks a class whose <c>[Tool]</c> methods, or whose <see cref="Tools.Tool"/> / <c>AIFunction</c> self, the host offers.
/// Not needed on classes with <see cref="ToolAttribute"/> methods; needed on a class that itself derives from
/// <see cref="Tools.Tool"/> or from <see cref="Microsoft.Extensions.AI.AIFunction"/>.
/// </summary>
[AttributeUsage(AttributeTargets.Class)]
public sealed class PluginToolAttribute : Attribute
{
    /// <summary>
    /// Gets or sets where the tool stands among all that are offered; lower first, and with one number in the order of plugins.
    /// The default is 0; the shipped tools come before it, in the order that models of the reference know.
    /// </summary>
    public int Order { get; set; }
}
