namespace QwenCode.Permissions;

/// <summary>The settings that a lasting rule is written to.</summary>
public enum PermissionScope
{
    /// <summary>The settings of this project.</summary>
    Project,

    /// <summary>The settings of the user, for all projects.</summary>
    User,
}
