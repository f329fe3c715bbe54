using Microsoft.Extensions.AI;
using QwenCode.Agents;
using QwenCode.Conversations;
using QwenCode.Definitions.Context;
using QwenCode.Definitions.Prompts;
using QwenCode.Kernel;
using QwenCode.Hooks;
using QwenCode.Permissions;
using QwenCode.Kernel.Compaction;
using QwenCode.Kernel.Sessions;
using QwenCode.Sessions;
using QwenCode.Storage.Checkpoints;
using QwenCode.Storage.Tasks;
using QwenCode.Tools;
using QwenCode.Transcripts;

namespace QwenCode.Hosting;

/// <summary>Opens sessions on a project as its settings say.</summary>
/// <param name="project">The project.</param>
/// <param name="kernel">The kernel.</param>
/// <param name="transcripts">Where conversations are kept.</param>
/// <param name="servers">The MCP servers of the settings.</param>
/// <param name="time">The clock.</param>
public sealed class SessionFactory(
    WorkspaceServices project, AgentKernel kernel, ITranscriptStore transcripts, ConfiguredMcpServers servers, TimeProvider time)
{
    /// <summary>
    /// Makes the MCP servers of a session, for a client that brings some, or a front end that has use for the prompts and resources of
    /// all: <see cref="SessionRequest.Servers"/>.
    /// </summary>
    public SessionMcpServers CreateServers() => servers.ForSession();

    /// <summary>Opens a session.</summary>
    /// <param name="request">What the front end wants.</param>
    /// <param name="frontEnd">What renders it.</param>
    /// <exception cref="Models.ModelException">No model can be used.</exception>
    /// <exception cref="SessionNotFoundException">The session to go on with does not exist.</exception>
    /// <exception cref="Storage.Transcripts.SessionInUseException">Another process has the session open.</exception>
    /// <exception cref="SystemPromptException">The file that should replace the system prompt cannot be read.</exception>
    public ISession Open(SessionRequest request, IFrontEnd frontEnd)
    {
        ArgumentNullException.ThrowIfNull(request);
        ArgumentNullException.ThrowIfNull(frontEnd);
        var (options, policy) = Prepare(request, frontEnd);
        var relay = RelayFor(options, frontEnd);
        try
        {
            var session = kernel.OpenSession(options, relay ?? frontEnd);
            ReportTo(policy, frontEnd);
            return relay is null ? session : relay.Attach(session);
        }
        catch
        {
            transcripts.Release(options.Id);
            throw;
        }
    }

    /// <summary>Opens a session whose calls come from a program instead of a model.</summary>
    /// <param name="request">What the program wants of it.</param>
    /// <param name="frontEnd">What renders it.</param>
    /// <returns>The session. Without a model its tools work, and its agents fail with the reason.</returns>
    public ICallSession OpenCalls(SessionRequest request, IFrontEnd frontEnd)
    {
        ArgumentNullException.ThrowIfNull(request);
        ArgumentNullException.ThrowIfNull(frontEnd);
        var (options, policy) = Prepare(request, frontEnd);
        var relay = RelayFor(options, frontEnd);
        try
        {
            var session = kernel.OpenCalls(options, relay ?? frontEnd);
            ReportTo(policy, frontEnd);
            return relay is null ? session : relay.Attach(session);
        }
        catch
        {
            transcripts.Release(options.Id);
            throw;
        }
    }

    /// <summary>Runs an agent for a caller that is no agent itself, in a session of its own that ends with it.</summary>
    /// <param name="request">What the caller wants of the session.</param>
    /// <param name="agent">The name of the agent's definition.</param>
    /// <param name="prompt">Its task.</param>
    /// <param name="frontEnd">What renders the session.</param>
    /// <param name="cancellationToken">Stops the agent and all it started.</param>
    /// <returns>Its report, with <see cref="ToolResult.Error"/> if it did not come to its end.</returns>
    /// <exception cref="Models.ModelException">No model can be used.</exception>
    public async ValueTask<ToolResult> RunAgentAsync(
        SessionRequest request, string agent, string prompt, IFrontEnd frontEnd, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(request);
        ArgumentNullException.ThrowIfNull(frontEnd);
        var (options, policy) = Prepare(request, frontEnd);
        try
        {
            ReportTo(policy, frontEnd);
            return await kernel.RunAgentAsync(options, agent, prompt, frontEnd, cancellationToken).ConfigureAwait(false);
        }
        catch
        {
            transcripts.Release(options.Id); // Does nothing if the session has been open.
            throw;
        }
    }

    private TaskRequestRelay? RelayFor(SessionOptions options, IFrontEnd frontEnd) => options.Journal is null
        ? null : new TaskRequestRelay(TaskJournal.PathFor(project.Workspace, options.Id), options.Id, kernel.Tasks, frontEnd, time);

    private (SessionOptions Options, PermissionPolicy Policy) Prepare(SessionRequest request, IFrontEnd frontEnd)
    {
        project.Reporter = text => frontEnd.OnEvent(new NoticeRaised(AgentId.Main, text));
        var id = request.Resume ?? request.Id ?? SessionId.New();

        // Before anything is done in its name. The session gives it back when it closes its transcript.
        transcripts.Claim(id);
        try
        {
            return Prepare(request, id, frontEnd);
        }
        catch
        {
            transcripts.Release(id);
            throw;
        }
    }

    private (SessionOptions Options, PermissionPolicy Policy) Prepare(SessionRequest request, SessionId id, IFrontEnd frontEnd)
    {
        var earlier = request.Resume is null ? null : transcripts.Load(id) ?? throw new SessionNotFoundException(id);

        var own = request.Servers ?? servers.ForSession();

        // Before anything is started that wants the port or the file of what a killed run left behind.
        var custody = Custody.Take(project.Workspace);

        // The first request waits for them, so they are given all the time there is until then.
        servers.Start();
        var (policy, mode) = PolicyFor(request);
        var memory = ContextFiles.Load(new ContextFileOptions
        {
            WorkingDirectory = project.Workspace.Root,
            HomeDirectory = project.Settings.Locations.HomeDirectory,
            FileNames = project.Context.FileNames,
            IsTrusted = project.Settings.IsTrusted,
            IncludeDirectories = project.Context.LoadFromIncludeDirectories ? [.. project.Workspace.Directories.Skip(1)] : [],
            UseFlatImports = project.Context.UseFlatImports,
        });
        var prompt = new SystemPromptOptions
        {
            WorkingDirectory = project.Workspace.Root,
            HomeDirectory = project.Settings.Locations.HomeDirectory,
            Override = project.Options.SystemPrompt,
            Append = project.Options.AppendSystemPrompt,
            SystemFileVariable = project.Options.LeavesOutCustomizations ? null : project.Settings.Variable("QWEN_SYSTEM_MD"),
            Memory = memory.Text,
            Sandbox = project.Sandbox is null ? SandboxState.None : SandboxState.Container,
            IsGitRepository = ContextFiles.FindRepository(project.Workspace.Root) is not null,
        };
        SystemPrompt.WriteBase(project.Settings.Variable("QWEN_WRITE_SYSTEM_MD"), prompt);
        var hooks = HookConfiguration.From(project);
        var options = new SessionOptions
        {
            Id = id,
            Workspace = project.Workspace,
            SystemPrompt = SystemPrompt.Compose(prompt),
            MemoryText = memory.Text,
            StartupMessages = Startup(),
            History = earlier?.Messages ?? [],
            Mode = mode,
            MaxTurns = request.MaxTurns ?? project.Session.MaxSessionTurns ?? -1,
            MaxToolCalls = request.MaxToolCalls ?? (project.Settings.Integer("model.maxToolCalls") is >= 0 and var calls ? calls : null),
            FallbackModels = project.Options.FallbackModels is { Count: > 0 } named
                ? named : [.. (project.Settings.StringList("modelFallbacks") ?? []).Take(3)],
            CanAskUser = request.CanAskUser,
            Boundary = request.Boundary,
            HoldsEarlierEnds = request.HoldsEarlierEnds,
            Policy = policy,
            AgentPermissions = SessionRules.ForAgents(project.Permissions),
            WithheldTools = request.WithheldTools,
            ToolSources = [.. request.ToolSources, own],
            IsConversation = request.IsConversation,
            OpeningReminder = Custody.Remind(custody, id),
            Hooks = hooks.IsDisabled ? NoHooks.Instance : hooks.CreateRunner(project, time, request.Hooks),
            ToolLimits = project.Tools.Limits,
            ClientFiles = request.ClientFiles,
            ClientTerminals = request.ClientTerminals,
            Setting = key => key switch
            {
                "tools.sandbox" => project.Sandbox,
                _ => project.SettingText(key),
            },
            McpServers = () => [.. servers.Status, .. request.McpServers?.Invoke() ?? [], .. own.Status],
            OpenServers = named => servers.ForAgent(named, own),
            ExpandPrompt = request.ExpandPrompt,
            EnableCron = project.Session.EnableCron,
            DetectsLoops = project.Session.DetectsLoops,
            Compaction = new CompactionOptions
            {
                Threshold = project.Session.CompressionThreshold, Model = project.Session.CompressionModel,
            },
            StaleResults = new StaleResultOptions(project.Session.StaleResultAge, project.Session.StaleResultsToKeep),
            Checkpoints = CheckpointsFor(id, earlier, frontEnd),
            Journal = project.Options.RecordTranscripts ?? project.Session.RecordTranscript
                ? new TaskJournal(TaskJournal.PathFor(project.Workspace, id), time,
                    new TaskJournalOptions { Report = text => frontEnd.OnEvent(new NoticeRaised(AgentId.Main, text)) })
                : null,
        };
        // Before the session has a voice of its own, and so before anything else is said.
        if (custody.Count > 0)
        {
            frontEnd.OnEvent(new NoticeRaised(AgentId.Main, Custody.Describe(custody)));
        }

        foreach (var warning in hooks.Warnings)
        {
            frontEnd.OnEvent(new NoticeRaised(AgentId.Main, warning));
        }

        foreach (var (name, rules) in options.AgentPermissions)
        {
            if (kernel.Agents.Find(name) is null)
            {
                frontEnd.OnEvent(new NoticeRaised(
                    AgentId.Main, $"{rules[0].Origin}: there is no agent '{name}', so these rules hold nobody."));
            }
        }

        foreach (var issue in memory.Issues)
        {
            frontEnd.OnEvent(new NoticeRaised(AgentId.Main, $"{issue.File}:{issue.Line}: {issue.Message}"));
        }

        return (options, policy);
    }

    private WorkspaceCheckpoints? CheckpointsFor(SessionId id, StoredConversation? earlier, IFrontEnd frontEnd) =>
        !project.Checkpoints.IsEnabled ? null : new WorkspaceCheckpoints(
            project.Workspace, id, earlier is null ? 0 : CountPrompts(earlier), project.CheckpointBounds, time,
            text => frontEnd.OnEvent(new NoticeRaised(AgentId.Main, text)));

    private static int CountPrompts(StoredConversation conversation) =>
        conversation.Entries.Count(static entry => entry.Entry is UserEntry { Origin: UserEntryOrigin.Prompt });

    private static void ReportTo(PermissionPolicy policy, IFrontEnd frontEnd)
    {
        foreach (var problem in policy.Problems)
        {
            frontEnd.OnEvent(new NoticeRaised(AgentId.Main, problem));
        }
    }

    /// <summary>Returns the permission rules and the approval mode that a session would have.</summary>
    /// <param name="request">What a front end would want.</param>
    public (PermissionPolicy Policy, ApprovalMode Mode) PolicyFor(SessionRequest request)
    {
        var mode = SessionRules.ModeFor(project, request);
        return (new PermissionPolicy(SessionRules.For(project, request)), mode);
    }

    private HistoryMessage[] Startup() => project.Session.SkipStartupContext
        ? []
        :
        [
            new HistoryMessage(ChatRole.User,
                StartupContext.Build(new StartupContextOptions { Directories = project.Workspace.Directories, TimeProvider = time })),
            new HistoryMessage(ChatRole.Assistant, StartupContext.Acknowledgement),
        ];
}

/// <summary>There is no such session to go on with.</summary>
/// <param name="id">The session.</param>
public sealed class SessionNotFoundException(SessionId id)
    : QwenCodeException(
    $"No saved session found with ID {id}. Start without --resume for a new one, or with --continue for the latest of this project.");
