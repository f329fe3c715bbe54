using System.Text.Json;

namespace QwenCode.Sessions;

/// <summary>What the user decided about a call.</summary>
/// <param name="Outcome">The decision.</param>
public sealed record PermissionAnswer(PermissionOutcome Outcome)
{
    /// <summary>Gets why, for the model; used when the call is refused.</summary>
    public string? Message { get; init; }

    /// <summary>Gets arguments to run instead of the model's, or <c>null</c>.</summary>
    public JsonElement? UpdatedInput { get; init; }

    /// <summary>Gets the answers to questions, by question number.</summary>
    public IReadOnlyDictionary<string, string>? Answers { get; init; }
}

/// <summary>Decisions about a call.</summary>
public enum PermissionOutcome
{
    /// <summary>Not this call.</summary>
    Cancel,

    /// <summary>This call.</summary>
    ProceedOnce,

    /// <summary>This call and, for edits, all that follow in the session.</summary>
    ProceedAlways,

    /// <summary>This call and its like in this project, by a stored rule.</summary>
    ProceedAlwaysProject,

    /// <summary>This call and its like for this user, by a stored rule.</summary>
    ProceedAlwaysUser,

    /// <summary>A plan is accepted and the mode from before planning comes back.</summary>
    RestorePrevious,
}
