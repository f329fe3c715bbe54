using QwenCode.Hooks;
using QwenCode.Kernel.Sessions;
using QwenCode.Permissions;
using QwenCode.Sessions;
using QwenCode.Tools;

namespace QwenCode.Hosting;

/// <summary>What a front end wants of a session.</summary>
public sealed record SessionRequest
{
    /// <summary>Gets the id of the new session; <c>null</c> makes one.</summary>
    public SessionId? Id { get; init; }

    /// <summary>Gets the session to go on with; <c>null</c> starts a new one.</summary>
    public SessionId? Resume { get; init; }

    /// <summary>Gets the approval mode; <c>null</c> leaves it to the settings.</summary>
    public ApprovalMode? Mode { get; init; }

    /// <summary>Gets how many requests the main agent may make; <c>null</c> leaves it to the settings, negative is no bound.</summary>
    public int? MaxTurns { get; init; }

    /// <summary>Gets how many calls the main agent may make, those of its agents not counted; <c>null</c> is no bound.</summary>
    public int? MaxToolCalls { get; init; }

    /// <summary>Gets whether the user answers questions about calls.</summary>
    public bool CanAskUser { get; init; }

    /// <summary>Gets whether tools that could never be approved are left out, as plain headless runs do.</summary>
    public bool WithholdUnapprovable { get; init; }

    /// <summary>Gets whether this is a conversation with a user, whose beginning and end run hooks.</summary>
    public bool IsConversation { get; init; }

    /// <summary>Gets when a prompt counts as done.</summary>
    public RunBoundary Boundary { get; init; } = RunBoundary.Whole;

    /// <summary>Gets whether ends of tasks that an earlier process left undelivered wait for the first prompt.</summary>
    /// <value>The default is <c>false</c>; with <see cref="RunBoundary.Whole"/> they wait in any case.</value>
    public bool HoldsEarlierEnds { get; init; }

    /// <summary>
    /// Gets the MCP servers of this session, with those that its client brings; <see cref="SessionFactory.CreateServers"/> makes them. The
    /// default, <c>null</c>, has those of the settings alone.
    /// </summary>
    /// <remarks>They end with the session. If no session is opened, who made them disposes them.</remarks>
    public SessionMcpServers? Servers { get; init; }

    /// <summary>Gets further tools of this session alone. A source that can be disposed is, when the session has ended.</summary>
    public IReadOnlyList<IToolSource> ToolSources { get; init; } = [];

    /// <summary>Gets tools that this session does not offer, by name, with the reason to name.</summary>
    public IReadOnlyDictionary<string, string> WithheldTools { get; init; } = new Dictionary<string, string>();

    /// <summary>Gets the editor's view of files, if a client serves one.</summary>
    public IClientFiles? ClientFiles { get; init; }

    /// <summary>Gets the editor's terminals, if commands that the user sees run there.</summary>
    public IClientTerminals? ClientTerminals { get; init; }

    /// <summary>
    /// Gets what a scheduled prompt stands for, if the front end has commands of its own. The default changes nothing.
    /// </summary>
    public Func<string, string> ExpandPrompt { get; init; } = static prompt => prompt;

    /// <summary>Gets hooks of this session alone. They run behind those of the settings.</summary>
    /// <value>The default is none. Those of <c>disableAllHooks</c> are none, too.</value>
    public IReadOnlyList<HookEntry> Hooks { get; init; } = [];

    /// <summary>Gets how MCP servers of this session alone stand; they are listed behind those of the settings.</summary>
    public Func<IReadOnlyList<McpServerStatus>>? McpServers { get; init; }
}
