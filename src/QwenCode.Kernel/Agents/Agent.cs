using Microsoft.Extensions.AI;
using QwenCode.Agents;
using QwenCode.Conversations;
using QwenCode.Kernel.Compaction;
using QwenCode.Kernel.Conversations;
using QwenCode.Kernel.Sessions;
using QwenCode.Kernel.Tasks;
using QwenCode.Kernel.Tools;
using QwenCode.Kernel.Turns;
using QwenCode.Models;
using QwenCode.Permissions;
using QwenCode.Sessions;
using QwenCode.Tasks;
using QwenCode.Tools;
using QwenCode.Tools.Invocation;
using QwenCode.Transcripts;

namespace QwenCode.Kernel.Agents;

/// <summary>
/// One agent: its conversation, what it may do, what it has spent. The main agent and every agent below it are of this one
/// kind. Its conversation is touched only by the loop that runs it.
/// </summary>
internal sealed class Agent : IAsyncDisposable
{
    private ModelReference _model;
    private ChatOptions? _options;
    private ReasoningEffort? _effort;
    private long _totalTokens;
    private int _toolUses;
    private int _foreground;
    private long _started;
    private ToolSet? _frozen;
    private IToolInvoker? _invoker;
    private List<string>? _unanswered;
    private ContextGauge? _gauge;

    /// <param name="session">The session that the agent belongs to.</param>
    /// <param name="id">Its id, unique in the session.</param>
    /// <param name="parent">The agent that launched it; <c>null</c> for the main agent.</param>
    /// <param name="model">The model it begins with.</param>
    /// <param name="transcript">Where its conversation is kept; disposed of with the agent.</param>
    public Agent(SessionContext session, AgentId id, Agent? parent, ModelReference model, ITranscript transcript)
    {
        Session = session;
        Id = id;
        Parent = parent;
        Depth = parent is null ? 0 : parent.Depth + 1;
        _model = model;
        Transcript = transcript;
        Tasks = new TaskOwner(id, Inbox, parent?.Tasks);
        _started = session.Time.GetTimestamp();
    }

    /// <summary>Gets what all agents of the session share.</summary>
    public SessionContext Session { get; }

    /// <summary>Gets the id, which is also the id of the background task that the agent is.</summary>
    public AgentId Id { get; }

    /// <summary>Gets the agent that launched this one; <c>null</c> for the main agent.</summary>
    public Agent? Parent { get; }

    /// <summary>
    /// Gets how many agents are above this one: 0 for the main agent. Bounded by <see cref="KernelOptions.MaxAgentDepth"/>.
    /// </summary>
    public int Depth { get; }

    /// <summary>Gets the definition's name, <c>fork</c>, or <c>main</c>.</summary>
    public string Type { get; init; } = "main";

    /// <summary>Gets the call that launched the agent.</summary>
    public string? CallId { get; init; }

    /// <summary>Gets whether the agent is a fork or runs below one; a fork launches no forks.</summary>
    public bool IsInsideFork { get; init; }

    /// <summary>Gets whether no caller waits for the agent, so that no question can be asked on its behalf.</summary>
    public bool IsBackground { get; init; }

    /// <summary>Gets the media that the agent takes; <c>null</c> if those are its model's.</summary>
    public ModelModalities? Takes { get; init; }

    /// <summary>Gets whether the user talks to this agent.</summary>
    public bool IsMain => Parent is null;

    /// <summary>Gets which tools the agent has; never more than its parent.</summary>
    public required ToolAccess Access { get; init; }

    /// <summary>Gets what brings the tools of the agent's own servers; <c>null</c> if it has none.</summary>
    public IToolSource? Servers { get; init; }

    /// <summary>Gets the rules that the agent's calls are judged by; never wider than those of its parent.</summary>
    public required IPermissionPolicy Policy { get; init; }

    /// <summary>Gets the record of the conversation. What is appended here is not read back: the history is in memory.</summary>
    public ITranscript Transcript { get; }

    /// <summary>Gets what is kept beside the record; <c>null</c> for the main agent.</summary>
    public AgentTranscriptInfo? Record { get; init; }

    /// <summary>Gets or sets how the agent ended. One that never began was cancelled.</summary>
    public TaskEndReason End { get; set; } = TaskEndReason.Cancelled;

    /// <summary>Gets what waits for the agent's next turn: messages of its parent and ends of its tasks.</summary>
    public Inbox Inbox { get; } = new();

    /// <summary>Gets the tasks that the agent started. They are stopped when it ends.</summary>
    public TaskOwner Tasks { get; }

    /// <summary>Gets or sets the task that the agent is, if it is one.</summary>
    public TaskEntry? Task { get; set; }

    /// <summary>Gets what notices that the model goes round in circles; <c>null</c> if nothing looks.</summary>
    public LoopDetector? Loops { get; init; }

    /// <summary>Gets or sets when the model last answered, as a timestamp; 0 before it has.</summary>
    public long LastAnswered { get; set; }

    /// <summary>Gets the bounds of turns, time, tokens and calls. The default sets none; the main agent has none.</summary>
    public AgentBudget Budget { get; init; } = AgentBudget.None;

    /// <summary>Gets or sets what runs without being asked about. Set by the session for the main agent, fixed for others.</summary>
    public ApprovalMode Mode { get; set; }

    /// <summary>Gets or sets the mode to go back to when a plan is accepted.</summary>
    public ApprovalMode ModeBeforePlan { get; set; } = ApprovalMode.Default;

    /// <summary>Gets the conversation as it is sent. Immutable: appending replaces it.</summary>
    public History History { get; private set; } = History.Empty;

    /// <summary>Gets how many requests were sent to the model.</summary>
    public int Turns { get; private set; }

    /// <summary>Gets or sets the model of the next request; <see cref="ModelOverride"/> comes first. Set from any thread.</summary>
    public ModelReference Model
    {
        get => ModelOverride ?? Volatile.Read(ref _model);
        set => Volatile.Write(ref _model, value);
    }

    /// <summary>Gets or sets the model for the rest of what the agent is working on.</summary>
    public ModelReference? ModelOverride { get; set; }

    /// <summary>Gets or sets whether the last answer stays in the conversation as far as it came.</summary>
    public bool IsAnswerCut { get; set; }

    /// <summary>Gets or sets how many of <see cref="SessionOptions.FallbackModels"/> have been tried.</summary>
    public int FallbacksTried { get; set; }

    /// <summary>Gets or sets how hard the model is to think; <c>null</c> leaves it to the model's settings. Set from any thread.</summary>
    public ReasoningEffort? Effort { get; set; }

    /// <summary>Gets how long the agent has waited for its model.</summary>
    public TimeSpan ModelTime { get; private set; }

    /// <summary>Gets whether a question about a call can reach the user. If not, what needs asking is denied.</summary>
    public bool CanAskUser => Session.Options.CanAskUser && !IsBackground;

    /// <summary>Gets how many calls got their results.</summary>
    public int ToolUses => Volatile.Read(ref _toolUses);

    /// <summary>Gets what the agent has spent since <see cref="Begin"/>.</summary>
    public TaskStats Stats => new(Interlocked.Read(ref _totalTokens), Volatile.Read(ref _toolUses), Session.Time.GetElapsedTime(_started));

    /// <summary>Gets the agent as its invoker and its tools see it.</summary>
    public AgentCaller Caller => field ??= new AgentCaller(this);

    /// <summary>Gets the agent's model for questions outside its conversation.</summary>
    public AgentModelClient ModelClient => field ??= new AgentModelClient(this);

    /// <summary>Gets how full the model's window is.</summary>
    public ContextGauge Gauge => _gauge ??= new ContextGauge(this);

    /// <summary>Gets what invokes the agent's calls; made at its first call.</summary>
    public IToolInvoker Invoker => _invoker ?? CreateInvoker();

    /// <summary>Returns the rule that forbids a tool altogether, or <c>null</c>.</summary>
    public string? FindBan(string toolName) =>
        Session.Options.WithheldTools.TryGetValue(toolName, out var rule) ? rule : Policy.FindBan(toolName);

    /// <summary>Returns a setting for the agent's tools.</summary>
    /// <remarks>A rule that forbids an agent to fetch forbids it to its commands, too, if something can hold them to it.</remarks>
    public string? SettingOf(string key) =>
        key is "tools.sandboxNetwork" && Policy.FindBan("web_fetch") is not null ? "false" : Session.Options.Setting(key);

    /// <summary>Returns the tools that are offered now: during a turn those that it began with.</summary>
    public ToolSet OfferedTools() => _frozen ?? Access.Current();

    /// <summary>Keeps the offered tools as they are until the returned value is disposed of.</summary>
    public FrozenTools FreezeTools()
    {
        _frozen = Access.Current();
        return new FrozenTools(this);
    }

    /// <summary>Returns the options of the next request. They are the same object as long as nothing in them changes.</summary>
    public ChatOptions OptionsFor(ToolSet tools)
    {
        var model = Model;
        var effort = Effort;
        if (_options is null || !ReferenceEquals(_options.Tools, tools) || _options.ModelId != model.Id || _effort != effort)
        {
            _options = model.Options?.Clone() ?? new ChatOptions();
            _options.ModelId = model.Id;
            _options.Tools = tools;
            _effort = effort;
            if (effort is not null)
            {
                _options.Reasoning = new ReasoningOptions { Effort = effort };
            }
        }

        return _options;
    }

    /// <summary>Turns to the next fallback model, if the fault is one that another model may not have.</summary>
    /// <param name="exception">Why the model did not answer.</param>
    /// <returns>Whether there is one; it then stays the agent's model, that of the main agent until its next prompt.</returns>
    public bool TryFallBack(ModelException exception)
    {
        // That a fallback does not exist is no reason to leave out those behind it.
        if (exception.Fault is not (ModelFault.RateLimited or ModelFault.ServerError or ModelFault.Unreachable or ModelFault.Timeout)
            && !(exception.Fault is ModelFault.NotFound && FallbacksTried > 0))
        {
            return false;
        }

        var models = Session.Options.FallbackModels;
        while (FallbacksTried < models.Count)
        {
            var (failed, selector) = (Model, models[FallbacksTried++]);
            try
            {
                var next = Session.Models.Resolve(selector, failed);
                if (next != failed)
                {
                    ModelOverride = next;
                    Session.Tasks.Notice($"The model '{failed.Id}' does not answer, and '{next.Id}' takes over: {exception.Message}");
                    return true;
                }
            }
            catch (ModelException unusable)
            {
                Session.Tasks.Notice($"The fallback model '{selector}' cannot be used: {unusable.Message}");
            }
        }

        return false;
    }

    /// <summary>Replaces the conversation.</summary>
    public void Open(History history)
    {
        History = history;
        _gauge?.Reset();
    }

    /// <summary>Adds a message that is in the transcript already, or is not to be.</summary>
    public void Append(HistoryMessage message) => History = History.Append(message);

    /// <summary>Restarts the clock that <see cref="Stats"/> and the budget go by, when the agent begins to run.</summary>
    public void Begin() => _started = Session.Time.GetTimestamp();

    /// <summary>Takes a message of the user's role into the conversation and its record.</summary>
    public void Accept(UserEntry entry)
    {
        Append(entry.Message);
        Transcript.Append(entry);
    }

    /// <summary>Notes that the conversation holds the end of a task that the model has not answered to yet.</summary>
    public void AwaitAnswer(string task) => (_unanswered ??= []).Add(task);

    /// <summary>Journals that the model has answered to all that the conversation holds.</summary>
    public void Answered()
    {
        if (_unanswered is { Count: > 0 } answered)
        {
            _unanswered = null;
            answered.ForEach(Session.Tasks.Answered);
        }
    }

    /// <summary>Counts a request to the model, before it is sent.</summary>
    public void CountTurn() => Turns++;

    /// <summary>Adds the time from a request to the end of its answer.</summary>
    public void CountModelTime(TimeSpan time) => ModelTime += time;

    /// <summary>Adds the tokens of an answer; input and output if the provider gives no total. Counts toward the budget.</summary>
    public void CountTokens(UsageDetails? usage)
    {
        if (usage is not null)
        {
            Interlocked.Add(ref _totalTokens, usage.TotalTokenCount ?? (usage.InputTokenCount ?? 0) + (usage.OutputTokenCount ?? 0));
        }
    }

    /// <summary>Counts the foreground agents that run below this one.</summary>
    public int CountForeground(int change) => Interlocked.Add(ref _foreground, change);

    /// <summary>Counts a call that got its result. Called from parallel calls.</summary>
    public void CountToolUse() => Interlocked.Increment(ref _toolUses);

    /// <summary>Returns which bound is reached, if one is.</summary>
    public TaskEndReason? Exhausted()
    {
        if (Budget.MaxTurns is { } turns && Turns >= turns)
        {
            return TaskEndReason.MaxTurns;
        }

        if (Budget.MaxDuration is { } duration && Session.Time.GetElapsedTime(_started) >= duration)
        {
            return TaskEndReason.Timeout;
        }

        if (Budget.MaxTokens is { } tokens && Interlocked.Read(ref _totalTokens) >= tokens)
        {
            return TaskEndReason.MaxTokens;
        }

        return Budget.MaxToolCalls is { } calls && Volatile.Read(ref _toolUses) >= calls ? TaskEndReason.MaxToolCalls : null;
    }

    /// <summary>Notes that the agent is alive.</summary>
    public void Touch() => Task?.Touch(Session.Time.GetTimestamp());

    /// <summary>
    /// Raises an event. What a background agent does is in its transcript and in the registry; it is not shown as it happens.
    /// </summary>
    public void Raise(AgentEvent agentEvent)
    {
        if (!IsBackground)
        {
            Session.Events.Raise(CallId is null ? agentEvent : agentEvent with { ParentCallId = CallId });
        }
    }

    /// <summary>Closes the record of an agent that ended, or never began. Does not throw.</summary>
    public async ValueTask DisposeAsync()
    {
        if (Servers is IAsyncDisposable servers)
        {
            await servers.DisposeAsync().ConfigureAwait(false);
        }

        try
        {
            await Transcript.DisposeAsync().ConfigureAwait(false);
            if (Record is not null)
            {
                Session.Transcripts.EndAgent(Session.Id, Record, TaskRegistry.StateOf(End));
            }
        }
        catch (Exception exception)
        {
            // An agent's result is worth as much without its record.
            Session.Tasks.Notice($"The transcript of {Id} is incomplete: {exception.Message}");
        }
    }

    private IToolInvoker CreateInvoker()
    {
        var made = IsMain ? Session.Invokers.Create(Caller) : Session.Main.Invoker.CreateFor(Caller);
        return Interlocked.CompareExchange(ref _invoker, made, null) ?? made;
    }

    /// <summary>Ends the freezing of an agent's tools.</summary>
    internal readonly struct FrozenTools(Agent agent) : IDisposable
    {
        public void Dispose() => agent._frozen = null;
    }
}
