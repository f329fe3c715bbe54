namespace QwenCode.Hooks;

/// <summary>The origin of a hook. Hooks of an event run, and are merged, in this order.</summary>
public enum HookSource
{
    /// <summary>The settings of the project; in trusted folders only.</summary>
    Project,

    /// <summary>The settings of the user.</summary>
    User,

    /// <summary>An extension.</summary>
    Extension,

    /// <summary>Registered at run time.</summary>
    Session,
}
