namespace QwenCode.Hooks;

/// <summary>Whose hook it is; hooks of an event run, and are merged, in this order.</summary>
public enum HookSource
{
    /// <summary>The project's settings; in trusted folders only.</summary>
    Project,

    /// <summary>The person's settings.</summary>
    User,

    /// <summary>An extension.</summary>
    Extension,

    /// <summary>Registered while the session runs.</summary>
    Session,
}
