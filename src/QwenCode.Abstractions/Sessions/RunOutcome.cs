using System.Text.Json;
using Microsoft.Extensions.AI;
using QwenCode.Tasks;

namespace QwenCode.Sessions;

/// <summary>How the work on a prompt went.</summary>
/// <param name="End">How it ended.</param>
/// <param name="Text">The text of the last answer; what went wrong if it failed.</param>
/// <param name="Turns">Requests for the prompt itself, and one for each notification or schedule handled.</param>
/// <param name="Duration">From the prompt on.</param>
/// <param name="ModelDuration">Of it, waiting for the main agent's model.</param>
public sealed record RunOutcome(RunEnd End, string Text, int Turns, TimeSpan Duration, TimeSpan ModelDuration)
{
    /// <summary>Gets the calls that were refused so far in the session.</summary>
    public IReadOnlyList<DeniedCall> Denials { get; init; } = [];

    /// <summary>Gets whether an <see cref="InterruptInput"/> cancelled it, so that the session goes on.</summary>
    public bool IsInterrupted { get; init; }

    /// <summary>Gets the tasks that were stopped because the session ends with this run.</summary>
    /// <remarks>Commands in the background, for which no run waits; each has its own <see cref="TaskFinished"/> before.</remarks>
    public IReadOnlyList<TaskSnapshot> Stopped { get; init; } = [];

    /// <summary>Gets the result as data, if the run was to have one; <see cref="Text"/> is then its JSON.</summary>
    /// <value>The default is <c>null</c>.</value>
    public JsonElement? Structured { get; init; }

    /// <summary>Gets what the session has used so far, agents included.</summary>
    public SessionUsage Usage { get; init; } = new();
}

/// <summary>Ways the work on a prompt ends.</summary>
public enum RunEnd
{
    /// <summary>The model gave its answer.</summary>
    Success,

    /// <summary>The model or the program failed.</summary>
    Error,

    /// <summary>The session's turns are used up.</summary>
    MaxTurns,

    /// <summary>It was interrupted.</summary>
    Cancelled,

    /// <summary>The calls or the time that the session was given are used up.</summary>
    Budget,
}

/// <summary>A call that was refused.</summary>
/// <param name="ToolName">The tool.</param>
/// <param name="ToolUseId">The call.</param>
/// <param name="ToolInput">Its arguments.</param>
public sealed record DeniedCall(string ToolName, string ToolUseId, JsonElement ToolInput);

/// <summary>What a session has used.</summary>
public sealed record SessionUsage
{
    /// <summary>Gets tokens of all requests together.</summary>
    public UsageDetails Tokens { get; init; } = new();

    /// <summary>Gets what all of it cost, in US dollars; <c>null</c> if nothing was used, or the price of a model is not known.</summary>
    public decimal? Cost => Models.Count == 0 || Models.Values.Any(static model => model.Cost is null)
        ? null : Models.Values.Sum(static model => model.Cost);

    /// <summary>Gets numbers by model.</summary>
    public IReadOnlyDictionary<string, ModelUsage> Models { get; init; } = new Dictionary<string, ModelUsage>();

    /// <summary>Gets numbers by tool.</summary>
    public IReadOnlyDictionary<string, ToolUsage> Tools { get; init; } = new Dictionary<string, ToolUsage>();

    /// <summary>Gets how many lines edits have added.</summary>
    public int LinesAdded { get; init; }

    /// <summary>Gets how many lines edits have removed.</summary>
    public int LinesRemoved { get; init; }
}

/// <summary>What one model was asked for.</summary>
/// <param name="Requests">Requests.</param>
/// <param name="Errors">Of them, failed.</param>
/// <param name="Latency">Time spent waiting, summed.</param>
/// <param name="Tokens">Tokens.</param>
public sealed record ModelUsage(int Requests, int Errors, TimeSpan Latency, UsageDetails Tokens)
{
    /// <summary>Gets what it cost, in US dollars.</summary>
    /// <value>The default is <c>null</c>: the model's price is not known.</value>
    public decimal? Cost { get; init; }
}

/// <summary>What one tool was used for.</summary>
/// <param name="Calls">Calls.</param>
/// <param name="Failures">Of them, failed, refused or cancelled.</param>
/// <param name="Duration">Time spent, summed.</param>
/// <param name="Accepted">Calls the user agreed to.</param>
/// <param name="Rejected">Calls the user refused.</param>
/// <param name="AutoAccepted">Calls that needed no question.</param>
public sealed record ToolUsage(int Calls, int Failures, TimeSpan Duration, int Accepted, int Rejected, int AutoAccepted);
