using QwenCode.Agents;

namespace QwenCode.Definitions.Agents;

/// <summary>What the last look at the agents' folders found.</summary>
/// <param name="Usable">The definitions that are listed and found.</param>
/// <param name="Shadowed">Definitions that are sound, but hidden by another of the same name that comes before them.</param>
/// <param name="Issues">What cannot be used; each file once.</param>
public sealed record AgentLoadReport(
    IReadOnlyList<AgentDefinition> Usable, IReadOnlyList<AgentDefinition> Shadowed, IReadOnlyList<AgentLoadIssue> Issues)
{
    /// <summary>Gets whether every file can be used.</summary>
    public bool IsSound => Issues.Count == 0;
}
