using System.Text;

namespace QwenCode.Permissions;

/// <summary>Explains why a call would run or not.</summary>
/// <param name="Decision">What would happen.</param>
/// <param name="Layers">The layers that were reached, in order.</param>
public sealed record PermissionExplanation(PermissionDecision Decision, IReadOnlyList<PermissionLayer> Layers)
{
    /// <summary>Renders the explanation as lines of text.</summary>
    public string ToText()
    {
        var text = new StringBuilder();
        foreach (var layer in Layers)
        {
            text.Append(layer.Name).Append(' ').Append(layer.Title).Append(": ").Append(layer.Outcome).Append(" - ").Append(layer.Detail)
                .Append('\n');
            foreach (var part in layer.Parts)
            {
                text.Append("   ").Append(part).Append('\n');
            }
        }

        return text.ToString();
    }
}

/// <summary>The result of one layer.</summary>
/// <param name="Name"><c>L1</c> to <c>L5</c>.</param>
/// <param name="Title">What the layer checks.</param>
/// <param name="Outcome">One word or two.</param>
/// <param name="Detail">Why.</param>
public sealed record PermissionLayer(string Name, string Title, string Outcome, string Detail)
{
    /// <summary>Gets the verdict on each command of a script.</summary>
    public IReadOnlyList<string> Parts { get; init; } = [];
}
