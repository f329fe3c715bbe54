namespace QwenCode.Sessions;

/// <summary>Whether the last turn of a conversation came to its end.</summary>
public enum TurnInterruption
{
    /// <summary>It did, or there was none.</summary>
    None,

    /// <summary>The model has not answered the last prompt.</summary>
    Prompt,

    /// <summary>The model has made calls, and has not said anything about their results.</summary>
    Turn,
}
