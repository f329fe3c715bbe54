namespace QwenCode.Models.Gemini;

/// <summary>How a model is told to think.</summary>
internal enum GeminiThinking
{
    /// <summary>Not at all: the model cannot.</summary>
    None,

    /// <summary>It shows its thoughts; nothing else is known of it.</summary>
    Shown,

    /// <summary>With a number of tokens it may spend.</summary>
    Budget,

    /// <summary>At a level.</summary>
    Level,
}
