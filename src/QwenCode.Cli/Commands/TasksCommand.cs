using System.Globalization;
using System.Text;
using Microsoft.Extensions.DependencyInjection;
using QwenCode.Cli.Headless;
using QwenCode.Cli.IO;
using QwenCode.Hosting;
using QwenCode.Sessions;
using QwenCode.Storage.Tasks;
using QwenCode.Storage.Transcripts;
using QwenCode.Tasks;

namespace QwenCode.Cli.Commands;

/// <summary><c>qwen tasks list|show|stop|resume</c>: the tasks of this project's latest session, or of the one that <c>--resume ID</c> names.</summary>
internal static class TasksCommand
{
    public static async Task<int> RunAsync(string[] args)
    {
        var (options, rest) = CommandLineWords.Read(args, 2);
        using var host = args[1] is "resume" ? await Composition.BuildAsync(options).ConfigureAwait(false) : Composition.Build(options);
        SessionId? named = options.Arguments.Text("resume") is { Length: > 0 } id ? new SessionId(id) : host.Services.GetRequiredService<TranscriptStore>().Latest();
        if (named is not { } session)
        {
            StandardStreams.ErrorLine("This project has no session yet.");
            return ExitCodes.Failure;
        }

        var path = TaskJournal.PathFor(host.Services.GetRequiredService<Project>().Workspace, session);
        if (args[1] is "list")
        {
            StandardStreams.Out(List(session, TaskJournalReader.Read(path, StandardStreams.ErrorLine)));
            return ExitCodes.Success;
        }

        if (rest.Count == 0)
        {
            StandardStreams.ErrorLine($"Name the task: qwen tasks {args[1]} ID (see qwen tasks list).");
            return ExitCodes.Failure;
        }

        var found = TaskJournalReader.Read(path, StandardStreams.ErrorLine).Tasks.FirstOrDefault(task => task.Task.Id == rest[0]);
        if (found is null)
        {
            StandardStreams.ErrorLine($"Task not found: {rest[0]} (session {session}; another session is named by --resume ID).");
            return ExitCodes.Failure;
        }

        return args[1] switch
        {
            "stop" => await StopAsync(path, found.Task).ConfigureAwait(false),
            "resume" => await ResumeAsync(host.Services, session, found.Task).ConfigureAwait(false),
            _ => Show(found),
        };
    }

    private static string List(SessionId session, TaskJournalContents contents)
    {
        var text = new StringBuilder($"Session {session}\n");
        foreach (var (task, wasDelivered) in contents.Tasks)
        {
            var state = task.HasEnded ? task.State.ToString().ToLowerInvariant() : "running";
            text.Append(CultureInfo.InvariantCulture, $"  {task.Id,-40} {state,-10} {task.Type}: {task.Description}{(task.HasEnded && !wasDelivered ? "  (not yet told to its session)" : string.Empty)}\n");
        }

        return contents.Tasks.Count == 0 ? $"Session {session} has no tasks.\n" : text.ToString();
    }

    private static int Show(JournaledTask journaled)
    {
        var task = journaled.Task;
        var text = new StringBuilder();
        Line("Task", task.Id);
        Line("Type", task.Type);
        Line("About", task.Description);
        Line("State", task.HasEnded ? $"{task.State.ToString().ToLowerInvariant()} ({task.EndReason})" : "running, or its process ended under it");
        Line("Started", task.StartedAt.ToString("u", CultureInfo.InvariantCulture));
        Line("Ended", task.EndedAt?.ToString("u", CultureInfo.InvariantCulture));
        Line("Spent", task.Stats is { } stats ? string.Create(CultureInfo.InvariantCulture, $"{stats.TotalTokens} tokens, {stats.ToolUses} tool uses, {stats.Duration.TotalSeconds:0.0} s") : null);
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
                text.Append(name.PadRight(12)).Append(value).Append('\n');
            }
        }
    }

    private static async Task<int> StopAsync(string path, TaskSnapshot task)
    {
        var reply = task.HasEnded ? null : await TaskRequests.SendAsync(path, new TaskRequest(TaskRequest.Stop, task.Id), TimeSpan.FromSeconds(2)).ConfigureAwait(false);
        if (reply is { IsDone: true })
        {
            StandardStreams.Out(reply.Message + "\n");
            return ExitCodes.Success;
        }

        StandardStreams.ErrorLine(reply?.Message ?? (task.HasEnded ? $"Task {task.Id} has ended already." : $"No process answers for task {task.Id}; it ended with its session. The next start of that session says so."));
        return ExitCodes.Failure;
    }

    private static async Task<int> ResumeAsync(IServiceProvider services, SessionId session, TaskSnapshot task)
    {
        if (task.State is TaskState.Completed)
        {
            StandardStreams.ErrorLine($"Task {task.Id} has completed; there is nothing to go on with.");
            return ExitCodes.Failure;
        }

        var recorder = new OutcomeRecorder(new TextFrontEnd(), showNotices: false);
        var opened = services.GetRequiredService<SessionFactory>().Open(new SessionRequest { Resume = session, WithholdUnapprovable = true }, recorder);
        await using var owned = opened.ConfigureAwait(false);
        opened.Send(new ResumeTaskInput(task));
        opened.Send(new CompleteInput());
        await opened.Completion.ConfigureAwait(false);
        return recorder.Outcome?.End is RunEnd.Success ? ExitCodes.Success : ExitCodes.Failure;
    }
}
