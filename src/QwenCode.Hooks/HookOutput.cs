using System.Text.Json;

namespace QwenCode.Hooks;

/// <summary>What one hook said; members of the wrong kind count as absent.</summary>
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

    /// <summary>Gets the arguments that the next hook of a chain is shown.</summary>
    public JsonElement? ToolInput { get; init; }

    public bool HasBehavior { get; init; }

    public string? Behavior { get; init; }

    public string? BehaviorMessage { get; init; }

    public JsonElement? UpdatedInput { get; init; }

    public static HookOutput From(JsonElement root)
    {
        var specific = Member(root, "hookSpecificOutput", JsonValueKind.Object);
        var decision = Member(specific, "decision", JsonValueKind.Object);
        return new()
        {
            IsStop = Member(root, "continue", JsonValueKind.False) is not null,
            StopReason = Text(root, "stopReason"),
            SystemMessage = Text(root, "systemMessage"),
            Decision = Text(root, "decision"),
            Reason = Text(root, "reason"),
            AdditionalContext = Text(specific, "additionalContext"),
            PermissionDecision = Text(specific, "permissionDecision"),
            PermissionReason = Text(specific, "permissionDecisionReason"),
            ToolInput = Member(specific, "tool_input", JsonValueKind.Object),
            HasBehavior = decision is not null,
            Behavior = Text(decision, "behavior"),
            BehaviorMessage = Text(decision, "message"),
            UpdatedInput = Member(decision, "updatedInput", JsonValueKind.Object),
        };
    }

    /// <summary>Says whether the hook refuses what is about to happen.</summary>
    public bool Blocks(HookEvent hookEvent) => hookEvent switch
    {
        HookEvent.PreToolUse when PermissionDecision is not null => PermissionDecision is "deny" or "ask",
        HookEvent.PreToolUse => Decision is "block" or "deny" or "ask",
        HookEvent.PermissionRequest when HasBehavior => Behavior is not "allow",
        _ => Decision is "block" or "deny",
    };

    public bool Allows(HookEvent hookEvent) => hookEvent is HookEvent.PermissionRequest && Behavior is "allow";

    /// <summary>Gives the reason to tell: the one that goes with what the hook decided.</summary>
    public string? ReasonFor(HookEvent hookEvent) => Present(hookEvent switch
    {
        HookEvent.PreToolUse => Present(PermissionReason) ?? (IsStop ? Present(StopReason) : null) ?? Reason,
        HookEvent.PermissionRequest => Present(BehaviorMessage) ?? Reason,
        _ => Present(StopReason) ?? Reason,
    });

    private static string? Present(string? text) => string.IsNullOrWhiteSpace(text) ? null : text;

    private static JsonElement? Member(JsonElement? element, string name, JsonValueKind kind) =>
        element is { } there && there.TryGetProperty(name, out var value) && value.ValueKind == kind ? value : null;

    private static string? Text(JsonElement? element, string name)
    {
        try
        {
            return Member(element, name, JsonValueKind.String)?.GetString()?.Replace("\0", string.Empty, StringComparison.Ordinal);
        }
        catch (InvalidOperationException)
        {
            // A string with half a surrogate pair is no text.
            return null;
        }
    }
}

/// <summary>How one hook ended.</summary>
/// <param name="Output">What it said, if anything.</param>
/// <param name="Problem">What its owner should know.</param>
internal sealed record HookResult(HookOutput? Output, string? Problem = null);
