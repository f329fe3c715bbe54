using System.Text.Json;

namespace QwenCode.Hooks;

/// <summary>
/// Runs the hooks of a session. A hook that hangs, fails or prints invalid output never fails the caller; it has no effect.
/// </summary>
public interface IHookRunner
{
    /// <summary>Returns whether any hook might run, so that callers can skip preparing the input.</summary>
    /// <param name="hookEvent">The event.</param>
    bool Handles(HookEvent hookEvent);

    /// <summary>Runs the matching hooks and merges their results.</summary>
    /// <param name="input">The input of the hooks.</param>
    /// <param name="cancellationToken">Stops the hooks.</param>
    /// <remarks>If the token is cancelled, the outcome is empty: a caller that guards something must check its token.</remarks>
    ValueTask<HookOutcome> RunAsync(HookInput input, CancellationToken cancellationToken);

    /// <summary>Sets the session that hooks run for. Called once, before anything else.</summary>
    /// <param name="session">The session.</param>
    void Open(HookSession session)
    {
    }

    /// <summary>Posts an event that hooks cannot change, without waiting for them.</summary>
    /// <param name="input">The input of the hooks.</param>
    void Post(HookInput input)
    {
    }

    /// <summary>Stops hooks that still run in the background. Called once, at the end of the session.</summary>
    ValueTask CloseAsync() => ValueTask.CompletedTask;
}

/// <summary>The session that hooks run for.</summary>
/// <param name="Id">Its id.</param>
/// <param name="TranscriptPath">The file with its conversation; empty if nothing is recorded.</param>
/// <param name="Notice">Shows the user a notice that is not part of the conversation. Safe on any thread.</param>
public sealed record HookSession(string Id, string TranscriptPath, Action<string> Notice);

/// <summary>The input of hooks.</summary>
/// <param name="Event">The event.</param>
/// <param name="Subject">The text that matchers are compared with: the name of a tool, the type of an agent; empty if there is
/// none.</param>
/// <param name="WriteFields">Writes the fields of this event into the open object; the runner writes the common ones.</param>
public sealed record HookInput(HookEvent Event, string Subject, Action<Utf8JsonWriter> WriteFields);

/// <summary>The merged result of hooks.</summary>
public sealed record HookOutcome
{
    /// <summary>Gets the outcome if no hook runs.</summary>
    public static HookOutcome None { get; } = new();

    /// <summary>Gets whether they deny the event, hold it back, or ask to stop.</summary>
    public bool IsBlocking { get; init; }

    /// <summary>Gets whether they ask to stop (<c>continue: false</c>). Some events treat this differently from blocking.</summary>
    public bool IsStopRequested { get; init; }

    /// <summary>Gets whether they approve a call that needs approval.</summary>
    public bool IsAllowing { get; init; }

    /// <summary>Gets the reason.</summary>
    public string? Reason { get; init; }

    /// <summary>Gets text for the model.</summary>
    public string? AdditionalContext { get; init; }

    /// <summary>Gets text for the user.</summary>
    public string? SystemMessage { get; init; }

    /// <summary>Gets arguments that replace those of the model.</summary>
    public JsonElement? UpdatedInput { get; init; }
}

/// <summary>Runs nothing.</summary>
public sealed class NoHooks : IHookRunner
{
    /// <summary>Gets the only instance.</summary>
    public static NoHooks Instance { get; } = new();

    /// <inheritdoc/>
    public bool Handles(HookEvent hookEvent) => false;

    /// <inheritdoc/>
    public ValueTask<HookOutcome> RunAsync(HookInput input, CancellationToken cancellationToken) => ValueTask.FromResult(HookOutcome.None);
}
