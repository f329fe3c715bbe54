namespace QwenCode.Tools;

/// <summary>Whether a call needs to be asked about, as the tool itself sees it.</summary>
public enum ToolConsent
{
    /// <summary>The user has to agree.</summary>
    Ask,

    /// <summary>No reason to ask.</summary>
    Allow,
}
