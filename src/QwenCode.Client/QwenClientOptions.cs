using System.Text.Json;
using Microsoft.Extensions.AI;

namespace QwenCode.Client;

/// <summary>How the program is started, and what the host brings to the session.</summary>
public sealed record QwenClientOptions
{
    /// <summary>Gets the program: a path, or a name that is looked up in <c>PATH</c>.</summary>
    /// <value>The default is <c>qwen</c>.</value>
    public string Program { get; init; } = "qwen";

    /// <summary>Gets further arguments, as on the command line.</summary>
    /// <value>The default is none.</value>
    public IReadOnlyList<string> Arguments { get; init; } = [];

    /// <summary>Gets the directory of the project.</summary>
    /// <value>The default, <c>null</c>, is the current one.</value>
    public string? WorkingDirectory { get; init; }

    /// <summary>Gets variables beside those of this process; <c>null</c> takes one away.</summary>
    /// <value>The default is none. Keys belong here rather than into <see cref="Arguments"/>, which every process can read.</value>
    public IReadOnlyDictionary<string, string?> Environment { get; init; } = new Dictionary<string, string?>();

    /// <summary>Gets the model.</summary>
    /// <value>The default, <c>null</c>, leaves it to the settings.</value>
    public string? Model { get; init; }

    /// <summary>Gets how hard the model is to think: <c>none</c>, <c>low</c>, <c>medium</c>, <c>high</c> or <c>max</c>.</summary>
    /// <value>The default, <c>null</c>, leaves it to the settings.</value>
    public string? Effort { get; init; }

    /// <summary>Gets what runs without asking: <c>plan</c>, <c>default</c>, <c>auto-edit</c> or <c>yolo</c>.</summary>
    /// <value>The default, <c>null</c>, leaves it to the settings.</value>
    public string? ApprovalMode { get; init; }

    /// <summary>Gets a system prompt instead of the built-in one.</summary>
    /// <value>The default is <c>null</c>.</value>
    public string? SystemPrompt { get; init; }

    /// <summary>Gets what is appended to the system prompt.</summary>
    /// <value>The default is <c>null</c>.</value>
    public string? AppendSystemPrompt { get; init; }

    /// <summary>Gets permission rules that allow, such as <c>Bash(git status)</c>.</summary>
    /// <value>The default is none.</value>
    public IReadOnlyList<string> AllowedTools { get; init; } = [];

    /// <summary>Gets permission rules that deny.</summary>
    /// <value>The default is none.</value>
    public IReadOnlyList<string> ExcludedTools { get; init; } = [];

    /// <summary>Gets how many requests to the model the session may make.</summary>
    /// <value>The default, <c>null</c>, leaves it to the settings.</value>
    public int? MaxTurns { get; init; }

    /// <summary>Gets the id of a recorded session to go on with.</summary>
    /// <value>The default, <c>null</c>, begins a new one.</value>
    public Guid? Resume { get; init; }

    /// <summary>Gets whether answers are also told piece by piece, as <see cref="DeltaMessage"/>s.</summary>
    /// <value>The default is <c>false</c>.</value>
    public bool IncludePartialMessages { get; init; }

    /// <summary>Gets what decides about a call that needs approval. Called for one call after another.</summary>
    /// <value>The default, <c>null</c>, refuses every one.</value>
    public Func<ToolRequest, CancellationToken, ValueTask<ToolDecision>>? DecideAsync { get; init; }

    /// <summary>Gets how long <see cref="DecideAsync"/> may take; then the call is refused.</summary>
    /// <value>The default is 60 s.</value>
    public TimeSpan DecisionTimeout { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>Gets tools that run in this process. The model sees them as <c>mcp__host__NAME</c>, and none of them asks.</summary>
    /// <value>The default is none.</value>
    public IReadOnlyList<AIFunction> Tools { get; init; } = [];

    /// <summary>Gets hooks that run in this process.</summary>
    /// <value>The default is none.</value>
    public IReadOnlyList<ClientHook> Hooks { get; init; } = [];

    /// <summary>Gets agents of the session alone. They come before those of the project and the user that have the same name.</summary>
    /// <value>The default is none.</value>
    public IReadOnlyList<ClientAgent> Agents { get; init; } = [];

    /// <summary>Gets the MCP servers of the session, by name, with the members of <c>mcpServers</c> in settings.</summary>
    /// <value>The default is none.</value>
    public IReadOnlyDictionary<string, JsonElement> McpServers { get; init; } = new Dictionary<string, JsonElement>();

    /// <summary>Gets what takes every message of the program, also those between two prompts. Called in order.</summary>
    /// <value>The default is <c>null</c>.</value>
    public Action<QwenMessage>? OnMessage { get; init; }

    /// <summary>Gets what takes the lines that the program writes to standard error.</summary>
    /// <value>The default, <c>null</c>, keeps the last of them for error messages.</value>
    public Action<string>? OnErrorLine { get; init; }

    /// <summary>Gets how long the program may take to answer the handshake.</summary>
    /// <value>The default is 60 s.</value>
    public TimeSpan StartTimeout { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>Gets how long the program may take to end when the client is disposed of; then it is killed.</summary>
    /// <value>The default is 10 s.</value>
    public TimeSpan EndTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Returns the name of the type alone: the members hold keys.</summary>
    public override string ToString() => nameof(QwenClientOptions);
}
