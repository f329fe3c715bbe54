namespace QwenCode.Definitions.Agents;

/// <summary>The keys of agent files.</summary>
internal static class AgentKeys
{
    private static readonly HashSet<string> Supported = new(StringComparer.Ordinal)
    {
        "name", "description", "tools", "disallowedTools", "model", "modelConfig", "approvalMode", "permissionMode", "permissions",
        "background", "color", "runConfig", "maxTurns", "max_turns", "mcpServers",
    };

    // Of other programs and versions, to tell the next key from a line of a text.
    private static readonly HashSet<string> Foreign = new(StringComparer.Ordinal)
    {
        "hooks", "executor", "effort", "memory", "skills", "initialPrompt", "isolation", "temp", "top_p", "version",
        "license",
    };

    /// <summary>Returns whether a key has an effect.</summary>
    public static bool IsSupported(string key) => Supported.Contains(key);

    /// <summary>Returns whether a word is a key of any program's agent files.</summary>
    public static bool IsKnown(string key) => Supported.Contains(key) || Foreign.Contains(key);
}
