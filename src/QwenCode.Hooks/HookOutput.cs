using System.Text.Json;

namespace QwenCode.Hooks;

/// <summary>The output of one hook. A member of the wrong type counts as absent, but for a decision.</summary>
internal sealed record HookOutput
{
    public bool IsStop { get; init; }

    public string? StopReason { get; init; }

    public string? SystemMessage { get; init; }

    public string? Decision { get; init; }

    public string? Reason { get; init; }

    public string? AdditionalContext { get; init; }

    public string? PermissionDecision { get; init; }

    public string? PermissionReason { get; init; }

    /// <summary>Gets the changed arguments for the next hook of a chain.</summary>
    public JsonElement? ToolInput { get; init; }

    public bool HasBehavior { get; init; }

    public string? Behavior { get; init; }

    public string? BehaviorMessage { get; init; }

    public JsonElement? UpdatedInput { get; init; }

    /// <summary>Gets what of the output cannot be understood; <c>null</c> if all of it can.</summary>
    public string? Fault { get; init; }

    public static HookOutput From(JsonElement root)
    {
        var specific = Member(root, "hookSpecificOutput", JsonValueKind.Object);
        var decision = Member(specific, "decision", JsonValueKind.Object);
        string?[] words = [Word(root, "decision"), Word(specific, "permissionDecision") ?? Word(root, "permissionDecision")];
        return new()
        {
            Fault = Array.Find(words, static word => word is not (null or "block" or "deny" or "ask" or "approve" or "allow" or "defer"))
                is { } unknown ? $"decided \"{unknown}\", which is none of block, deny, ask, approve and allow"
                : IsOther(root, "decision", JsonValueKind.String) || IsOther(root, "permissionDecision", JsonValueKind.String)
                    || IsOther(specific, "permissionDecision", JsonValueKind.String) || IsOther(specific, "decision", JsonValueKind.Object)
                    || IsOther(root, "hookSpecificOutput", JsonValueKind.Object)
                    || (IsOther(root, "continue", JsonValueKind.True) && IsOther(root, "continue", JsonValueKind.False))
                    ? "decided by a member of the wrong kind"
                : Word(root, "behavior") is not null && decision is null
                    ? "decided by \"behavior\", which belongs into hookSpecificOutput.decision" : null,
            IsStop = Member(root, "continue", JsonValueKind.False) is not null,
            StopReason = Text(root, "stopReason"),
            SystemMessage = Text(root, "systemMessage"),
            Decision = words[0],
            Reason = Text(root, "reason"),
            AdditionalContext = Text(specific, "additionalContext"),
            PermissionDecision = words[1],
            PermissionReason = Text(specific, "permissionDecisionReason") ?? Text(root, "permissionDecisionReason"),
            ToolInput = Member(specific, "tool_input", JsonValueKind.Object),
            HasBehavior = decision is not null,
            Behavior = Word(decision, "behavior"),
            BehaviorMessage = Text(decision, "message"),
            UpdatedInput = Member(decision, "updatedInput", JsonValueKind.Object),
        };
    }

    /// <summary>Gets whether the output refuses any event.</summary>
    public bool Refuses => IsStop || Decision is "block" or "deny" or "ask" || PermissionDecision is "deny" or "ask"
        || (HasBehavior && Behavior is not "allow");

    /// <summary>Gets whether the output decides about any event.</summary>
    public bool Decides => IsStop || Decision is not null || PermissionDecision is not null || HasBehavior;

    /// <summary>Returns the output without what lets a call run or changes it. A refusal stays.</summary>
    public HookOutput WithoutAllowance() => this with
    {
        HasBehavior = HasBehavior && Behavior is not "allow",
        Behavior = Behavior is "allow" ? null : Behavior,
        UpdatedInput = null,
    };

    /// <summary>Returns the output as one that denies every event.</summary>
    /// <param name="reason">The reason if the output has none.</param>
    public HookOutput Denying(string reason) => this with
    {
        Fault = null,
        Decision = "deny",
        Reason = Present(Reason) ?? Present(PermissionReason) ?? Present(BehaviorMessage) ?? Present(StopReason) ?? reason,
        PermissionDecision = PermissionDecision is null ? null : "deny",
        Behavior = HasBehavior ? "deny" : null,
    };

    /// <summary>Returns whether the hook denies the event.</summary>
    public bool Blocks(HookEvent hookEvent) => hookEvent switch
    {
        // Either word is enough to refuse; the other cannot take it back.
        HookEvent.PreToolUse => PermissionDecision is "deny" or "ask" || Decision is "block" or "deny" or "ask",
        HookEvent.PermissionRequest when HasBehavior => Behavior is not "allow",
        _ => Decision is "block" or "deny",
    };

    public bool Allows(HookEvent hookEvent) => hookEvent is HookEvent.PermissionRequest && Behavior is "allow";

    /// <summary>Returns the reason for the decision of the hook.</summary>
    public string? ReasonFor(HookEvent hookEvent) => Present(hookEvent switch
    {
        HookEvent.PreToolUse => Present(PermissionReason) ?? (IsStop ? Present(StopReason) : null) ?? Reason,
        HookEvent.PermissionRequest => Present(BehaviorMessage) ?? Reason,
        _ => Present(StopReason) ?? Reason,
    });

    private static string? Present(string? text) => string.IsNullOrWhiteSpace(text) ? null : text;

    private static JsonElement? Member(JsonElement? element, string name, JsonValueKind kind) =>
        element is { } there && there.TryGetProperty(name, out var value) && value.ValueKind == kind ? value : null;

    private static bool IsOther(JsonElement? element, string name, JsonValueKind kind) =>
        element is { } there && there.TryGetProperty(name, out var value) && value.ValueKind != kind
        && value.ValueKind is not JsonValueKind.Null;

    private static string? Word(JsonElement? element, string name) =>
        Present(Text(element, name))?.Trim().ToLowerInvariant() is { } word ? word is "denied" ? "deny" : word is "blocked" ? "block" : word
        : null;

    private static string? Text(JsonElement? element, string name)
    {
        try
        {
            return Member(element, name, JsonValueKind.String)?.GetString()?.Replace("\0", string.Empty, StringComparison.Ordinal);
        }
        catch (InvalidOperationException)
        {
            // A string with half a surrogate pair is not valid text.
            return null;
        }
    }
}

/// <summary>The result of one hook.</summary>
/// <param name="Output">The output, if any.</param>
/// <param name="Problem">The problem to report to the user, if any.</param>
internal sealed record HookResult(HookOutput? Output, string? Problem = null);
