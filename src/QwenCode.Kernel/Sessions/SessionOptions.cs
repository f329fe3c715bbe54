using QwenCode.Agents;
using QwenCode.Checkpoints;
using QwenCode.Conversations;
using QwenCode.Hooks;
using QwenCode.Kernel.Compaction;
using QwenCode.Kernel.Tools;
using QwenCode.Permissions;
using QwenCode.Sessions;
using QwenCode.Tasks;
using QwenCode.Tools;
using QwenCode.Workspaces;

namespace QwenCode.Kernel.Sessions;

/// <summary>What a session is opened with. Complete by default but for where it works.</summary>
public sealed record SessionOptions
{
    /// <summary>Gets the session's id. The default is fresh.</summary>
    public SessionId Id { get; init; } = SessionId.New();

    /// <summary>Gets the directories it works in.</summary>
    public required Workspace Workspace { get; init; }

    /// <summary>Gets the system prompt, rendered.</summary>
    public string SystemPrompt { get; init; } = "You are a helpful agent.";

    /// <summary>Gets the memory text that agents of a definition get behind their own prompt; empty if there is none.</summary>
    public string MemoryText { get; init; } = string.Empty;

    /// <summary>Gets what opens every new conversation, agents' included: the description of the surroundings.</summary>
    public IReadOnlyList<HistoryMessage> StartupMessages { get; init; } = [];

    /// <summary>Gets the earlier conversation to go on with; empty for a new session.</summary>
    public IReadOnlyList<HistoryMessage> History { get; init; } = [];

    /// <summary>Gets the model selector; <c>null</c> is the provider's default.</summary>
    public string? Model { get; init; }

    /// <summary>Gets what runs without being asked about.</summary>
    public ApprovalMode Mode { get; init; } = ApprovalMode.Default;

    /// <summary>
    /// Gets the models that take over, in this order, when one is overloaded or cannot be reached. The next prompt begins with the first
    /// model again.
    /// </summary>
    /// <value>The default is none.</value>
    public IReadOnlyList<string> FallbackModels { get; init; } = [];

    /// <summary>Gets how many calls the main agent may make, those of its agents not counted; <c>null</c> is no bound.</summary>
    /// <value>The default is no bound.</value>
    public int? MaxToolCalls { get; init; }

    /// <summary>Gets how many requests the main agent may make; negative is no bound.</summary>
    public int MaxTurns { get; init; } = -1;

    /// <summary>Gets whether <see cref="PermissionRequested"/> is answered. If not, what needs asking is denied.</summary>
    public bool CanAskUser { get; init; }

    /// <summary>
    /// Gets whether ends of tasks that an earlier process left undelivered wait for the first prompt also if a run is a turn: a session
    /// that is opened to be looked at then does nothing by itself.
    /// </summary>
    /// <value>The default is <c>false</c>.</value>
    public bool HoldsEarlierEnds { get; init; }

    /// <summary>Gets what a run is: with <see cref="RunBoundary.Whole"/> a prompt is done when its tasks are, too.</summary>
    public RunBoundary Boundary { get; init; } = RunBoundary.Whole;

    /// <summary>Gets the permission policy.</summary>
    /// <value>The default has no rules: a call needs approval if its tool says so, and auto-edit spares no question.</value>
    public IPermissionPolicy Policy { get; init; } = ConsentPolicy.Instance;

    /// <summary>
    /// Gets permission rules of agents by the names of their definitions, beside those in the definitions. Each narrows further.
    /// </summary>
    /// <value>The default is none.</value>
    public IReadOnlyDictionary<string, IReadOnlyList<AgentPermissions>> AgentPermissions { get; init; } =
        new Dictionary<string, IReadOnlyList<AgentPermissions>>();

    /// <summary>
    /// Gets tools that are refused in this surface although rules allow them, by name, with the rule to name; for plain headless
    /// runs.
    /// </summary>
    public IReadOnlyDictionary<string, string> WithheldTools { get; init; } = new Dictionary<string, string>();

    /// <summary>Gets further tools of this session alone, such as those an SDK host serves.</summary>
    /// <remarks>A source that can be disposed is, when the session has ended.</remarks>
    public IReadOnlyList<IToolSource> ToolSources { get; init; } = [];

    /// <summary>Gets the hooks.</summary>
    public IHookRunner Hooks { get; init; } = NoHooks.Instance;

    /// <summary>
    /// Gets whether hooks run when the session begins and ends, as they do for conversations with a user. The default is
    /// no.
    /// </summary>
    public bool IsConversation { get; init; }

    /// <summary>Gets what keeps the files that calls change, so that it can be undone; disposed of with the session.</summary>
    /// <value>The default is <c>null</c>: nothing is kept.</value>
    public ICheckpoints? Checkpoints { get; init; }

    /// <summary>Gets the task journal; <c>null</c> keeps none.</summary>
    public ITaskJournal? Journal { get; init; }

    /// <summary>Gets what the model is reminded of with the first prompt, such as what became of an earlier run of the session.</summary>
    /// <value>The default is <c>null</c>: nothing.</value>
    public string? OpeningReminder { get; init; }

    /// <summary>Gets the bounds of tool results.</summary>
    public ToolLimits ToolLimits { get; init; } = ToolLimits.Default;

    /// <summary>Gets the editor's view of files, if a client serves one.</summary>
    public IClientFiles? ClientFiles { get; init; }

    /// <summary>Gets the editor's terminals, if commands that the user sees run there.</summary>
    public IClientTerminals? ClientTerminals { get; init; }

    /// <summary>Gets the user's settings, for tools.</summary>
    public Func<string, string?> Setting { get; init; } = static _ => null;

    /// <summary>Gets how the MCP servers stand.</summary>
    public Func<IReadOnlyList<McpServerStatus>> McpServers { get; init; } = static () => [];

    /// <summary>
    /// Gets what brings the tools of the servers that an agent's definition names; <c>null</c> if there is nothing to bring and nothing to
    /// say. It is disposed with the agent if it can be.
    /// </summary>
    /// <value>The default brings nothing.</value>
    public Func<AgentServers, IToolSource?> OpenServers { get; init; } = static _ => null;

    /// <summary>
    /// Gets whether a turn of the main agent ends when its model goes round in circles (<c>model.skipLoopDetection</c> false). The
    /// default is no.
    /// </summary>
    public bool DetectsLoops { get; init; }

    /// <summary>Gets when old tool results are taken out of the main agent's conversation. The default never does.</summary>
    public StaleResultOptions StaleResults { get; init; } = StaleResultOptions.Never;

    /// <summary>Gets when and how the conversations of the session are compacted.</summary>
    /// <value>The default begins at seven tenths of the window.</value>
    public CompactionOptions Compaction { get; init; } = new();

    /// <summary>
    /// Gets what a scheduled prompt stands for, such as a command's text for the command. The default changes nothing; what is
    /// sent to a session was expanded by who sent it.
    /// </summary>
    public Func<string, string> ExpandPrompt { get; init; } = static prompt => prompt;

    /// <summary>Gets whether scheduled prompts are offered (<c>experimental.cron</c>). The default is no.</summary>
    public bool EnableCron { get; init; }

    /// <summary>Checks that the options make sense.</summary>
    /// <exception cref="InvalidOptionsException">They do not; the message lists every fault.</exception>
    internal void Validate() => new OptionFaults()
        .NotEmpty(nameof(Id), Id.Value)
        .NotEmpty(nameof(Workspace), Workspace)
        .Require(SystemPrompt is not null, $"{nameof(SystemPrompt)} is null; it can be empty.")
        .NotEmpty(nameof(StartupMessages), StartupMessages)
        .NotEmpty(nameof(History), History)
        .NotEmpty(nameof(Policy), Policy)
        .NotEmpty(nameof(WithheldTools), WithheldTools)
        .NotEmpty(nameof(ToolSources), ToolSources)
        .NotEmpty(nameof(Hooks), Hooks)
        .NotEmpty(nameof(ToolLimits), ToolLimits)
        .NotEmpty(nameof(StaleResults), StaleResults)
        .AtLeast($"{nameof(StaleResults)}.{nameof(StaleResultOptions.Keep)}", StaleResults?.Keep ?? 0, 0)
        .Require(!(StaleResults?.Age < TimeSpan.Zero),
            $"{nameof(StaleResults)}.{nameof(StaleResultOptions.Age)} is {StaleResults?.Age}; it must not be negative.")
        .Require(Compaction?.Threshold is >= 0 and <= 1,
            $"{nameof(Compaction)}.{nameof(CompactionOptions.Threshold)} is {Compaction?.Threshold}; it must lie between 0 and 1.")
        .ThrowIfAny();
}

/// <summary>When the work on a prompt counts as done.</summary>
public enum RunBoundary
{
    /// <summary>When its turn has ended and every task it started has been reported; the next prompt waits until then.</summary>
    Whole,

    /// <summary>When its turn has ended; notifications lead to turns of their own whenever they come.</summary>
    Turn,
}
