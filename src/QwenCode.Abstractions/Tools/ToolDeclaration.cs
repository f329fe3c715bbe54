using System.Text.Json;

namespace QwenCode.Tools;

/// <summary>All that is known of a tool without running it: what the model is offered, and what the host schedules by.</summary>
public sealed record ToolDeclaration
{
    /// <summary>Gets the name the model calls; <c>snake_case</c>, at most 64 characters.</summary>
    public required string Name { get; init; }

    /// <summary>Gets the name the user sees. The default is <see cref="Name"/>.</summary>
    public string DisplayName
    {
        get => field ?? Name;
        init;
    }

    /// <summary>Gets what the model reads about the tool.</summary>
    public required string Description { get; init; }

    /// <summary>Gets the JSON schema of the parameters; an object schema.</summary>
    public required JsonElement Parameters { get; init; }

    /// <summary>Gets what the tool does to the world.</summary>
    public ToolKind Kind { get; init; }

    /// <summary>Gets what the tool promises.</summary>
    public ToolTraits Traits { get; init; }

    /// <summary>
    /// Gets the experimental feature the tool belongs to, such as <c>lsp</c>: it is offered only if that is switched on. The
    /// default, <c>null</c>, is none.
    /// </summary>
    public string? Feature { get; init; }

    /// <summary>Gets where the tool comes from: a plugin's name, <c>mcp:SERVER</c>, or <c>kernel</c>.</summary>
    public string Source { get; init; } = "host";

    /// <summary>Parses a schema that is written down in code or in a manifest.</summary>
    /// <param name="json">The schema as JSON.</param>
    /// <exception cref="JsonException">It is not JSON.</exception>
    public static JsonElement Schema(ReadOnlySpan<byte> json)
    {
        var reader = new Utf8JsonReader(json);
        return JsonElement.ParseValue(ref reader);
    }
}
