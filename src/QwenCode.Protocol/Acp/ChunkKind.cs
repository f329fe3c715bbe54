namespace QwenCode.Protocol.Acp;

/// <summary>Whose message a piece belongs to.</summary>
internal enum ChunkKind
{
    /// <summary>The agent's answer.</summary>
    Agent,

    /// <summary>The agent's reasoning.</summary>
    Thought,

    /// <summary>The user, or what stands in the user's place.</summary>
    User,
}
