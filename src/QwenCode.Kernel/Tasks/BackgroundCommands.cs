using QwenCode.Kernel.Agents;
using QwenCode.Tasks;
using QwenCode.Tools;

namespace QwenCode.Kernel.Tasks;

/// <summary>
/// Turns a command that goes on in the background into a task like any other: listed, stopped, notified, its output kept on disk.
/// </summary>
internal static class BackgroundCommands
{
    /// <summary>Registers work that already runs, and returns its task id.</summary>
    public static string Start(Agent agent, BackgroundWork work, string callId)
    {
        var session = agent.Session;
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
        session.Options.Checkpoints?.Follow(agent.Id, callId, work.Completion);
        return session.Registry.Start(session.Tasks, new TaskStart(agent.Tasks, snapshot, new CommandBody(work, session.Time))
        {
            NeedsSlot = false,
            HoldsRun = false,
            ParentCallId = agent.CallId,
        }).Id;
    }

    private sealed class CommandBody(BackgroundWork work, TimeProvider time) : ITaskBody
    {
        private readonly long _started = time.GetTimestamp();

        public TaskStats Stats => new(0, 0, time.GetElapsedTime(_started));

        public TaskOwner? Children => null;

        public async Task<TaskResult> RunAsync(TaskEntry task, CancellationToken cancellationToken)
        {
            using var stop = cancellationToken.UnsafeRegister(static state => Stop((BackgroundWork)state!), work);
            var outcome = await work.Completion.ConfigureAwait(false);
            var reason = outcome.State switch
            {
                TaskState.Completed => TaskEndReason.Goal,
                TaskState.Cancelled => TaskEndReason.Cancelled,
                _ => TaskEndReason.Error,
            };
            return new TaskResult(reason, reason is TaskEndReason.Goal ? outcome.Result : null, Describe(outcome), Stats);
        }

        public bool TrySend(string message) => false;

        // A command takes no slot, so it is never disposed of before it ran.
        public ValueTask DisposeAsync() => ValueTask.CompletedTask;

        private static string? Describe(BackgroundOutcome outcome) =>
            outcome.Error is null ? null : string.IsNullOrWhiteSpace(outcome.Result) ? outcome.Error : $"{outcome.Error}\n{outcome.Result}";

        // Completion ends when the processes are gone, and the registry waits for that; nothing else is left to observe.
        private static void Stop(BackgroundWork work) => _ = work.Stop().AsTask();
    }
}
