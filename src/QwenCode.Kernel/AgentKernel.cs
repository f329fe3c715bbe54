using Microsoft.Extensions.AI;
using Microsoft.Extensions.Logging;
using QwenCode.Agents;
using QwenCode.Conversations;
using QwenCode.Kernel.Agents;
using QwenCode.Hooks;
using QwenCode.Kernel.Conversations;
using QwenCode.Kernel.Sessions;
using QwenCode.Kernel.Tasks;
using QwenCode.Kernel.Tools;
using QwenCode.Models;
using QwenCode.Sessions;
using QwenCode.Tools;
using QwenCode.Tools.Invocation;
using QwenCode.Transcripts;

namespace QwenCode.Kernel;

/// <summary>Runs sessions. One a process is usual: it holds the task registry that all sessions share.</summary>
public sealed class AgentKernel : IAsyncDisposable
{
    private readonly KernelServices _services;

    /// <summary>Creates a kernel.</summary>
    /// <param name="models">The models.</param>
    /// <param name="toolSources">Where tools come from; of several tools with one name the first counts.</param>
    /// <param name="agents">The agent definitions.</param>
    /// <param name="transcripts">Where conversations are kept.</param>
    /// <param name="options">Bounds.</param>
    /// <param name="time">The clock.</param>
    /// <param name="logger">The log.</param>
    /// <param name="invokers">
    /// Returns what makes the invokers of tool calls; asked at the first call. The default, <c>null</c>, runs tools with nothing
    /// around them.
    /// </param>
    /// <exception cref="InvalidOptionsException">A bound makes no sense.</exception>
    public AgentKernel(
        IModelProvider models,
        IEnumerable<IToolSource> toolSources,
        IAgentCatalog agents,
        ITranscriptStore transcripts,
        KernelOptions options,
        TimeProvider time,
        ILogger<AgentKernel> logger,
        Func<IToolInvokerFactory>? invokers = null)
    {
        ArgumentNullException.ThrowIfNull(options);
        options.Validate();
        Tasks = new TaskRegistry(options, time, logger);
        var deferred = new DeferredInvokers(invokers ?? (static () => DirectToolInvoker.Instance));
        _services = new KernelServices(options, Tasks, models, agents, transcripts, [.. toolSources], deferred, time, logger);
    }

    /// <summary>Gets the names of the tools that act on the kernel itself. They need no approval and work inside sessions only.</summary>
    public static IReadOnlyList<string> OwnTools { get; } =
        ["agent", "task_stop", "send_message", "task_list", "cron_create", "cron_list", "cron_delete"];

    /// <summary>Gets the agent definitions.</summary>
    public IAgentCatalog Agents => _services.Agents;

    /// <summary>Gets the registry of all tasks.</summary>
    public TaskRegistry Tasks { get; }

    /// <summary>Opens a session. Nothing is asked of a model before the first prompt.</summary>
    /// <param name="options">What it is opened with.</param>
    /// <param name="frontEnd">What renders it.</param>
    /// <exception cref="InvalidOptionsException">The options make no sense; the message lists every fault.</exception>
    /// <exception cref="ModelException">The model it is to use cannot be used.</exception>
    public ISession OpenSession(SessionOptions options, IFrontEnd frontEnd) => Open(options, frontEnd);

    /// <summary>Opens a session whose calls come from a program instead of a model.</summary>
    /// <param name="options">What it is opened with. What its calls may do is what those of a main agent with these options may.</param>
    /// <param name="frontEnd">What renders it.</param>
    /// <returns>The session. Without a model its tools work, and its agents fail with the reason.</returns>
    /// <exception cref="InvalidOptionsException">The options make no sense; the message lists every fault.</exception>
    public ICallSession OpenCalls(SessionOptions options, IFrontEnd frontEnd)
    {
        ArgumentNullException.ThrowIfNull(options);
        ModelReference model;
        try
        {
            model = ModelOf(options);
        }
        catch (ModelException exception)
        {
            model = MissingModel.Because(exception);
        }

        // A program shows media itself, whatever the model of its agents can take. Documents come as their text.
        return new CallSession(Prepare(options, frontEnd, model, ModelModalities.Image | ModelModalities.Audio));
    }

    /// <summary>Runs an agent for a caller that is no agent itself, in a session of its own that ends with it.</summary>
    /// <param name="options">What the session is opened with. What the agent may do is what a main agent with these options could
    /// give it.</param>
    /// <param name="agent">The name of its definition.</param>
    /// <param name="prompt">Its task.</param>
    /// <param name="frontEnd">What renders the session.</param>
    /// <param name="cancellationToken">Stops the agent and all it started.</param>
    /// <returns>Its report, with <see cref="ToolResult.Error"/> if it did not come to its end.</returns>
    /// <exception cref="ModelException">The model it is to use cannot be used.</exception>
    public async ValueTask<ToolResult> RunAgentAsync(
        SessionOptions options, string agent, string prompt, IFrontEnd frontEnd, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(agent);
        ArgumentException.ThrowIfNullOrWhiteSpace(prompt);
        var session = Open(options, frontEnd);
        await using var owned = session.ConfigureAwait(false);
        var result = await session.LaunchAsync(new AgentRequest(agent, prompt, agent, false) { IsAwaited = true }, cancellationToken)
            .ConfigureAwait(false);
        return result is { Display: AgentDisplay { Status: "failed" }, Error: null }
            ? result with { Error = new ToolError(ToolError.ExecutionFailed, result.Content.ToText()) }
            : result;
    }

    private Session Open(SessionOptions options, IFrontEnd frontEnd)
    {
        ArgumentNullException.ThrowIfNull(options);
        return new Session(Prepare(options, frontEnd, null, null));
    }

    private ModelReference ModelOf(SessionOptions options) =>
        options.Model is { } selector ? _services.Models.Resolve(selector, null) : _services.Models.Default;

    private SessionContext Prepare(SessionOptions options, IFrontEnd frontEnd, ModelReference? model, ModelModalities? shows)
    {
        ArgumentNullException.ThrowIfNull(frontEnd);
        options.Validate();
        var context = new SessionContext(_services, options, frontEnd, model ?? ModelOf(options), shows);
        context.Main.Open(
            History.Of([new HistoryMessage(ChatRole.System, options.SystemPrompt), .. options.StartupMessages, .. options.History]));
        options.Hooks.Open(new HookSession(options.Id.Value, context.Main.Transcript.Path ?? string.Empty, context.Tasks.Notice));
        TaskRecovery.Deliver(context, context.Recovered);
        return context;
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => Tasks.DisposeAsync();

    // What the host registers for this is loaded by the first call that needs it, not by every start.
    private sealed class DeferredInvokers(Func<IToolInvokerFactory> create) : IToolInvokerFactory
    {
        private readonly Lazy<IToolInvokerFactory> _inner = new(create);

        public IToolInvoker Create(ToolCaller main) => _inner.Value.Create(main);
    }
}
