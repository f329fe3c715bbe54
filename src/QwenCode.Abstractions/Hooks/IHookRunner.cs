using System.Text.Json;

namespace QwenCode.Hooks;

/// <summary>Runs the hooks of a session. A hook that hangs, fails or prints nonsense never fails the caller; it gives no outcome.</summary>
public interface IHookRunner
{
    /// <summary>Says whether any hook might run, so that callers can skip preparing the input.</summary>
    /// <param name="hookEvent">The moment.</param>
    bool Handles(HookEvent hookEvent);

    /// <summary>Runs the hooks that match and merges what they say.</summary>
    /// <param name="input">What they are told.</param>
    /// <param name="cancellationToken">Stops them.</param>
    /// <remarks>Where the token is cancelled, the outcome says nothing: a caller that guards something has to look at its token.</remarks>
    ValueTask<HookOutcome> RunAsync(HookInput input, CancellationToken cancellationToken);

    /// <summary>Says which session the hooks are run for. Called once, before anything else.</summary>
    /// <param name="session">The session.</param>
    void Open(HookSession session)
    {
    }

    /// <summary>Tells hooks of something they have no say in, without waiting for them.</summary>
    /// <param name="input">What they are told.</param>
    void Post(HookInput input)
    {
    }

    /// <summary>Ends what still runs without being waited for. Called once, at the end of the session.</summary>
    ValueTask CloseAsync() => ValueTask.CompletedTask;
}

/// <summary>The session that hooks are run for.</summary>
/// <param name="Id">Its id.</param>
/// <param name="TranscriptPath">The file with its conversation; empty where nothing is kept.</param>
/// <param name="Notice">Tells people something that is no part of the conversation; safe on any thread.</param>
public sealed record HookSession(string Id, string TranscriptPath, Action<string> Notice);

/// <summary>What hooks are told.</summary>
/// <param name="Event">The moment.</param>
/// <param name="Subject">What matchers are tested against: a tool's name, an agent's type; empty where there is nothing.</param>
/// <param name="WriteFields">Writes the fields of this event into the open object; the common ones are written by the runner.</param>
public sealed record HookInput(HookEvent Event, string Subject, Action<Utf8JsonWriter> WriteFields);

/// <summary>What hooks say, merged.</summary>
public sealed record HookOutcome
{
    /// <summary>Gets the outcome of no hook at all.</summary>
    public static HookOutcome None { get; } = new();

    /// <summary>Gets whether they refuse or hold up what is about to happen, or ask to stop.</summary>
    public bool IsBlocking { get; init; }

    /// <summary>Gets whether they ask to stop (<c>continue: false</c>), which some events tell apart from blocking.</summary>
    public bool IsStopRequested { get; init; }

    /// <summary>Gets whether they settle a permission question in favour of the call.</summary>
    public bool IsAllowing { get; init; }

    /// <summary>Gets why.</summary>
    public string? Reason { get; init; }

    /// <summary>Gets text for the model.</summary>
    public string? AdditionalContext { get; init; }

    /// <summary>Gets text for people.</summary>
    public string? SystemMessage { get; init; }

    /// <summary>Gets arguments to use instead of the model's.</summary>
    public JsonElement? UpdatedInput { get; init; }
}

/// <summary>Runs nothing.</summary>
public sealed class NoHooks : IHookRunner
{
    /// <summary>Gets the one there is.</summary>
    public static NoHooks Instance { get; } = new();

    /// <inheritdoc/>
    public bool Handles(HookEvent hookEvent) => false;

    /// <inheritdoc/>
    public ValueTask<HookOutcome> RunAsync(HookInput input, CancellationToken cancellationToken) => ValueTask.FromResult(HookOutcome.None);
}
