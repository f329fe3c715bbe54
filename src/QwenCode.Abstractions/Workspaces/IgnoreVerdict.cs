namespace QwenCode.Workspaces;

/// <summary>What ignore files say of a path.</summary>
public enum IgnoreVerdict
{
    /// <summary>It is not ignored.</summary>
    Visible,

    /// <summary>Git ignores it.</summary>
    GitIgnored,

    /// <summary>A <c>.qwenignore</c> file hides it from the model.</summary>
    QwenIgnored,
}
