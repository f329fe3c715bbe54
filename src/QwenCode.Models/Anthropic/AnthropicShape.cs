namespace QwenCode.Models.Anthropic;

/// <summary>What a model on a host takes: at first by its name, then by what it refused. It never goes back to what was refused.</summary>
internal sealed record AnthropicShape
{
    /// <summary>Gets how the model is told to think.</summary>
    public ThinkingForm Thinking { get; init; }

    /// <summary>Gets whether another form of thinking was refused already.</summary>
    public bool HasSwitched { get; init; }

    /// <summary>Gets whether thoughts are asked for as summaries: the newest models withhold them otherwise.</summary>
    public bool AsksForSummaries { get; init; }

    /// <summary>Gets whether the effort is not sent.</summary>
    public bool OmitEffort { get; init; }

    /// <summary>Gets whether temperature and the like are not sent.</summary>
    public bool OmitSampling { get; init; }

    /// <summary>Gets whether nothing is marked for the provider's cache.</summary>
    public bool OmitCacheMarks { get; init; }

    /// <summary>Gets whether no beta features are named.</summary>
    public bool OmitBetas { get; init; }

    /// <summary>Gets whether tool schemas are rewritten for OpenAPI 3.0.</summary>
    public bool UseOpenApi30Schemas { get; init; }

    /// <summary>Gets the most tokens an answer may have, as the provider named it.</summary>
    public int? OutputLimit { get; init; }

    /// <summary>Gets how many images are sent, the newest ones; <c>null</c> is as many as the provider takes.</summary>
    public int? MaxImages { get; init; }

    /// <summary>Returns the shape that a model's name suggests.</summary>
    /// <param name="model">The model's id.</param>
    public static AnthropicShape For(string model)
    {
        var version = ClaudeVersion.Of(model);
        return new()
        {
            Thinking = !version.IsKnown || (version.IsFrom(3, 7) && !version.IsFrom(4, 6)) ? ThinkingForm.Budget
                : version.IsFrom(4, 6) ? ThinkingForm.Adaptive : ThinkingForm.None,
            AsksForSummaries = version.IsFrom(4, 7),
            OmitSampling = version.IsFrom(4, 7),
        };
    }
}
