using System.Runtime.CompilerServices;
using QwenCode.Cli.CommandLine;
using QwenCode.Cli.IO;
using QwenCode.Cli.Running;
using QwenCode.Diagnostics;
using QwenCode.Hosting;
using QwenCode.Protocol.StreamJson;
using QwenCode.Sessions;

namespace QwenCode.Cli.Headless;

/// <summary>Runs one prompt to its end: text, json or stream-json on standard output, and an exit code.</summary>
internal sealed class HeadlessRun(
    RunHost run, WorkspaceServices project, SessionFactory sessions, OutputFormat format, bool includePartialMessages)
{
    /// <summary>Runs a prompt.</summary>
    /// <param name="request">The session it runs in.</param>
    /// <param name="prompt">The prompt.</param>
    /// <param name="cancellationToken">Shuts the session down; what it has to report is still written.</param>
    /// <returns>The exit code.</returns>
    public async Task<int> RunAsync(SessionRequest request, string prompt, CancellationToken cancellationToken)
    {
        var lines = format is OutputFormat.StreamJson ? new LineSink() : null;
        var array = format is OutputFormat.Json ? new ArraySink() : null;
        var id = (request.Resume ?? request.Id)!.Value;
        IFrontEnd frontEnd = lines is null && array is null
            ? new TextFrontEnd()
            : new StreamJsonFrontEnd(
                new MessageWriter(lines is null ? array! : lines, id.Value),
                includePartialMessages,
                includeStats: array is not null,
                SlashCommands.Headless,
                ProgramVersion.Text);
        var recorder = new OutcomeRecorder(frontEnd, showNotices: format is not OutputFormat.Text);

        // Before the session is open: it would wait for its prompt meanwhile. A signal until then stops it as soon as it is open.
        run.HandleStops();
        var session = sessions.Open(request with { WithholdUnapprovable = true }, recorder);
        await using var owned = session.ConfigureAwait(false);
        StartupProfile.Mark("session open");
        using var stop = cancellationToken.UnsafeRegister(_ => session.Send(new ShutdownInput()), null);
        session.Send(prompt.Contains('@', StringComparison.Ordinal) ? WithReferences(request, prompt) : new PromptInput(prompt));
        session.Send(new CompleteInput());
        await session.Completion.ConfigureAwait(false);
        var verdict = Verdict.Of(recorder.Outcome, run.Reason);
        if (array is not null && verdict.Code is not ExitCodes.Cancelled)
        {
            array.Finish();
        }

        if (verdict.Message is { } message)
        {
            StandardStreams.ErrorLine(array is null ? message : FatalError.Json(verdict.Code, message));
        }

        return verdict.Code;
    }

    // Kept out of line: a prompt that names no file needs nothing of this.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private PromptInput WithReferences(SessionRequest request, string prompt) => new(new AtReferences(
        project, sessions.PolicyFor(request with { WithholdUnapprovable = true }).Policy, StartupWarnings.Warn).Expand(prompt));
}
