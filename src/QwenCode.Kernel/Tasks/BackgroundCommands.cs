using QwenCode.Kernel.Agents;
using QwenCode.Tasks;
using QwenCode.Tools;

namespace QwenCode.Kernel.Tasks;

/// <summary>Makes a command that goes on in the background a task like any other: listed, stopped, told about, its output kept on disk.</summary>
internal static class BackgroundCommands
{
    /// <summary>Registers work that runs already, and gives its task id.</summary>
    public static string Start(Agent agent, BackgroundWork work, string callId)
    {
        var session = agent.Session;
        var started = session.Time.GetTimestamp();
        TaskStats Stats() => new(0, 0, session.Time.GetElapsedTime(started));
        var snapshot = new TaskSnapshot
        {
            Id = $"bg_{Guid.NewGuid().ToString("N")[..8]}",
            Kind = TaskKind.Shell,
            Owner = agent.Id,
            ToolUseId = callId.Length == 0 ? null : callId,
            Description = work.Description,
            Type = "shell",
            Prompt = work.Command,
            State = TaskState.Queued,
            OutputFile = work.OutputFile,
        };
        return session.Registry.Start(session.Tasks, new TaskStart(agent.Tasks, snapshot, async (_, token) =>
        {
            using var stop = token.UnsafeRegister(static state => Stop((BackgroundWork)state!), work);
            var outcome = await work.Completion.ConfigureAwait(false);
            var reason = outcome.State switch { TaskState.Completed => TaskEndReason.Goal, TaskState.Cancelled => TaskEndReason.Cancelled, _ => TaskEndReason.Error };
            return new TaskResult(reason, reason is TaskEndReason.Goal ? outcome.Result : null, Describe(outcome), Stats());
        })
        {
            LiveStats = Stats,
            NeedsSlot = false,
            HoldsRun = false,
            Raise = session.Events.Raise,
            ParentCallId = agent.CallId,
        }).Id;
    }

    private static string? Describe(BackgroundOutcome outcome) =>
        outcome.Error is null ? null : string.IsNullOrWhiteSpace(outcome.Result) ? outcome.Error : $"{outcome.Error}\n{outcome.Result}";

    // Completion ends when the processes are gone, and the registry waits for that; nothing else is left to hear of the stop.
    private static void Stop(BackgroundWork work) => _ = work.Stop().AsTask();
}
