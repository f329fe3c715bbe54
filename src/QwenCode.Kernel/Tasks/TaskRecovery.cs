using QwenCode.Agents;
using QwenCode.Kernel.Sessions;
using QwenCode.Sessions;
using QwenCode.Tasks;
using QwenCode.Transcripts;

namespace QwenCode.Kernel.Tasks;

/// <summary>Makes good what a process that ended under its tasks left behind: each end is reported once.</summary>
internal static class TaskRecovery
{
    /// <summary>Delivers the ends that an earlier process left undelivered, and reports its running tasks as interrupted.</summary>
    public static void Deliver(SessionContext session, IReadOnlyList<JournaledTask> left)
    {
        HashSet<string>? known = null;
        foreach (var journaled in left)
        {
            var task = journaled.Task;
            if (journaled.AwaitsAnswer)
            {
                session.Main.AwaitAnswer(task.Id);
            }

            if (journaled.WasDelivered)
            {
                continue;
            }

            // The end may have reached the conversation, and the process ended before the journal said so.
            known ??= ReportedBefore(session);
            if (known.Contains(TaskNotification.Escape(task.Id)))
            {
                session.Tasks.Delivered(task.Id, session.Main.Id);
                session.Main.AwaitAnswer(task.Id);
                continue;
            }

            var ended = task;
            if (!task.HasEnded)
            {
                ended = task with
                {
                    State = TaskState.Failed,
                    EndReason = TaskEndReason.Interrupted,
                    Error = task.Kind is TaskKind.Shell
                        ? "Interrupted: the program ended while this command ran, and what was left of the command was ended, if "
                        + "that was possible."
                        : "Interrupted: the program ended while this task ran. Its transcript shows how far it came; `qwen tasks "
                        + "resume` goes on with it.",
                    EndedAt = session.Time.GetUtcNow(),
                };
                session.Tasks.Ended(ended);
            }

            session.Main.Inbox.TryAdd(new NotificationItem(ended)
            {
                IsSilent = ended.State is TaskState.Cancelled && ended.Owner != session.Main.Id,
            });
        }
    }

    /// <summary>
    /// Finds background agents that another version ran and did not see the end of: its model was promised a result, too. A version that
    /// does not say who was waited for is taken at the word of the launch.
    /// </summary>
    /// <param name="transcripts">The transcripts.</param>
    /// <param name="session">The session.</param>
    /// <param name="known">The tasks of the journal.</param>
    public static IReadOnlyList<JournaledTask> FindOthers(
        ITranscriptStore transcripts, SessionId session, IReadOnlyList<JournaledTask> known)
    {
        var left = transcripts.UnendedAgents(session).Where(one => one.IsBackgrounded is not false
            && !known.Any(task => task.Task.Id == one.Agent.Id.Value)).ToArray();
        if (Array.Exists(left, static one => one.IsBackgrounded is null))
        {
            string[] launches = [.. (transcripts.Load(session)?.Entries ?? [])
                .Select(static stored => stored.Entry).OfType<ToolResultEntry>()
                .Where(static result => result.ToolName == "agent" && result.ModelText.Contains("ackground", StringComparison.Ordinal))
                .Select(static result => result.ModelText)];
            left = [.. left.Where(one => one.IsBackgrounded is true
                || Array.Exists(launches, text => text.Contains(one.Agent.Id.Value, StringComparison.Ordinal)))];
        }

        return [.. left.Select(static one => new JournaledTask(
            new TaskSnapshot
            {
                Id = one.Agent.Id.Value,
                Kind = one.Agent.Type == "fork" ? TaskKind.Fork : TaskKind.Agent,
                Owner = one.Agent.Parent ?? AgentId.Main,
                ToolUseId = one.Agent.ToolUseId,
                Description = one.Agent.Description,
                Type = one.Agent.Type,
                State = TaskState.Running,
                StartedAt = one.CreatedAt,
                OutputFile = one.Transcript,
            },
            false))];
    }

    private static HashSet<string> ReportedBefore(SessionContext session)
    {
        var known = new HashSet<string>(StringComparer.Ordinal);
        foreach (var stored in session.Transcripts.Load(session.Id)?.Entries ?? [])
        {
            if (stored.Entry is UserEntry { Origin: UserEntryOrigin.Notification } notification)
            {
                var text = notification.Message.Text;
                var start = text.IndexOf("<task-id>", StringComparison.Ordinal);
                var end = text.IndexOf("</task-id>", StringComparison.Ordinal);
                if (start >= 0 && end > start)
                {
                    known.Add(text[(start + "<task-id>".Length)..end]);
                }
            }
        }

        return known;
    }
}
