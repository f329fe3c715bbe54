namespace QwenCode.Configuration.Trust;

/// <summary>Whether the person trusts what a folder brings along: settings, variables, hooks.</summary>
public enum FolderTrust
{
    /// <summary>No rule says anything. Settings load and headless runs go on; a person who is there is asked.</summary>
    Unknown,

    /// <summary>Trusted, by a rule, by the editor, or because the feature is off.</summary>
    Trusted,

    /// <summary>Not trusted: the project's own settings and variables are ignored.</summary>
    Untrusted,
}
