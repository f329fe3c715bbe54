namespace QwenCode.Hooks;

/// <summary>Moments at which hooks run. The names are those of the settings.</summary>
public enum HookEvent
{
    /// <summary>A prompt is about to be sent.</summary>
    UserPromptSubmit,

    /// <summary>A call is about to run.</summary>
    PreToolUse,

    /// <summary>A call succeeded.</summary>
    PostToolUse,

    /// <summary>A call failed or was cancelled.</summary>
    PostToolUseFailure,

    /// <summary>Somebody would have to be asked about a call.</summary>
    PermissionRequest,

    /// <summary>Somebody is being asked, or waited for.</summary>
    Notification,

    /// <summary>A session begins.</summary>
    SessionStart,

    /// <summary>A session ends.</summary>
    SessionEnd,

    /// <summary>The main agent gave its answer.</summary>
    Stop,

    /// <summary>The main agent's turn ended by an error of the model.</summary>
    StopFailure,

    /// <summary>An agent is about to start.</summary>
    SubagentStart,

    /// <summary>An agent gave its answer.</summary>
    SubagentStop,

    /// <summary>The history is about to be compacted.</summary>
    PreCompact,

    /// <summary>The history was compacted.</summary>
    PostCompact,
}
