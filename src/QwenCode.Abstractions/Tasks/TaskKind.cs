namespace QwenCode.Tasks;

/// <summary>What kind of work a task is.</summary>
public enum TaskKind
{
    /// <summary>An agent of a definition.</summary>
    Agent,

    /// <summary>An agent that continues its parent's conversation.</summary>
    Fork,

    /// <summary>A shell command.</summary>
    Shell,
}
