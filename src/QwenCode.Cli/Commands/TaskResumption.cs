using QwenCode.Cli.Headless;
using QwenCode.Cli.IO;
using QwenCode.Cli.Running;
using QwenCode.Hosting;
using QwenCode.Sessions;
using QwenCode.Tasks;

namespace QwenCode.Cli.Commands;

/// <summary><c>qwen tasks resume ID</c>: continues an interrupted agent in its session.</summary>
internal static class TaskResumption
{
    /// <summary>Continues the agent of a task, and waits until its session has nothing left to do.</summary>
    /// <returns>The exit code: a failure if there is nothing to continue, or if it cannot be continued.</returns>
    public static async Task<int> RunAsync(
        RunHost run, SessionFactory sessions, SessionTaskView session, TaskSnapshot task, CancellationToken cancellationToken)
    {
        if (task.State is TaskState.Completed)
        {
            StandardStreams.ErrorLine(
                $"Task {task.Id} has completed; there is nothing to continue. 'qwen tasks show {task.Id}' shows its result.");
            return ExitCodes.Failure;
        }

        if (task.Kind is TaskKind.Shell)
        {
            StandardStreams.ErrorLine(
                $"Task {task.Id} is a command, which cannot be continued; start it anew: {PlainText.Line(task.Prompt, 200)}");
            return ExitCodes.Failure;
        }

        if (!task.HasEnded && (await session.AskAsync(cancellationToken).ConfigureAwait(false)).IsAlive)
        {
            StandardStreams.ErrorLine($"Task {task.Id} still runs in another process; 'qwen tasks stop {task.Id}' stops it.");
            return ExitCodes.Failure;
        }

        var recorder = new OutcomeRecorder(new TextFrontEnd(), showNotices: false) { Resumed = task };
        var opened = sessions.Open(new SessionRequest { Resume = session.Id, WithholdUnapprovable = true }, recorder);
        await using var owned = opened.ConfigureAwait(false);
        using var stop = cancellationToken.UnsafeRegister(_ => opened.Send(new ShutdownInput()), null);
        run.HandleStops();
        opened.Send(new ResumeTaskInput(task));
        opened.Send(new CompleteInput());
        await opened.Completion.ConfigureAwait(false);
        if (!recorder.WasLaunched && run.Reason is StopReason.None)
        {
            // A notice has said why.
            return ExitCodes.Failure;
        }

        var verdict = Verdict.Of(recorder.Outcome, run.Reason);
        if (verdict.Message is { } text)
        {
            StandardStreams.ErrorLine(text);
        }

        return verdict.Code;
    }
}
