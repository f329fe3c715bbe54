using Microsoft.Extensions.AI;

namespace QwenCode.Tools;

/// <summary>What a call gives to the model: text, and media after it.</summary>
public readonly struct ToolContent
{
    private readonly object? _value;

    private ToolContent(object value) => _value = value;

    /// <summary>Gets nothing at all.</summary>
    public static ToolContent Empty => default;

    /// <summary>Gets the parts; a plain text is one part.</summary>
    public IReadOnlyList<AIContent> Parts => _value switch
    {
        string text => [new TextContent(text)],
        IReadOnlyList<AIContent> parts => parts,
        _ => [],
    };

    /// <summary>Gets the text if the content is nothing but text.</summary>
    public string? PlainText => _value as string;

    /// <summary>Makes content of text.</summary>
    public static implicit operator ToolContent(string text) => new(text);

    /// <summary>Makes content of text.</summary>
    /// <param name="text">The text.</param>
    public static ToolContent FromString(string text) => new(text);

    /// <summary>Makes content of parts.</summary>
    /// <param name="parts">The parts, in order.</param>
    public static ToolContent FromParts(IReadOnlyList<AIContent> parts) => new(parts);

    /// <summary>Returns the text parts joined by line feeds.</summary>
    public string ToText() => _value switch
    {
        string text => text,
        IReadOnlyList<AIContent> parts => string.Join('\n', parts.OfType<TextContent>().Select(static part => part.Text)),
        _ => string.Empty,
    };
}
