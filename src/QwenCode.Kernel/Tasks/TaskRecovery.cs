using QwenCode.Kernel.Sessions;
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
