namespace QwenCode.Models.Catalogue;

/// <summary>What is known of a model from its name alone.</summary>
/// <param name="ContextWindow">How many tokens a request may hold.</param>
/// <param name="OutputLimit">How many tokens an answer may have.</param>
/// <param name="IsOutputLimitKnown">Whether the output limit is the model's own; if not, it is a guess and caps nothing the person
/// asked for.</param>
/// <param name="Modalities">The media the model takes.</param>
public sealed record ModelLimits(int ContextWindow, int OutputLimit, bool IsOutputLimitKnown, ModelModalities Modalities);
