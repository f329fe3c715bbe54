namespace QwenCode.Definitions.Agents;

/// <summary>Whose spelling an agent file uses.</summary>
internal enum AgentDialect
{
    /// <summary>Ours.</summary>
    Qwen,

    /// <summary>That of <c>.claude/agents</c>: tools as a comma-separated text under that program's names, models by family.</summary>
    Claude,
}
