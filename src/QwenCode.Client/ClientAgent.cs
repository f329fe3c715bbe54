namespace QwenCode.Client;

/// <summary>An agent of the session, which the model may launch.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Description">When the model should launch it.</param>
/// <param name="SystemPrompt">Its system prompt.</param>
public sealed record ClientAgent(string Name, string Description, string SystemPrompt)
{
    /// <summary>Gets the only tools it has.</summary>
    /// <value>The default, <c>null</c>, is all.</value>
    public IReadOnlyList<string>? Tools { get; init; }

    /// <summary>Gets its model.</summary>
    /// <value>The default, <c>null</c>, is that of the session.</value>
    public string? Model { get; init; }

    /// <summary>Gets whether it always runs in the background.</summary>
    /// <value>The default is <c>false</c>.</value>
    public bool Background { get; init; }

    /// <summary>Gets how many requests it may make.</summary>
    /// <value>The default, <c>null</c>, is no bound.</value>
    public int? MaxTurns { get; init; }
}
