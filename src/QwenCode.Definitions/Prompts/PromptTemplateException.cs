namespace QwenCode.Definitions.Prompts;

/// <summary>A system prompt refers to values that nobody gave.</summary>
/// <param name="missing">The names of all of them.</param>
public sealed class PromptTemplateException(IReadOnlyList<string> missing)
    : QwenCodeException(
    $"Missing context values for the system prompt: {string.Join(", ", missing)}. Give them, or take ${{…}} out of the agent's file.")
{
    /// <summary>Gets the names.</summary>
    public IReadOnlyList<string> Missing { get; } = missing;
}
