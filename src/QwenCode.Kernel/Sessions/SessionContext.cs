using Microsoft.Extensions.Logging;
using QwenCode.Agents;
using QwenCode.Kernel.Agents;
using QwenCode.Kernel.Cron;
using QwenCode.Kernel.Tasks;
using QwenCode.Kernel.Tools;
using QwenCode.Models;
using QwenCode.Permissions;
using QwenCode.Sessions;
using QwenCode.Tools;
using QwenCode.Tools.Invocation;
using QwenCode.Transcripts;

namespace QwenCode.Kernel.Sessions;

/// <summary>What all agents of one session share.</summary>
internal sealed class SessionContext
{
    public required SessionOptions Options { get; init; }

    public required KernelOptions Kernel { get; init; }

    public required EventHub Events { get; init; }

    public required SessionStatistics Statistics { get; init; }

    public required PermissionBroker Permissions { get; init; }

    public required TaskRegistry Registry { get; init; }

    public required SessionTasks Tasks { get; init; }

    public required IModelProvider Models { get; init; }

    public required IAgentCatalog Agents { get; init; }

    public required ITranscriptStore Transcripts { get; init; }

    public required TimeProvider Time { get; init; }

    public required ILogger Logger { get; init; }

    /// <summary>Gets the ids of tasks of earlier processes. Some providers number calls anew in every process, and one id must not mean two tasks.</summary>
    public required IReadOnlySet<string> EarlierTasks { get; init; }

    /// <summary>Gets where tools come from, beside the kernel itself.</summary>
    public required IReadOnlyList<IToolSource> ToolSources { get; init; }

    /// <summary>Gets what makes the invokers of tool calls.</summary>
    public required IToolInvokerFactory Invokers { get; init; }

    /// <summary>Gets what runs single calls.</summary>
    public required CallRunner Calls { get; init; }

    /// <summary>Gets or sets the scheduled prompts, where they are switched on; set once, while the session is opened.</summary>
    public CronSchedule? Cron { get; set; }

    /// <summary>Gets or sets what launches agents; set once, while the session is opened.</summary>
    public AgentLauncher Launcher { get; set; } = null!;

    public SessionId Id => Options.Id;

    /// <summary>Gets or sets the agent the person talks to; set once, while the session is opened.</summary>
    public Agent Main { get; set; } = null!;

    /// <summary>Gives the rule that forbids a tool altogether, or <c>null</c>.</summary>
    public string? FindBan(string toolName) =>
        Options.WithheldTools.TryGetValue(toolName, out var rule) ? rule : Options.Policy.FindBan(toolName);

    /// <summary>Sets the approval mode, also for the turn that runs.</summary>
    public void SetMode(ApprovalMode mode)
    {
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
