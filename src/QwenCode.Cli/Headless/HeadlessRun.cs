using System.Runtime.CompilerServices;
using Microsoft.Extensions.AI;
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
    RunHost run, WorkspaceServices project, SessionFactory sessions, OutputFormat format, CliOptions options, ResultTool? result)
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
        var servers = sessions.CreateServers();
        var slash = new SlashCommands(project);
        var messages = lines is null && array is null
            ? null
            : new StreamJsonFrontEnd(
                new MessageWriter(lines is null ? array! : lines, id.Value),
                options.IncludePartialMessages,
                includeStats: array is not null,
                () => PromptReader.Commands(slash.Headless, servers, slash),
                ProgramVersion.Text);
        var recorder = new OutcomeRecorder(messages is null ? new TextFrontEnd() : messages, showNotices: format is not OutputFormat.Text);

        var structured = result is null ? null : new StructuredRun(recorder, result);

        // Before the session is open: it would wait for its prompt meanwhile. A signal until then stops it as soon as it is open.
        run.HandleStops();
        var session = sessions.Open(
            request with { WithholdUnapprovable = true, Servers = servers, ToolSources = result is null ? [] : [result] },
            structured is null ? recorder : structured);
        structured?.Attach(session);
        await using var owned = session.ConfigureAwait(false);
        StartupProfile.Mark("session open");
        using var stop = cancellationToken.UnsafeRegister(_ => session.Send(new ShutdownInput()), null);
        var read = PromptReader.IsNeededFor(prompt)
            ? await ReadAsync(request, servers, prompt, cancellationToken).ConfigureAwait(false)
            : new ReadPrompt([new TextContent(prompt)]);
        if (read.Refusal is null)
        {
            session.Send(SlashCommands.ToInput(read.Content));
        }

        if (structured is not null && read.Refusal is null)
        {
            await structured.Done.ConfigureAwait(false);
        }

        session.Send(new CompleteInput());
        await session.Completion.ConfigureAwait(false);
        if (read.Refusal is { } refusal)
        {
            return Refuse(session, messages, array, refusal);
        }

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

    private static int Refuse(ISession session, StreamJsonFrontEnd? messages, ArraySink? array, string refusal)
    {
        if (messages is null)
        {
            StandardStreams.ErrorLine(refusal);
        }

        messages?.Answer(session.Info, refusal, RunEnd.Error);
        array?.Finish();
        return ExitCodes.Success;
    }

    // Kept out of line: a prompt that names nothing needs nothing of this.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private async ValueTask<ReadPrompt> ReadAsync(
        SessionRequest request, SessionMcpServers servers, string prompt, CancellationToken cancellationToken)
    {
        try
        {
            var policy = sessions.PolicyFor(request with { WithholdUnapprovable = true }).Policy;
            return await PromptReader.For(project, policy, servers).ReadAsync(prompt, null, cancellationToken).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // The session is shut down; it takes the prompt and says so.
            return new([new TextContent(prompt)]);
        }
    }
}
