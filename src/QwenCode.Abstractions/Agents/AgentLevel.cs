namespace QwenCode.Agents;

/// <summary>Where an agent definition comes from.</summary>
public enum AgentLevel
{
    /// <summary>The project's <c>.qwen/agents</c> (or, after it, <c>.claude/agents</c>).</summary>
    Project,

    /// <summary>The user's <c>~/.qwen/agents</c>.</summary>
    User,

    /// <summary>Shipped with the program.</summary>
    BuiltIn,

    /// <summary>Given by the host at run time.</summary>
    Session,

    /// <summary>An active extension.</summary>
    Extension,
}
