using System.Runtime.InteropServices;
using Microsoft.Extensions.DependencyInjection;
using QwenCode.Cli.CommandLine;
using QwenCode.Cli.IO;
using QwenCode.Diagnostics;
using QwenCode.Hosting;
using QwenCode.Permissions;
using QwenCode.Protocol.StreamJson;
using QwenCode.Sessions;

namespace QwenCode.Cli.Headless;

/// <summary>One prompt, worked on to its end: text, json or stream-json on standard output, and an exit code.</summary>
internal sealed class HeadlessRun(IServiceProvider services, CliOptions options, OutputFormat format)
{
    public async Task<int> RunAsync(string prompt)
    {
        var request = SessionRequests.Of(services, options) with { WithholdUnapprovable = true };
        var lines = format is OutputFormat.StreamJson ? new LineSink() : null;
        var array = format is OutputFormat.Json ? new ArraySink() : null;
        var id = (request.Resume ?? request.Id)!.Value;
        IFrontEnd frontEnd = lines is null && array is null
            ? new TextFrontEnd()
            : new StreamJsonFrontEnd(
                new MessageWriter(lines is null ? array! : lines, id.Value), options.IncludePartialMessages, includeStats: array is not null, SlashCommands.Headless, ProgramVersion.Text);
        var recorder = new OutcomeRecorder(frontEnd, showNotices: format is not OutputFormat.Text);
        var session = services.GetRequiredService<SessionFactory>().Open(request, recorder);
        await using var owned = session.ConfigureAwait(false);
        StartupProfile.Mark("session open");
        var isSignalled = false;
        void Stop(PosixSignalContext context)
        {
            context.Cancel = true;
            isSignalled = true;
            session.Send(new ShutdownInput());
        }

        using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop);
        using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop);
        session.Send(new PromptInput(prompt));
        session.Send(new CompleteInput());
        await session.Completion.ConfigureAwait(false);
        var (code, message) = Judge(recorder.Outcome, isSignalled);
        if (array is not null && code is not ExitCodes.Cancelled)
        {
            array.Finish();
        }

        if (message is not null)
        {
            StandardStreams.ErrorLine(array is null ? message : FatalError.Json(code, message));
        }

        return code;
    }

    internal static (int Code, string? Message) Judge(RunOutcome? outcome, bool isSignalled) => outcome switch
    {
        _ when isSignalled => (ExitCodes.Cancelled, "Operation cancelled."),
        null or { End: RunEnd.Cancelled } => (ExitCodes.Cancelled, "Operation cancelled."),
        { End: RunEnd.MaxTurns } => (ExitCodes.TurnLimit, "Reached max session turns for this session. Increase the number of turns by specifying maxSessionTurns in settings.json or --max-session-turns."),
        { End: RunEnd.Error } => (ExitCodes.Failure, null),
        _ => (ExitCodes.Success, null),
    };
}

/// <summary>The approval mode of a command line.</summary>
internal static class Modes
{
    public static ApprovalMode? Of(ParsedArguments arguments) =>
        ApprovalModes.TryParse(arguments.Text("approval-mode"), out var mode) ? mode
        : arguments.Flag("yolo") is true ? ApprovalMode.Yolo
        : null;
}
