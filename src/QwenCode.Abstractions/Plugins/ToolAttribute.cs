using QwenCode.Tools;

namespace QwenCode.Plugins;

/// <summary>
/// Makes a public method a tool. Parameters become the schema (their <c>[Description]</c> is kept); a
/// <see cref="ToolContext"/> and a <see cref="CancellationToken"/> are filled in by the host and not shown to the model.
/// The class is created once per plugin generation; its constructor parameters come from the host's services.
/// </summary>
/// <param name="name">The name the model calls, in <c>snake_case</c>.</param>
[AttributeUsage(AttributeTargets.Method)]
public sealed class ToolAttribute(string name) : Attribute
{
    /// <summary>Gets the name the model calls.</summary>
    public string Name { get; } = name;

    /// <summary>Gets or sets the name the user sees. The default is <see cref="Name"/>.</summary>
    public string? DisplayName { get; set; }

    /// <summary>Gets or sets what the tool does to the world.</summary>
    public ToolKind Kind { get; set; }

    /// <summary>
    /// Gets or sets what the tool promises. The default promises nothing: it is taken to write, runs alone, and is asked about.
    /// </summary>
    public ToolTraits Traits { get; set; }
}
