using System.Globalization;
using System.Text;
using Microsoft.Extensions.DependencyInjection;
using QwenCode.Cli.CommandLine;
using QwenCode.Cli.IO;
using QwenCode.Cli.Running;
using QwenCode.Hosting;
using QwenCode.Platform.Processes.Custody;
using QwenCode.Storage.Tasks;
using QwenCode.Storage.Transcripts;
using QwenCode.Tasks;
using QwenCode.Workspaces;

namespace QwenCode.Cli.Commands;

/// <summary>
/// <c>qwen tasks list|show|stop|resume|audit|processes</c>: the tasks of this project's sessions, also those of other processes.
/// <c>--resume ID</c> names one session; without it, ids are searched in all of them, the latest first.
/// </summary>
internal static class TasksCommand
{
    // More sessions than a user has tasks open in; --resume names an older one.
    private const int MaxSessions = 50;

    public static async Task<int> RunAsync(RunHost run, CliOptions options, CancellationToken cancellationToken)
    {
        var (ids, verb) = (options.CommandWords, options.Verb!);
        using var host = verb is "resume"
            ? await Composition.BuildAsync(options, cancellationToken).ConfigureAwait(false) : Composition.Build(options);
        var workspace = host.Services.GetRequiredService<WorkspaceServices>().Workspace;
        if (verb is "processes")
        {
            StandardStreams.Out(ProcessList.Render(ProcessCustody.List(workspace.ProjectDirectory), TimeProvider.System.GetUtcNow()));
            return ExitCodes.Success;
        }

        var named = verb is "audit" && ids.Count > 0 ? ids[0] : options.Resume;
        var sessions = Sessions(workspace, host.Services.GetRequiredService<TranscriptStore>(), named);
        if (sessions.Count == 0)
        {
            StandardStreams.ErrorLine("This project has no session yet. Tasks belong to the directory that qwen was started in: go "
                + "there, or start something with qwen first.");
            return ExitCodes.Failure;
        }

        if (verb is "list")
        {
            await ListAsync(sessions, cancellationToken).ConfigureAwait(false);
            return ExitCodes.Success;
        }

        if (verb is "audit")
        {
            return AuditReport.Print(workspace, sessions, options.PrintJson);
        }

        if (ids.Count == 0 || (verb is "resume" && ids.Count > 1))
        {
            StandardStreams.ErrorLine($"Name {(ids.Count == 0 ? "the" : "one")} task: qwen tasks {verb} ID (see qwen tasks list).");
            return ExitCodes.Failure;
        }

        var code = ExitCodes.Success;
        foreach (var id in ids)
        {
            if (Find(sessions, id, verb) is not var (session, task))
            {
                StandardStreams.ErrorLine($"Task not found: {id}. 'qwen tasks list' shows the tasks of this project; --resume SESSION "
                    + "finds those of an older session.");
                code = ExitCodes.Failure;
                continue;
            }

            code = Math.Max(code, verb switch
            {
                "stop" => await StopAsync(session, task, cancellationToken).ConfigureAwait(false),
                "resume" => await TaskResumption.RunAsync(
                    run, host.Services.GetRequiredService<SessionFactory>(), session, task, cancellationToken).ConfigureAwait(false),
                _ => await ShowAsync(session, task, cancellationToken).ConfigureAwait(false),
            });
        }

        return code;
    }

    private static List<SessionTaskView> Sessions(Workspace workspace, TranscriptStore store, string? named)
    {
        if (named is null)
        {
            return [.. store.List(size: MaxSessions).Sessions.Select(
                session => new SessionTaskView(session.Id, TaskJournal.PathFor(workspace, session.Id)))];
        }

        var id = NamedSession.Of(store, named);
        return store.Exists(id) ? [new SessionTaskView(id, TaskJournal.PathFor(workspace, id))] : throw new SessionNotFoundException(id);
    }

    // Providers restart their call numbers, so sessions share ids; the task that can still be acted on is meant.
    private static (SessionTaskView Session, TaskSnapshot Task)? Find(List<SessionTaskView> sessions, string id, string verb)
    {
        (SessionTaskView, TaskSnapshot)? first = null;
        foreach (var session in sessions)
        {
            foreach (var (task, _) in session.Tasks)
            {
                if (task.Id == id)
                {
                    if (verb is "show" || (verb is "stop" ? !task.HasEnded : task.State is not TaskState.Completed))
                    {
                        return (session, task);
                    }

                    first ??= (session, task);
                }
            }
        }

        return first;
    }

    // The latest session, and whatever is still going on in others.
    private static async Task ListAsync(List<SessionTaskView> sessions, CancellationToken cancellationToken)
    {
        var text = new StringBuilder();
        foreach (var session in sessions)
        {
            var open = session.Tasks.Where(static task => !task.Task.HasEnded).ToArray();
            if (session != sessions[0] && open.Length == 0)
            {
                continue;
            }

            var live = open.Length == 0 ? LiveTasks.None : await session.AskAsync(cancellationToken).ConfigureAwait(false);
            text.Append(
                CultureInfo.InvariantCulture, $"Session {session.Id}{(session.Tasks.Count == 0 ? " has no tasks." : string.Empty)}\n");
            foreach (var (task, wasDelivered) in session.Tasks)
            {
                var note = task.HasEnded && !wasDelivered ? "  (its session does not know yet)" : string.Empty;
                text.Append(CultureInfo.InvariantCulture, $"  {task.Id,-40} {live.StateOf(task),-11} "
                    + $"{PlainText.Line($"{task.Type}: {task.Description}", 100)}{note}\n");
            }

            if (!live.IsAlive && Array.Exists(open, static task => task.Task.Kind is not TaskKind.Shell))
            {
                text.Append(CultureInfo.InvariantCulture,
                    $"  The process of this session is gone. 'qwen tasks resume ID' continues an interrupted agent.\n");
            }
        }

        StandardStreams.Out(text.ToString());
    }

    private static async Task<int> ShowAsync(SessionTaskView session, TaskSnapshot task, CancellationToken cancellationToken)
    {
        var state = task is { HasEnded: true, EndReason: not TaskEndReason.Interrupted }
            ? $"{task.State.ToString().ToLowerInvariant()} ({task.EndReason})"
            : (await session.AskAsync(cancellationToken).ConfigureAwait(false)).StateOf(task);
        var text = new StringBuilder();
        Line("Task", task.Id);
        Line("Session", session.Id.Value);
        Line("Type", task.Type);
        Line("About", task.Description);
        Line("State", state == LiveTasks.Interrupted && task.Kind is not TaskKind.Shell
            ? $"{state}; 'qwen tasks resume {task.Id}' continues it" : state);
        Line("Started", task.StartedAt.ToString("u", CultureInfo.InvariantCulture));
        Line("Ended", task.EndedAt?.ToString("u", CultureInfo.InvariantCulture));
        Line("Spent", task.Stats is { } stats ? string.Create(CultureInfo.InvariantCulture,
            $"{stats.TotalTokens} tokens, {stats.ToolUses} tool uses, {stats.Duration.TotalSeconds:0.0} s") : null);
        Line("Transcript", task.OutputFile);
        Line("Prompt", task.Prompt);
        Line("Result", task.Result);
        Line("Error", task.Error);
        StandardStreams.Out(text.ToString());
        return ExitCodes.Success;

        void Line(string name, string? value)
        {
            if (!string.IsNullOrEmpty(value))
            {
                text.Append(name.PadRight(12)).Append(PlainText.Of(value)).Append('\n');
            }
        }
    }

    private static async Task<int> StopAsync(SessionTaskView session, TaskSnapshot task, CancellationToken cancellationToken)
    {
        var reply = task.HasEnded ? null : await TaskRequests.SendAsync(
            session.Journal, new TaskRequest(TaskRequest.Stop, task.Id), TimeSpan.FromSeconds(2), cancellationToken).ConfigureAwait(false);
        if (reply is { IsDone: true })
        {
            StandardStreams.Out(PlainText.Of(reply.Message) + "\n");
            return ExitCodes.Success;
        }

        StandardStreams.ErrorLine(PlainText.Of(reply?.Message ?? (task.HasEnded
            ? $"Task {task.Id} has ended already: it is {task.State.ToString().ToLowerInvariant()}."
            : $"Task {task.Id} is not running: the process of its session is gone."
            + (task.Kind is TaskKind.Shell ? string.Empty : $" 'qwen tasks resume {task.Id}' continues it."))));
        return ExitCodes.Failure;
    }
}
