namespace QwenCode.Workspaces;

/// <summary>Whether upper and lower case are different when names are matched.</summary>
public enum GlobCase
{
    /// <summary>They are.</summary>
    Sensitive,

    /// <summary>They are not.</summary>
    Ignore,
}
