namespace QwenCode.Definitions.Prompts;

/// <summary>What keeps commands from reaching the machine.</summary>
public enum SandboxState
{
    /// <summary>Nothing.</summary>
    None,

    /// <summary>A container or something like it.</summary>
    Container,

    /// <summary>macOS Seatbelt.</summary>
    Seatbelt,
}
