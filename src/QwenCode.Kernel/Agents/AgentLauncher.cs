using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using Microsoft.Extensions.AI;
using QwenCode.Agents;
using QwenCode.Conversations;
using QwenCode.Kernel.Conversations;
using QwenCode.Hooks;
using QwenCode.Kernel.Sessions;
using QwenCode.Kernel.Tasks;
using QwenCode.Kernel.Tools;
using QwenCode.Permissions;
using QwenCode.Sessions;
using QwenCode.Tasks;
using QwenCode.Tools;
using QwenCode.Transcripts;

namespace QwenCode.Kernel.Agents;

/// <summary>Launches agents for one session: of a definition or as forks, waited for or in the background.</summary>
internal sealed class AgentLauncher(SessionContext session, AgentRunner runs)
{
    private const string AgentRules =
        """


        Rules of your work:
        - Nobody can answer you: never ask for anything, decide yourself.
        - Use tools only where they help with the task.
        - End with an ordinary text answer; it is all that your caller gets.
        """;

    private readonly ConcurrentDictionary<AgentId, byte> _ids = new();
    private readonly ConditionalWeakTable<AgentDefinition, Opening> _openings = [];

    // Weak in what its values lead back to, and in nothing else: a weak key that outlives the session, as a definition does, would keep
    // the whole session alive through them.
    private readonly ConditionalWeakTable<ToolAccess, ConcurrentDictionary<AgentDefinition, Rights>> _rights = [];

    /// <summary>Launches an agent.</summary>
    /// <param name="caller">The agent that asks. What it may not do, the new one may not either.</param>
    /// <param name="request">What is asked for.</param>
    /// <param name="callId">The call, which names the new agent; empty for a launch from outside a turn.</param>
    /// <param name="cancellationToken">Stops a foreground agent; a background agent outlives it.</param>
    /// <returns>The report of a foreground agent, or that a background agent was launched; a refusal is a result, too.</returns>
    public async ValueTask<ToolResult> LaunchAsync(Agent caller, AgentRequest request, string callId, CancellationToken cancellationToken)
    {
        if (request.Type is null && caller.IsInsideFork)
        {
            return Answer("A fork cannot be created inside a fork. Do the work yourself, with your tools.", request, "failed",
                "recursive forking is not allowed");
        }

        if (caller.Depth >= session.Kernel.MaxAgentDepth)
        {
            return Answer($"Agents may launch agents {session.Kernel.MaxAgentDepth} deep (MaxAgentDepth), and this one is that deep. Do "
                + "the work yourself.", request, "failed", "too deep");
        }

        var definition = request.Type is null ? null : session.Agents.Find(request.Type);
        if (request.Type is not null && definition is null)
        {
            return Answer($"Subagent \"{request.Type}\" not found.", request, "failed", "not found");
        }

        var isBackground = !request.IsAwaited && (definition is null || request.RunInBackground || definition.Background);
        var id = NewId(definition?.Name ?? "fork", callId);
        Launch launch;
        try
        {
            var context = await HearStartHooksAsync(caller, id, request, definition, cancellationToken).ConfigureAwait(false);

            // Hooks that were cut short have not said all they have to say, and nobody wants the agent any more.
            cancellationToken.ThrowIfCancellationRequested();
            launch = definition is null
                ? Fork(caller, id, callId, request) : Named(caller, id, callId, request, definition, isBackground, context);
        }
        catch (Exception exception)
        {
            // Nothing was announced, so nothing is left of the attempt but its error.
            _ids.TryRemove(id, out _);
            cancellationToken.ThrowIfCancellationRequested();
            return Answer($"Failed to run subagent: {exception.Message}", request, "failed", exception.Message);
        }

        return isBackground
            ? Background(caller, request, launch, callId)
            : await ForegroundAsync(caller, request, launch, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Starts again an agent whose process ended under it, from its transcript.</summary>
    public void Resume(TaskSnapshot task, IReadOnlyList<HistoryMessage> messages)
    {
        if (task.Owner != AgentId.Main)
        {
            // The agents between are gone, and with them the rules, tools and modes that held for everything below them.
            throw new InvalidOperationException($"it was started by the agent {task.Owner.Value}, whose rules are not known any more.");
        }

        var caller = session.Main;
        var request = new AgentRequest(task.Description, task.Prompt, task.Kind is TaskKind.Fork ? null : task.Type, true);
        var definition = task.Kind is TaskKind.Fork ? null
            : session.Agents.Find(task.Type) ?? throw new AgentNotFoundException(task.Type, task.Id);
        var id = NewId(definition?.Name ?? "fork", task.ToolUseId ?? string.Empty);
        var launch = definition is null
            ? Fork(caller, id, task.ToolUseId ?? string.Empty, request)
            : Named(caller, id, task.ToolUseId ?? string.Empty, request, definition, isBackground: true, string.Empty);
        var opening = definition is null ? ForkPrompt.Resume(caller, task.Prompt, messages) : launch.Opening.Branch();
        // Without a line the program was killed before the first one was written; the journal has the prompt, and so has a fork's opening.
        IReadOnlyList<HistoryMessage> earlier = messages.Count > 0 || definition is null ? messages : [new(ChatRole.User, task.Prompt)];
        opening = earlier.Aggregate(opening, static (history, message) => history.Append(message));
        Background(caller, request, launch with { Opening = opening, First = "You were interrupted. Go on where you stopped, and report." },
            task.ToolUseId ?? string.Empty);
    }

    private ToolResult Background(Agent caller, AgentRequest request, Launch launch, string callId)
    {
        var agent = launch.Agent;
        if (!caller.IsBackground)
        {
            session.Events.Raise(
                new AgentLaunched(agent.Id, agent.Type, request.Description, request.Prompt, IsBackground: true) { ParentCallId = callId });
        }

        var snapshot = new TaskSnapshot
        {
            Id = agent.Id.Value,
            Kind = request.Type is null ? TaskKind.Fork : TaskKind.Agent,
            Owner = caller.Id,
            ToolUseId = callId.Length == 0 ? null : callId,
            Description = request.Description,
            Type = agent.Type,
            Prompt = request.Prompt,
            State = TaskState.Queued,
            OutputFile = agent.Transcript.Path,
        };
        var entry = session.Registry.Start(
            session.Tasks, new TaskStart(caller.Tasks, snapshot, new AgentBody(agent, token => RunAsync(launch, token)))
        {
            ParentCallId = caller.CallId,
        });
        var text = request.Type is null && !request.RunInBackground
            ? ForkPrompt.Started
            : $"Background agent launched: \"{request.Description}\" (ID: {entry.Id}). You will be notified when it ends; go on with "
            + "other work, do not wait and do not repeat its task.";
        return Answer(text, request, "background", null, agent.Type);
    }

    private async Task<TaskResult> RunAsync(Launch launch, CancellationToken cancellationToken)
    {
        try
        {
            return await runs.RunAsync(launch.Agent, launch.Opening, launch.First, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            _ids.TryRemove(launch.Agent.Id, out _);
        }
    }

    private async ValueTask<ToolResult> ForegroundAsync(
        Agent caller, AgentRequest request, Launch launch, CancellationToken cancellationToken)
    {
        var agent = launch.Agent;
        if (!agent.IsBackground)
        {
            session.Events.Raise(new AgentLaunched(
                agent.Id, agent.Type, request.Description, request.Prompt, IsBackground: false) { ParentCallId = agent.CallId });
        }

        // A foreground agent is the call that waits for it: it lives in its caller's slot, and its silence is its caller's.
        agent.Task = caller.Task;
        var slot = caller.Task?.Slot;
        if (caller.CountForeground(1) > 1 && slot is not null)
        {
            await slot.EnterAsync(cancellationToken).ConfigureAwait(false);
        }

        TaskResult? result = null;
        try
        {
            result = await runs.RunAsync(agent, launch.Opening, launch.First, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            if (caller.CountForeground(-1) > 0)
            {
                slot?.Leave();
            }

            await session.Registry.RetireAsync(agent.Tasks, result?.Reason ?? TaskEndReason.Cancelled, CancellationToken.None)
                .ConfigureAwait(false);
            _ids.TryRemove(agent.Id, out _);
        }

        agent.Raise(new AgentEnded(agent.Id, result.Reason, result.Text, result.Error, result.Stats));
        cancellationToken.ThrowIfCancellationRequested();
        return result.Reason switch
        {
            TaskEndReason.Goal => Answer(result.Text ?? string.Empty, request, "completed", "GOAL", agent.Type, result),
            TaskEndReason.Error => Answer($"Subagent execution failed.{(result.Error is { } error ? $" {error}" : string.Empty)}", request,
                "failed", result.Error, agent.Type, result),
            _ => Answer($"Agent terminated with mode: {result.Reason.ToWire()}", request, "failed",
                result.Reason.ToWire(), agent.Type, result),
        };
    }

    private Launch Fork(Agent caller, AgentId id, string callId, AgentRequest request)
    {
        var (opening, first) = ForkPrompt.Build(caller.History, request.Prompt);
        var record = Record(caller, id, "fork", callId, request) with { IsBackgrounded = true };
        var agent = new Agent(session, id, caller, caller.Model, session.Transcripts.OpenAgent(session.Id, record))
        {
            Record = record,
            Type = "fork",
            CallId = callId,
            IsInsideFork = true,
            IsBackground = true,
            Access = new FixedToolAccess(caller.OfferedTools()),
            Policy = caller.Policy,
            Mode = ChildApprovalMode.Resolve(caller.Mode, null),
            Budget = session.Kernel.AgentBudget.Tighten(request.Budget),
        };
        return new Launch(agent, opening, first);
    }

    private Launch Named(
        Agent caller, AgentId id, string callId, AgentRequest request, AgentDefinition definition, bool isBackground, string hookContext)
    {
        var model = session.Models.Resolve(definition.Model, caller.Model);
        var rights = RightsOf(definition, caller);
        var servers = definition.Servers is { } named ? session.Options.OpenServers(named) : null;
        var opening = OpeningOf(definition, request.Prompt, hookContext);
        var record = Record(caller, id, definition.Name, callId, request) with { Color = definition.Color, IsBackgrounded = isBackground };
        var agent = new Agent(session, id, caller, model, session.Transcripts.OpenAgent(session.Id, record))
        {
            Record = record,
            Type = definition.Name,
            CallId = callId,
            IsInsideFork = caller.IsInsideFork,
            IsBackground = isBackground || caller.IsBackground,
            Access = ExtendedToolAccess.Extend(rights.Access, servers, definition, rights.Policy, session.Options.WithheldTools),
            Servers = servers,
            Policy = rights.Policy,
            Mode = ChildApprovalMode.Resolve(caller.Mode, definition.ApprovalMode),
            Budget = definition.Budget.Tighten(session.Kernel.AgentBudget).Tighten(request.Budget),
        };
        return new Launch(agent, opening, request.Prompt);
    }

    // Agents of one definition below one parent are offered one tool set, and so share its wire form. What a parent may do goes with its
    // tools: both are narrowed by the same definitions.
    private Rights RightsOf(AgentDefinition definition, Agent caller) =>
        _rights.GetValue(caller.Access, static _ => new(ReferenceEqualityComparer.Instance))
            .GetOrAdd(definition, key => Narrow(key, caller));

    private Rights Narrow(AgentDefinition definition, Agent caller)
    {
        var policy = definition.Permissions is { } own ? caller.Policy.NarrowTo(own) : caller.Policy;
        foreach (var more in session.Options.AgentPermissions.GetValueOrDefault(definition.Name) ?? [])
        {
            policy = policy.NarrowTo(more);
        }

        var isKept = ToolFilter.For(definition);
        return new Rights(
            new NarrowedToolAccess(caller.Access, tool => isKept(tool.Declaration) && policy.FindBan(tool.Name) is null), policy);
    }

    // Agents of one definition share its prompt and the description of the surroundings, unless the prompt speaks of the task.
    private History OpeningOf(AgentDefinition definition, string prompt, string hookContext)
    {
        var isShared = hookContext.Length == 0 && !PromptTemplate.Uses(definition.SystemPrompt, "task_prompt");
        if (isShared && _openings.TryGetValue(definition, out var kept))
        {
            return kept.History;
        }

        var system = PromptTemplate.Fill(definition.SystemPrompt,
            new Dictionary<string, string> { ["task_prompt"] = prompt, ["hook_context"] = hookContext }) + AgentRules;
        if (session.Options.MemoryText.Trim() is { Length: > 0 } memory)
        {
            system = $"{system}\n\n---\n\n{memory}";
        }

        var history = History.Of([new HistoryMessage(ChatRole.System, system), .. session.Options.StartupMessages]);
        if (isShared)
        {
            _openings.AddOrUpdate(definition, new Opening(history));
        }

        return history;
    }

    private static AgentTranscriptInfo Record(Agent caller, AgentId id, string type, string callId, AgentRequest request) =>
        new(id, type, request.Description, caller.IsMain ? null : caller.Id)
        {
            ToolUseId = callId.Length == 0 ? null : callId,
            Depth = caller.Depth + 1,
        };

    private async ValueTask<string> HearStartHooksAsync(
        Agent caller, AgentId id, AgentRequest request, AgentDefinition? definition, CancellationToken cancellationToken)
    {
        var hooks = session.Options.Hooks;
        if (!hooks.Handles(HookEvent.SubagentStart))
        {
            return string.Empty;
        }

        var type = request.Type ?? "fork";
        var mode = ChildApprovalMode.Resolve(caller.Mode, definition?.ApprovalMode);
        var input = new HookInput(HookEvent.SubagentStart, type, writer =>
        {
            writer.WriteString("permission_mode"u8, SubagentPolicy.WireMode(mode));
            writer.WriteString("agent_id"u8, id.Value);
            writer.WriteString("agent_type"u8, type);
        });
        try
        {
            var said = await hooks.RunAsync(input, cancellationToken).ConfigureAwait(false);

            // What a hook says comes from outside; in a system prompt it must not look like one of its elements.
            return said.AdditionalContext?.Replace("<", "&lt;", StringComparison.Ordinal).Replace(">", "&gt;", StringComparison.Ordinal)
                ?? string.Empty;
        }
        catch (Exception exception) when (!cancellationToken.IsCancellationRequested)
        {
            // A hook that fails has no say.
            session.Tasks.Notice($"A SubagentStart hook failed: {exception.Message}");
            return string.Empty;
        }
    }

    private AgentId NewId(string type, string callId)
    {
        for (var ordinal = 1; ; ordinal++)
        {
            var suffix = callId.Length == 0 ? Guid.NewGuid().ToString("N")[..8] : ordinal == 1 ? callId : $"{callId}-{ordinal}";
            var id = new AgentId($"{type}-{suffix}");
            if (session.Registry.Find(session.Id, id.Value) is null && !session.EarlierTasks.Contains(id.Value) && _ids.TryAdd(id, 0))
            {
                return id;
            }
        }
    }

    private static ToolResult Answer(
        string text, AgentRequest request, string status, string? reason, string? type = null, TaskResult? result = null) => new()
    {
        Content = text,
        Display = new AgentDisplay(type ?? request.Type ?? "fork", request.Description, request.Prompt, status)
        {
            TerminateReason = reason,
            Result = result?.Text,
            Stats = result?.Stats,
        },
    };

    private sealed record Launch(Agent Agent, History Opening, string First);

    private sealed record Opening(History History);

    private sealed record Rights(ToolAccess Access, IPermissionPolicy Policy);
}

/// <summary>What the <c>agent</c> tool is asked for.</summary>
/// <param name="Description">What it is about, for the user.</param>
/// <param name="Prompt">The task.</param>
/// <param name="Type">The definition; <c>null</c> forks.</param>
/// <param name="RunInBackground">Whether the call itself asks for the background.</param>
internal sealed record AgentRequest(string Description, string Prompt, string? Type, bool RunInBackground)
{
    /// <summary>
    /// Gets bounds of this launch, beside those of the definition and the kernel; the tightest of each counts. The default sets
    /// none.
    /// </summary>
    public AgentBudget Budget { get; init; } = AgentBudget.None;

    /// <summary>Gets whether the caller waits whatever the definition says, because it has no inbox a notification could come to.</summary>
    public bool IsAwaited { get; init; }
}
