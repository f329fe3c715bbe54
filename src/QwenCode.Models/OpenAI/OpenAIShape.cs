namespace QwenCode.Models.OpenAI;

/// <summary>What a model on a host has turned out to want or to refuse. It grows with each refusal and never shrinks.</summary>
internal sealed record OpenAIShape
{
    /// <summary>Gets the shape nothing has been refused of.</summary>
    public static OpenAIShape Standard { get; } = new();

    /// <summary>Gets how earlier thoughts are sent.</summary>
    public ThoughtForm Thoughts { get; init; }

    /// <summary>Gets whether all content is one string, media replaced by notes.</summary>
    public bool FlattenContent { get; init; }

    /// <summary>Gets whether media are left out, because the model refuses them.</summary>
    public bool OmitMedia { get; init; }

    /// <summary>Gets whether an answer without text has an empty text instead of <c>null</c>.</summary>
    public bool AvoidNullContent { get; init; }

    /// <summary>Gets whether user and assistant must take turns, and no user may follow a tool.</summary>
    public bool AlternateRoles { get; init; }

    /// <summary>Gets whether there is no system role, so that the user's first message begins with the system prompt.</summary>
    public bool OmitSystemRole { get; init; }

    /// <summary>Gets whether tool schemas are rewritten for servers that know OpenAPI 3.0 only.</summary>
    public bool UseOpenApi30Schemas { get; init; }

    /// <summary>Gets whether nothing is marked for the provider's cache.</summary>
    public bool OmitCacheMarks { get; init; }

    /// <summary>Gets the name of the output limit: <c>null</c> is what the model's name suggests, empty sends none.</summary>
    public string? LimitName { get; init; }

    /// <summary>Gets how many tools may be offered; <c>null</c> is any number.</summary>
    public int? MaxTools { get; init; }

    /// <summary>Gets members that are not sent, between commas: <c>,seed,stop,</c>.</summary>
    public string Omitted { get; init; } = ",";

    /// <summary>Returns whether a member of the body is left out.</summary>
    /// <param name="member">The member's name.</param>
    public bool Omits(string member) => Omitted.Contains($",{member},", StringComparison.Ordinal);
}
