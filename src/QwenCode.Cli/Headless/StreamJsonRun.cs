using System.Runtime.InteropServices;
using System.Threading.Channels;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.DependencyInjection;
using QwenCode.Agents;
using QwenCode.Cli.CommandLine;
using QwenCode.Cli.IO;
using QwenCode.Configuration;
using QwenCode.Hosting;
using QwenCode.Protocol.Control;
using QwenCode.Protocol.HostTools;
using QwenCode.Sessions;

namespace QwenCode.Cli.Headless;

/// <summary>
/// A session that a host drives by lines of JSON. One thread reads them: answers and interrupts take effect there, while
/// everything that needs the session goes through one queue, so that the order of the lines is kept even while it is being opened.
/// </summary>
internal sealed class StreamJsonRun : IDisposable
{
    private readonly IServiceProvider _services;
    private readonly CliOptions _options;
    private readonly SessionRequest _request;
    private readonly LineSink _sink = new();
    private readonly ControlWriter _control;
    private readonly HostChannel _host;
    private readonly HostToolSource _hostTools;
    private readonly Channel<InputMessage> _work = Channel.CreateUnbounded<InputMessage>(new() { SingleReader = true, SingleWriter = false });
    private readonly CancellationTokenSource _stop = new();
    private readonly WaitingRequests _waiting = new();
    private bool? _isControlled;
    private StreamJsonSession? _session;
    private volatile bool _isCancelled;

    private StreamJsonRun(IServiceProvider services, CliOptions options)
    {
        (_services, _options) = (services, options);
        _request = SessionRequests.Of(services, options);
        _control = new ControlWriter(_sink);
        _host = new HostChannel(_control, services.GetRequiredService<TimeProvider>());
        _hostTools = new HostToolSource(_host, ProgramVersion.Text);
    }

    private SessionId Id => (_request.Resume ?? _request.Id)!.Value;

    public static async Task<int> StartAsync(CliOptions options)
    {
        try
        {
            using var host = Composition.Build(options);
            foreach (var warning in host.Services.GetRequiredService<Project>().Settings.Warnings)
            {
                StandardStreams.ErrorLine($"Warning: {warning}");
            }

            using var run = new StreamJsonRun(host.Services, options);
            return await run.RunAsync().ConfigureAwait(false);
        }
        catch (SettingsException exception)
        {
            StandardStreams.ErrorLine(exception.Message);
            return exception.ExitCode;
        }
        catch (Exception exception) when (exception is QwenCodeException or UsageException)
        {
            StandardStreams.ErrorLine(exception.Message);
            return ExitCodes.Failure;
        }
    }

    public void Dispose() => _stop.Dispose();

    private async Task<int> RunAsync()
    {
        void Stop(PosixSignalContext context)
        {
            context.Cancel = true;
            Cancel();
        }

        using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop);
        using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop);
        if (_options.Prompt is { } prompt && !string.IsNullOrWhiteSpace(prompt))
        {
            _isControlled = false;
            _work.Writer.TryWrite(UserContent.Message(prompt));
        }

        // A thread of its own: reading blocks, and nothing can end it but the end of the input or of the process.
        new Thread(ReadInput) { IsBackground = true, Name = "Standard input" }.Start();
        try
        {
            await foreach (var message in _work.Reader.ReadAllAsync(_stop.Token).ConfigureAwait(false))
            {
                if (await HandleAsync(message).ConfigureAwait(false) is { } code)
                {
                    return code;
                }
            }

            if (_session is { } session)
            {
                session.Session.Send(new CompleteInput());
                await session.Session.Completion.ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException) when (_stop.IsCancellationRequested)
        {
            // Interrupted, signalled, or out of turns; what that means for the exit code is judged below.
        }

        if (_session is { } opened)
        {
            await opened.Session.DisposeAsync().ConfigureAwait(false);
            if (!_isCancelled && opened.Recorder.Outcome is { End: RunEnd.MaxTurns } outcome)
            {
                var (code, message) = HeadlessRun.Judge(outcome, isSignalled: false);
                StandardStreams.ErrorLine(message!);
                return code;
            }
        }

        if (_isCancelled)
        {
            StandardStreams.ErrorLine("Operation cancelled.");
            return ExitCodes.Cancelled;
        }

        return ExitCodes.Success;
    }

    private void Cancel()
    {
        _isCancelled = true;
        End();
    }

    private void End()
    {
        _session?.Session.Send(new ShutdownInput());
        _ = Task.Run(_stop.Cancel);
    }

    private void ReadInput()
    {
        try
        {
            using var stream = StandardInput.Open();
            var reader = new JsonLineReader(stream);
            while (reader.TryRead(out var line))
            {
                string? problem = "it is too long";
                if (!line.IsEmpty && InputMessage.Read(line.Span, out problem) is { } message)
                {
                    Sort(message);
                }
                else
                {
                    StandardStreams.ErrorLine($"Standard input, line {reader.LineNumber}, was left out: {problem}.");
                }
            }
        }
        catch (IOException exception)
        {
            StandardStreams.ErrorLine($"Standard input cannot be read any more: {exception.Message}");
        }

        _host.Close();
        _work.Writer.TryComplete();
    }

    private void Sort(InputMessage message)
    {
        switch (message.Type)
        {
            case "control_response":
                _host.Answer(message);
                break;
            case "control_cancel_request":
                _waiting.Cancel(message.RequestId, _control);
                break;
            case "control_request" when message.Subtype == "interrupt":
                _control.Success(message.RequestId, static json => json.WriteString("subtype"u8, "interrupt"u8));
                if (_session is { Tracker.IsBusy: true } || _work.Reader.Count > 0)
                {
                    Cancel();
                }
                else
                {
                    End();
                }

                break;
            case "control_request":
                _isControlled ??= true;
                _waiting.Add(message.RequestId);
                _work.Writer.TryWrite(message);
                break;
            case "user":
                _isControlled ??= false;
                _work.Writer.TryWrite(message);
                break;
        }
    }

    /// <summary>Handles a message of the queue; a code ends the program.</summary>
    private async Task<int?> HandleAsync(InputMessage message)
    {
        if (message.Type == "user")
        {
            return await PromptAsync(UserContent.Read(message)).ConfigureAwait(false);
        }

        if (!_waiting.Take(message.RequestId))
        {
            return null;
        }

        try
        {
            if (message.Subtype == "initialize")
            {
                await InitializeAsync(message).ConfigureAwait(false);
                return null;
            }

            if (!ControlRequests.IsKnown(message.Subtype))
            {
                throw new HostRequestException($"Unknown control request subtype: {message.Subtype}");
            }

            if (await OpenAsync().ConfigureAwait(false) is { } code)
            {
                return code;
            }

            var answer = ControlRequests.Handle(message, _session!, _services.GetRequiredService<Project>(), _hostTools);
            _control.Success(message.RequestId, answer);
        }
        catch (HostRequestException exception)
        {
            _control.Error(message.RequestId, exception.Message);
        }

        return null;
    }

    private async Task InitializeAsync(InputMessage message)
    {
        if (_isControlled is false)
        {
            throw new HostRequestException("The session began with a user message; 'initialize' has to be the first line.");
        }

        var initialize = InitializeRequest.Read(message.Request);
        _services.GetRequiredService<IAgentCatalog>().UseSessionAgents(initialize.Agents);
        _control.Success(message.RequestId, json => ControlRequests.WriteCapabilities(json, Id));
        if (initialize.OtherServers.Count > 0)
        {
            StandardStreams.ErrorLine($"MCP servers outside the host are not started by this version: {string.Join(", ", initialize.OtherServers)}.");
            _hostTools.AddDisconnected(initialize.OtherServers);
        }

        await _hostTools.ConnectAsync(initialize.SdkServers, StandardStreams.ErrorLine, _stop.Token).ConfigureAwait(false);
    }

    private async Task<int?> PromptAsync(IReadOnlyList<AIContent> content)
    {
        if (content.Count == 0)
        {
            return null;
        }

        if (await OpenAsync().ConfigureAwait(false) is { } code)
        {
            return code;
        }

        var session = _session!;
        if (content is [TextContent { Text: var text }, ..])
        {
            if (SlashCommands.Refuse(text) is { } refusal)
            {
                // Not before the prompts in front of it are done: their messages must not be mixed with these.
                await session.Tracker.IdleAsync().WaitAsync(_stop.Token).ConfigureAwait(false);
                session.Messages.Answer(session.Session.Info, refusal, RunEnd.Error);
                return null;
            }

            content = [new TextContent(SlashCommands.Expand(text)), .. content.Skip(1)];
        }

        session.Tracker.Began();
        session.Session.Send(new PromptInput(content));
        return null;
    }

    private async Task<int?> OpenAsync()
    {
        if (_session is not null)
        {
            return null;
        }

        if (await ModelCheck.FindProblemAsync(_services.GetRequiredService<Project>()).ConfigureAwait(false) is { } problem)
        {
            return OneShot.Fail(OutputFormat.StreamJson, problem);
        }

        var isControlled = _isControlled is true;
        _session = StreamJsonSession.Open(
            _services,
            _request with
            {
                CanAskUser = isControlled,
                ToolSources = [_hostTools],
                McpServers = () => _hostTools.Servers,
                WithheldTools = isControlled ? StreamJsonSession.WithheldFromHosts : new Dictionary<string, string>(),
            },
            _sink,
            _host,
            _options.IncludePartialMessages);
        _session.Tracker.TurnsUsedUp += End;
        if (_isCancelled)
        {
            _session.Session.Send(new ShutdownInput());
        }

        return null;
    }
}
