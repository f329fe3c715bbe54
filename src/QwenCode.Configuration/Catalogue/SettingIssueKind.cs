namespace QwenCode.Configuration.Catalogue;

/// <summary>What is the matter with a setting.</summary>
public enum SettingIssueKind
{
    /// <summary>No version knows the key.</summary>
    Unknown,

    /// <summary>The value is of a kind, or beyond a bound, that the key does not take.</summary>
    Unfit,

    /// <summary>Other versions know the key; it has no effect here.</summary>
    Unsupported,
}
