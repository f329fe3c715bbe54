namespace QwenCode.Models.Cassettes;

/// <summary>A request of a run with a cassette, without secrets, and with names in place of directories.</summary>
/// <param name="Prompt">The first prompt of the conversation, at most 80 characters of it.</param>
/// <param name="Step">How often the model had answered in this conversation before.</param>
/// <param name="LastWords">What was said since its last answer: a prompt, or the results of tools, each after the tool's name.</param>
public sealed record CassetteRequest(string Prompt, int Step, string LastWords);
