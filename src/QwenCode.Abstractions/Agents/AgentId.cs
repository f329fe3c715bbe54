namespace QwenCode.Agents;

/// <summary>Names one agent of a session, for example <c>main</c> or <c>explore-call_7</c>. Unique within its session.</summary>
/// <param name="Value">The id as it appears on the wire, in file names and in notifications.</param>
public readonly record struct AgentId(string Value)
{
    /// <summary>Gets the agent the user talks to; every other agent descends from it.</summary>
    public static AgentId Main { get; } = new("main");

    /// <inheritdoc/>
    public override string ToString() => Value;
}
