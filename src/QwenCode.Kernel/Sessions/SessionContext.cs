using QwenCode.Agents;
using QwenCode.Kernel.Agents;
using QwenCode.Kernel.Cron;
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

namespace QwenCode.Kernel.Sessions;

/// <summary>What all agents of one session share. Complete when it is constructed.</summary>
internal sealed class SessionContext
{
    private readonly KernelServices _kernel;
    private int _hasToldForeignCalls;
    private bool _hasReminded;

    /// <summary>Creates the context of a session, its main agent included.</summary>
    /// <param name="kernel">What all sessions share.</param>
    /// <param name="options">What the session is opened with.</param>
    /// <param name="frontEnd">What renders it.</param>
    /// <param name="model">The model of its main agent.</param>
    /// <param name="shows">What the main agent takes beside text; <c>null</c> if that is what its model takes.</param>
    public SessionContext(
        KernelServices kernel, SessionOptions options, IFrontEnd frontEnd, ModelReference model, ModelModalities? shows = null)
    {
        (_kernel, Options) = (kernel, options);
        Events = new EventHub(frontEnd, kernel.Logger);
        Permissions = new PermissionBroker(Events);
        Tasks = new SessionTasks(options.Id, options.Journal, text => Events.Raise(new NoticeRaised(AgentId.Main, text)), Events.Raise);
        Recovered = options.Journal?.Recover() ?? [];
        if (options.History.Count > 0)
        {
            Recovered = [.. Recovered, .. TaskRecovery.FindOthers(kernel.Transcripts, options.Id, Recovered)];
        }

        EarlierTasks = Recovered.Select(static task => task.Task.Id).ToHashSet(StringComparer.Ordinal);
        ToolSources = [.. kernel.ToolSources, .. options.ToolSources];
        Calls = new CallRunner(kernel.Options);
        Turns = new TurnLoop(new ToolScheduler(Calls, kernel.Options));
        Launcher = new AgentLauncher(this, new AgentRunner(Turns));
        Main = new Agent(this, AgentId.Main, null, model, kernel.Transcripts.Open(options.Id))
        {
            Access = new SessionToolAccess([new KernelToolSource(this), .. ToolSources], name => Main!.FindBan(name) is null),
            Policy = options.Policy,
            Mode = options.Mode,
            Takes = shows,
            Budget = new AgentBudget(MaxToolCalls: options.MaxToolCalls),
            Loops = options.DetectsLoops ? new LoopDetector() : null,
        };
        Cron = options.EnableCron ? new CronSchedule(Main.Inbox, kernel.Time) : null;
    }

    /// <summary>Gets what the session was opened with.</summary>
    public SessionOptions Options { get; }

    /// <summary>Gets the session's id, which transcripts and the task journal are named after.</summary>
    public SessionId Id => Options.Id;

    /// <summary>Gets the bounds that all sessions share.</summary>
    public KernelOptions Kernel => _kernel.Options;

    /// <summary>Gets the tasks of all sessions of the process.</summary>
    public TaskRegistry Registry => _kernel.Registry;

    /// <summary>Gets the models that selectors are resolved with.</summary>
    public IModelProvider Models => _kernel.Models;

    /// <summary>Gets the agent definitions.</summary>
    public IAgentCatalog Agents => _kernel.Agents;

    /// <summary>Gets where conversations are kept.</summary>
    public ITranscriptStore Transcripts => _kernel.Transcripts;

    /// <summary>Gets what makes the invoker of the main agent; those of others are made from it.</summary>
    public IToolInvokerFactory Invokers => _kernel.Invokers;

    /// <summary>Gets the clock; nothing in the kernel reads another.</summary>
    public TimeProvider Time => _kernel.Time;

    /// <summary>Gets the way to the front end.</summary>
    public EventHub Events { get; }

    /// <summary>Gets what the session has used so far.</summary>
    public SessionStatistics Statistics { get; } = new();

    /// <summary>Gets the questions that wait for the user.</summary>
    public PermissionBroker Permissions { get; }

    /// <summary>Gets the session's side of its tasks: journal, notices and events.</summary>
    public SessionTasks Tasks { get; }

    /// <summary>Gets the tasks of earlier processes, as the journal has them.</summary>
    public IReadOnlyList<JournaledTask> Recovered { get; }

    /// <summary>
    /// Gets the ids of tasks of earlier processes. Some providers number calls anew in every process, and one id must not mean two
    /// tasks.
    /// </summary>
    public IReadOnlySet<string> EarlierTasks { get; }

    /// <summary>Gets where tools come from, beside the kernel itself.</summary>
    public IReadOnlyList<IToolSource> ToolSources { get; }

    /// <summary>Gets what runs single calls.</summary>
    public CallRunner Calls { get; }

    /// <summary>Gets the turn loop of all agents.</summary>
    public TurnLoop Turns { get; }

    /// <summary>Gets what launches agents.</summary>
    public AgentLauncher Launcher { get; }

    /// <summary>Gets the scheduled prompts; <c>null</c> if they are switched off.</summary>
    public CronSchedule? Cron { get; }

    /// <summary>Gets the agent the user talks to.</summary>
    public Agent Main { get; }

    /// <summary>Notifies the user, once, that a model's client runs functions of its own.</summary>
    public void ReportForeignCalls(IReadOnlyList<string> names)
    {
        if (names.Count > 0 && Interlocked.Exchange(ref _hasToldForeignCalls, 1) == 0)
        {
            Tasks.Notice($"The model's client runs functions of its own ({string.Join(", ", names.Distinct())}). They run in the "
                + "client, outside the permission rules, hooks and limits of this session.");
        }
    }

    /// <summary>Gets or sets whether ends that an earlier process left undelivered wait for the first prompt, which has not come.</summary>
    public bool HoldsEnds
    {
        get => field && Options.HoldsEarlierEnds;
        set;
    } = true;

    /// <summary>Returns what the model is to be reminded of with the first prompt, once.</summary>
    public string? TakeOpeningReminder() => Interlocked.Exchange(ref _hasReminded, true) ? null : Options.OpeningReminder;

    /// <summary>Sets the approval mode, also for the turn that runs.</summary>
    public void SetMode(ApprovalMode mode)
    {
        // Whoever asks for it: a folder that is not trusted gets no mode that asks less.
        mode = mode is ApprovalMode.AutoEdit or ApprovalMode.Yolo && !Options.Workspace.IsTrusted ? ApprovalMode.Default : mode;
        if (mode is ApprovalMode.Plan && Main.Mode is not ApprovalMode.Plan)
        {
            Main.ModeBeforePlan = Main.Mode;
        }

        Main.Mode = mode;
        Events.Raise(new ApprovalModeChanged(Main.Id, mode));
    }

    /// <summary>Sets an agent's model for the rest of what it is working on; an empty selector takes that back.</summary>
    public void OverrideModel(Agent agent, string selector)
    {
        try
        {
            agent.ModelOverride = selector.Length == 0 ? null : Models.Resolve(selector, agent.Model);
        }
        catch (ModelException exception)
        {
            Tasks.Notice($"The model '{selector}' that a tool asked for cannot be used: {exception.Message}");
        }
    }
}
