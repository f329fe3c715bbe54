namespace QwenCode.Permissions;

/// <summary>What the approval mode decides about a judged call.</summary>
public enum ModeDecision
{
    /// <summary>The call runs.</summary>
    Run,

    /// <summary>Rules forbid the call.</summary>
    Deny,

    /// <summary>Plan mode forbids the call. The model is reminded of the plan; this is not a denial by rules.</summary>
    Block,

    /// <summary>The decision depends on the confirmation: decide again with <see cref="ModeRequest.Confirmation"/> set.</summary>
    Confirm,

    /// <summary>The call needs approval: by a hook or by the user. If neither can approve it, it is denied.</summary>
    AskUser,
}
