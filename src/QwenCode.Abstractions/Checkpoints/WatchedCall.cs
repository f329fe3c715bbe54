using QwenCode.Agents;

namespace QwenCode.Checkpoints;

/// <summary>A call that may change files.</summary>
/// <param name="Agent">The agent that makes it.</param>
/// <param name="CallId">The id that the model gave it.</param>
/// <param name="Tool">The tool.</param>
/// <param name="Paths">
/// The files it may change, as absolute paths, inside the workspace or outside; <c>null</c> if it may change anything, as a shell
/// command can. Then the workspace is watched.
/// </param>
public sealed record WatchedCall(AgentId Agent, string CallId, string Tool, IReadOnlyList<string>? Paths);
