namespace QwenCode.Models.Anthropic;

/// <summary>How a model is told to think.</summary>
internal enum ThinkingForm
{
    /// <summary>Not at all: the model cannot, or refused every form.</summary>
    None,

    /// <summary>With a number of tokens it may spend.</summary>
    Budget,

    /// <summary>As much as it wants, up to an effort.</summary>
    Adaptive,
}
