namespace QwenCode.Hooks;

/// <summary>The events hooks run for, named as in settings.</summary>
public enum HookEvent
{
    /// <summary>A prompt is about to be sent to the model.</summary>
    UserPromptSubmit,

    /// <summary>A call is about to run.</summary>
    PreToolUse,

    /// <summary>A call succeeded.</summary>
    PostToolUse,

    /// <summary>A call failed or was cancelled.</summary>
    PostToolUseFailure,

    /// <summary>A call needs approval.</summary>
    PermissionRequest,

    /// <summary>The user is asked, or the program waits for the user.</summary>
    Notification,

    /// <summary>A session begins.</summary>
    SessionStart,

    /// <summary>A session ends.</summary>
    SessionEnd,

    /// <summary>The main agent finished its answer.</summary>
    Stop,

    /// <summary>The turn of the main agent ended with a model error.</summary>
    StopFailure,

    /// <summary>An agent is about to start.</summary>
    SubagentStart,

    /// <summary>An agent finished its answer.</summary>
    SubagentStop,

    /// <summary>The history is about to be compacted.</summary>
    PreCompact,

    /// <summary>The history was compacted.</summary>
    PostCompact,
}
