namespace QwenCode.Workspaces;

/// <summary>Which ignore files are honoured.</summary>
[Flags]
public enum IgnoreFiles
{
    /// <summary>None.</summary>
    None = 0,

    /// <summary><c>.gitignore</c> and <c>.git/info/exclude</c> inside a repository; <c>.git</c> itself is ignored too.</summary>
    Git = 1,

    /// <summary><c>.qwenignore</c>.</summary>
    Qwen = 2,
}
