using System.Text.Json;
using Microsoft.Extensions.AI;
using QwenCode.Agents;
using QwenCode.Conversations;
using QwenCode.Models;
using QwenCode.Permissions;
using QwenCode.Tasks;
using QwenCode.Tools;

namespace QwenCode.Sessions;

/// <summary>A fact about a session. Front ends get these, in order, and nothing else of the kernel.</summary>
/// <param name="Agent">The agent it is about.</param>
public abstract record AgentEvent(AgentId Agent)
{
    /// <summary>Gets the <c>agent</c> call that launched the agent; <c>null</c> for the main one.</summary>
    public string? ParentCallId { get; init; }
}

/// <summary>A prompt is taken from the inbox and worked on.</summary>
/// <param name="Agent">The main agent.</param>
/// <param name="Session">How the session stands.</param>
public sealed record RunStarted(AgentId Agent, SessionInfo Session) : AgentEvent(Agent);

/// <summary>A model begins to answer.</summary>
/// <param name="Agent">The agent.</param>
/// <param name="Model">The model.</param>
public sealed record AnswerStarted(AgentId Agent, string Model) : AgentEvent(Agent);

/// <summary>A piece of text arrived.</summary>
/// <param name="Agent">The agent.</param>
/// <param name="Text">The piece.</param>
public sealed record TextDelta(AgentId Agent, string Text) : AgentEvent(Agent);

/// <summary>A piece of reasoning arrived.</summary>
/// <param name="Agent">The agent.</param>
/// <param name="Text">The piece.</param>
public sealed record ThinkingDelta(AgentId Agent, string Text) : AgentEvent(Agent);

/// <summary>The answer so far was abandoned; what follows replaces it.</summary>
/// <param name="Agent">The agent.</param>
/// <param name="Reason">Why.</param>
public sealed record AnswerRestarted(AgentId Agent, string Reason) : AgentEvent(Agent);

/// <summary>A model's answer is complete, or was cut by an interrupt (<paramref name="IsComplete"/> is then false).</summary>
/// <param name="Agent">The agent.</param>
/// <param name="Message">The answer: reasoning, text, calls.</param>
/// <param name="Model">The model.</param>
/// <param name="Usage">What it cost, if the provider said.</param>
/// <param name="Duration">How long the request took.</param>
/// <param name="IsComplete">Whether it came to its end.</param>
public sealed record AnswerCompleted(
    AgentId Agent, HistoryMessage Message, string Model, UsageDetails? Usage, TimeSpan Duration, bool IsComplete) : AgentEvent(Agent);

/// <summary>A call is about to run.</summary>
/// <param name="Agent">The agent.</param>
/// <param name="Call">The call.</param>
public sealed record ToolCallStarted(AgentId Agent, ToolCallInfo Call) : AgentEvent(Agent);

/// <summary>A running call shows something.</summary>
/// <param name="Agent">The agent.</param>
/// <param name="CallId">The call.</param>
/// <param name="Progress">What it shows; replaces what it showed before.</param>
public sealed record ToolCallProgressed(AgentId Agent, string CallId, ToolProgress Progress) : AgentEvent(Agent);

/// <summary>A call has its result. Every call of an answer gets exactly one of these, in the order of the calls.</summary>
/// <param name="Agent">The agent.</param>
/// <param name="Call">The call.</param>
/// <param name="Status">How it ended.</param>
/// <param name="Result">What the tool gave, if it ran.</param>
/// <param name="ModelText">What the model gets.</param>
/// <param name="Duration">How long it took.</param>
public sealed record ToolCallCompleted(
    AgentId Agent, ToolCallInfo Call, ToolCallStatus Status, ToolResult? Result, string ModelText, TimeSpan Duration) : AgentEvent(Agent)
{
    /// <summary>Gets the error's type; <c>null</c> on success.</summary>
    public string? ErrorType { get; init; }

    /// <summary>
    /// Gets whether a rule, a mode or a hook refused the call, or the user could not be asked. A refusal of the user is not one.
    /// </summary>
    public bool IsDenial => ErrorType == ToolError.ExecutionDenied;
}

/// <summary>Ways a call ends.</summary>
public enum ToolCallStatus
{
    /// <summary>It did what it should.</summary>
    Success,

    /// <summary>It failed or was refused.</summary>
    Error,

    /// <summary>The user refused it, or the turn was interrupted.</summary>
    Cancelled,
}

/// <summary>A call as it is shown to the user.</summary>
/// <param name="Id">The id the model gave.</param>
/// <param name="Name">The tool's name as the model wrote it.</param>
/// <param name="Input">The arguments; an empty object if they were no JSON.</param>
public sealed record ToolCallInfo(string Id, string Name, JsonElement Input)
{
    /// <summary>Gets the tool's name as the user sees it.</summary>
    public string DisplayName { get; init; } = Name;

    /// <summary>Gets what the call does, in one line.</summary>
    public string Description { get; init; } = string.Empty;

    /// <summary>Gets what the tool does to the world.</summary>
    public ToolKind Kind { get; init; }

    /// <summary>Gets the files it is about.</summary>
    public IReadOnlyList<ToolLocation> Locations { get; init; } = [];
}

/// <summary>The user has to agree to a call. Answered by a <see cref="PermissionInput"/>.</summary>
/// <param name="Agent">The agent.</param>
/// <param name="RequestId">What the answer names.</param>
/// <param name="Call">The call.</param>
/// <param name="Confirmation">What to ask.</param>
/// <param name="OffersAlways">Whether a lasting "yes" may be offered.</param>
public sealed record PermissionRequested(
    AgentId Agent, string RequestId, ToolCallInfo Call, ToolConfirmation Confirmation, bool OffersAlways) : AgentEvent(Agent);

/// <summary>A question about a call is settled, wherever that happened.</summary>
/// <param name="Agent">The agent.</param>
/// <param name="RequestId">The request.</param>
/// <param name="Outcome">The decision.</param>
public sealed record PermissionSettled(AgentId Agent, string RequestId, PermissionOutcome Outcome) : AgentEvent(Agent);

/// <summary>An agent begins to work on its prompt.</summary>
/// <param name="Agent">The new agent; <see cref="AgentEvent.ParentCallId"/> is the call that launched it.</param>
/// <param name="Type">Its definition's name, or <c>fork</c>.</param>
/// <param name="Description">What it is about.</param>
/// <param name="Prompt">What it is to do.</param>
/// <param name="IsBackground">Whether its launcher goes on without waiting.</param>
public sealed record AgentLaunched(AgentId Agent, string Type, string Description, string Prompt, bool IsBackground) : AgentEvent(Agent);

/// <summary>A foreground agent ended.</summary>
/// <param name="Agent">The agent.</param>
/// <param name="Reason">Why.</param>
/// <param name="Report">Its last text, if it has one.</param>
/// <param name="Error">What went wrong, if something did.</param>
/// <param name="Stats">What it spent.</param>
public sealed record AgentEnded(AgentId Agent, TaskEndReason Reason, string? Report, string? Error, TaskStats Stats) : AgentEvent(Agent);

/// <summary>A background task was announced. Exactly one <see cref="TaskFinished"/> follows.</summary>
/// <param name="Agent">The agent that started it, and that is notified of its end.</param>
/// <param name="Task">The task.</param>
public sealed record TaskStarted(AgentId Agent, TaskSnapshot Task) : AgentEvent(Agent);

/// <summary>The end of a background task is handed to its owner.</summary>
/// <param name="Agent">The owner.</param>
/// <param name="Task">The task in its final state.</param>
/// <param name="DisplayLine">One line for the user.</param>
public sealed record TaskFinished(AgentId Agent, TaskSnapshot Task, string DisplayLine) : AgentEvent(Agent);

/// <summary>A schedule fired, and its prompt is worked on.</summary>
/// <param name="Agent">The agent.</param>
/// <param name="DisplayText">One line for the user.</param>
public sealed record CronFired(AgentId Agent, string DisplayText) : AgentEvent(Agent);

/// <summary>The approval mode changed.</summary>
/// <param name="Agent">The main agent.</param>
/// <param name="Mode">The mode.</param>
public sealed record ApprovalModeChanged(AgentId Agent, ApprovalMode Mode) : AgentEvent(Agent);

/// <summary>The model changed.</summary>
/// <param name="Agent">The main agent.</param>
/// <param name="Model">The model's id.</param>
public sealed record ModelChanged(AgentId Agent, string Model) : AgentEvent(Agent);

/// <summary>A turn ended because the model could not be asked, or its answer made no sense.</summary>
/// <param name="Agent">The agent.</param>
/// <param name="Message">What happened, as <c>[API Error: …]</c>.</param>
/// <param name="Advice">What to do about it; may be empty.</param>
public sealed record TurnFailed(AgentId Agent, string Message, string Advice) : AgentEvent(Agent)
{
    /// <summary>Gets the kind of the model's failure; <c>null</c> if something else failed.</summary>
    public ModelFault? Fault { get; init; }

    /// <summary>Gets what happened, without the brackets of <see cref="Message"/>.</summary>
    /// <value>The default is <see cref="Message"/>.</value>
    public string Cause { get => field ?? Message; init; }
}

/// <summary>Something the user should know that is no part of the conversation, such as a plugin that was left out.</summary>
/// <param name="Agent">The agent.</param>
/// <param name="Text">One or more sentences; no secrets.</param>
public sealed record NoticeRaised(AgentId Agent, string Text) : AgentEvent(Agent);

/// <summary>A run is done: no turn runs and, if runs last that long, no task that it started is unfinished.</summary>
/// <param name="Agent">The main agent.</param>
/// <param name="Outcome">How it went.</param>
public sealed record RunCompleted(AgentId Agent, RunOutcome Outcome) : AgentEvent(Agent)
{
    /// <summary>Gets what the run began with.</summary>
    /// <value>The default is <see cref="RunTrigger.Prompt"/>.</value>
    public RunTrigger Trigger { get; init; }
}

/// <summary>What a run can begin with.</summary>
public enum RunTrigger
{
    /// <summary>A prompt.</summary>
    Prompt,

    /// <summary>The end of a task, or a schedule.</summary>
    Event,
}

/// <summary>The session is over; nothing follows.</summary>
/// <param name="Agent">The main agent.</param>
public sealed record SessionEnded(AgentId Agent) : AgentEvent(Agent);
