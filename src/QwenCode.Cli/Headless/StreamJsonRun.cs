using System.Text.Json;
using System.Threading.Channels;
using Microsoft.Extensions.AI;
using QwenCode.Agents;
using QwenCode.Cli.CommandLine;
using QwenCode.Cli.Commands;
using QwenCode.Cli.IO;
using QwenCode.Cli.Running;
using QwenCode.Hooks;
using QwenCode.Hosting;
using QwenCode.Permissions;
using QwenCode.Protocol.Control;
using QwenCode.Platform.Json;
using QwenCode.Protocol.HostTools;
using QwenCode.Sessions;
using QwenCode.Storage.Usage;

namespace QwenCode.Cli.Headless;

/// <summary>
/// A session that a host drives by lines of JSON. One thread reads them: answers and interrupts take effect there, while
/// everything that needs the session goes through one queue, so that the order of the lines is kept even while it is being opened.
/// </summary>
internal sealed class StreamJsonRun : IDisposable
{
    private readonly RunHost _run;
    private readonly WorkspaceServices _project;
    private readonly StreamJsonSessions _sessions;
    private readonly IAgentCatalog _agents;
    private readonly SessionRequest _request;
    private readonly TimeProvider _time;
    private readonly LineSink _sink = new();
    private readonly ControlWriter _control;
    private readonly HostChannel _host;
    private readonly HostToolSource _hostTools;
    private readonly SessionMcpServers _servers;
    private readonly Channel<InputMessage> _work =
        Channel.CreateUnbounded<InputMessage>(new() { SingleReader = true, SingleWriter = false });
    private readonly CancellationTokenSource _stop = new();
    private readonly WaitingRequests _waiting = new();
    private readonly PromptQueue _prompts = new();
    private bool? _isControlled;
    private ReasoningEffort? _effort;
    private IReadOnlyList<HostHook> _hooks = [];
    private StreamJsonSession? _session;
    private volatile bool _isCancelled;

    public StreamJsonRun(RunHost run, WorkspaceServices project, StreamJsonSessions sessions, IAgentCatalog agents, SessionRequest request,
        TimeProvider time)
    {
        (_run, _project, _sessions, _agents, _request, _time) = (run, project, sessions, agents, request, time);
        _control = new ControlWriter(_sink);
        _host = new HostChannel(_control, time);
        _hostTools = new HostToolSource(_host, ProgramVersion.Text);
        _servers = sessions.CreateServers();
    }

    private SessionId Id => (_request.Resume ?? _request.Id)!.Value;

    public void Dispose() => _stop.Dispose();

    /// <summary>Runs until standard input ends.</summary>
    /// <param name="prompt">The prompt of the command line, which comes before the input; <c>null</c> if there is none.</param>
    /// <param name="cancellationToken">Shuts the session down, and ends the run with it.</param>
    /// <returns>The exit code.</returns>
    public async Task<int> RunAsync(string? prompt, CancellationToken cancellationToken)
    {
        using var stop = cancellationToken.UnsafeRegister(static run => ((StreamJsonRun)run!).Cancel(), this);
        _run.HandleStops();
        if (!string.IsNullOrWhiteSpace(prompt))
        {
            _isControlled = false;
            Queue(UserContent.Message(prompt));
        }

        // A thread of its own: reading blocks, and only the end of the input or of the process ends it.
        new Thread(ReadInput) { IsBackground = true, Name = "standard input" }.Start();
        try
        {
            await foreach (var message in _work.Reader.ReadAllAsync(_stop.Token).ConfigureAwait(false))
            {
                if (await HandleAsync(message, _stop.Token).ConfigureAwait(false) is { } code)
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
            // Interrupted, stopped, or out of turns; the verdict says what that means.
        }

        RunOutcome? outcome = null;
        if (_session is { } opened)
        {
            await opened.Session.DisposeAsync().ConfigureAwait(false);
            outcome = opened.Recorder.Outcome;
        }

        await _servers.DisposeAsync().ConfigureAwait(false);

        // A host reads the outcome of each prompt from its result; only what ends the whole session is an exit code.
        var isOver = _isCancelled || outcome is { End: RunEnd.MaxTurns or RunEnd.Budget or RunEnd.Cancelled };
        var verdict = isOver ? Verdict.Of(_isCancelled ? null : outcome, _run.Reason) : new Verdict(ExitCodes.Success);
        if (verdict.Message is { } text)
        {
            StandardStreams.ErrorLine(text);
        }

        return verdict.Code;
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
        var failure = InputLines.Read(Take);
        _host.Close();
        _work.Writer.TryComplete(failure);
    }

    private void Take(ReadOnlyMemory<byte> line, int number)
    {
        string? problem = "it is too long";
        if (!line.IsEmpty && InputMessage.Read(line.Span, out problem) is { } message)
        {
            Sort(message);
        }
        else
        {
            StandardStreams.ErrorLine($"Standard input, line {number}, was ignored: {problem}.");
        }
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
                Interrupt();
                break;
            case "control_request":
                _isControlled ??= true;
                _waiting.Add(message.RequestId);
                _work.Writer.TryWrite(message);
                break;
            case "user":
                _isControlled ??= false;
                Queue(message);
                break;
        }
    }

    // Before the first turn, or with nothing to end but the session, it ends that.
    private void Interrupt()
    {
        if (_prompts.TryInterrupt(_session, out var isWorking))
        {
            return;
        }

        if (isWorking)
        {
            Cancel();
        }
        else
        {
            End();
        }
    }

    private void Queue(InputMessage prompt)
    {
        _prompts.Add();
        _work.Writer.TryWrite(prompt);
    }

    /// <summary>Handles a message of the queue; a code ends the program.</summary>
    private async Task<int?> HandleAsync(InputMessage message, CancellationToken cancellationToken)
    {
        if (message.Type == "user")
        {
            IReadOnlyList<AIContent>? prompt = null;
            try
            {
                (prompt, var end) = await PrepareAsync(UserContent.Read(message), cancellationToken).ConfigureAwait(false);
                return end;
            }
            finally
            {
                _prompts.Pass(_session, prompt);
            }
        }

        if (!_waiting.Take(message.RequestId))
        {
            return null;
        }

        try
        {
            if (message.Subtype == "initialize")
            {
                await InitializeAsync(message, cancellationToken).ConfigureAwait(false);
                return null;
            }

            if (message.Subtype == "get_usage_info")
            {
                var usage = await UsageAsync(message.Request.Text("range"), cancellationToken).ConfigureAwait(false);
                _control.Success(message.RequestId, usage);
                return null;
            }

            if (!ControlRequests.IsKnown(message.Subtype))
            {
                throw new HostRequestException($"Unknown control request subtype: {message.Subtype}");
            }

            if (Open() is { } code)
            {
                return code;
            }

            var answer = ControlRequests.Handle(message, _session!, _project, _servers, [.. _hostTools.Servers, .. _servers.Status]);
            _control.Success(message.RequestId, answer);
        }
        catch (HostRequestException exception)
        {
            _control.Error(message.RequestId, exception.Message);
        }

        return null;
    }

    // On the pool: months of sessions may have to be read.
    private Task<Action<Utf8JsonWriter>> UsageAsync(string? range, CancellationToken cancellationToken) => Task.Run(
        () => new UsageReport(new UsageHistory(_project.Workspace.RuntimeDirectory), _time).Create(range, cancellationToken),
        cancellationToken);

    private async Task InitializeAsync(InputMessage message, CancellationToken cancellationToken)
    {
        if (_isControlled is false)
        {
            throw new HostRequestException("The session began with a user message; 'initialize' has to be the first line.");
        }

        var initialize = InitializeRequest.Read(message.Request, PermissionRule.FindFault);
        Take(initialize.Hooks);
        _effort = initialize.Effort is { } word ? ControlRequests.Effort(word) : null;
        _session?.Session.Send(new SetEffortInput(_effort));
        _host.PermissionTimeout = initialize.PermissionTimeout ?? HostChannel.Timeout;
        if (initialize is not { KeepsConfiguredAgents: true, Agents: [] })
        {
            _agents.UseSessionAgents(initialize.KeepsConfiguredAgents ? [.. initialize.Agents, .. _agents.List()] : initialize.Agents);
        }

        _control.Success(message.RequestId, json => ControlRequests.WriteCapabilities(json, Id, initialize.Hooks.Count > 0));
        if (initialize.Servers.ValueKind is not (JsonValueKind.Undefined or JsonValueKind.Null))
        {
            _servers.Add(initialize.Servers);
        }

        await _hostTools.ConnectAsync(initialize.SdkServers, StandardStreams.ErrorLine, cancellationToken).ConfigureAwait(false);
    }

    // A guard that comes too late must not seem to guard.
    private void Take(IReadOnlyList<HostHook> hooks)
    {
        if (_session is not null && hooks.Count > 0)
        {
            throw new HostRequestException("The session has begun; hooks have to be in the first 'initialize'.");
        }

        if (_project.Session.DisableAllHooks && hooks.Count > 0)
        {
            throw new HostRequestException("The settings switch all hooks off (disableAllHooks); those of the host would not run.");
        }

        _hooks = hooks;
    }

    /// <summary>Returns what of a prompt goes to the session; a code ends the program.</summary>
    private async Task<(IReadOnlyList<AIContent>? Prompt, int? Code)> PrepareAsync(
        IReadOnlyList<AIContent> content, CancellationToken cancellationToken)
    {
        if (content.Count == 0)
        {
            return (null, null);
        }

        if (Open() is { } code)
        {
            return (null, code);
        }

        var session = _session!;
        if (content is not [TextContent { Text: var text }, ..])
        {
            return (content, null);
        }

        var read = session.Slash.Refuse(text) is { } refused
            ? new ReadPrompt([], refused) : await session.Prompts.ReadAsync(text, null, cancellationToken).ConfigureAwait(false);
        if (read.Refusal is { } refusal)
        {
            // Not before the prompts in front of it are done: their messages must not be mixed with these.
            await session.Tracker.IdleAsync(cancellationToken).ConfigureAwait(false);
            session.Messages.Answer(session.Session.Info, refusal, RunEnd.Error);
            return (null, null);
        }

        return ([.. read.Content, .. content.Skip(1)], null);
    }

    private HookEntry Entry(HostHook hook) => new(hook.Event, HookSource.Session, hook.Matcher, false,
        new FunctionHook(hook.CallbackId, (input, token) => hook.AskAsync(_host, input, token), hook.Timeout));

    /// <summary>Opens the session at the first need; a code ends the program.</summary>
    private int? Open()
    {
        if (_session is not null)
        {
            return null;
        }

        if (ModelCheck.FindProblem(_project) is { } problem)
        {
            return DefaultCommand.Fail(OutputFormat.StreamJson, problem);
        }

        var isControlled = _isControlled is true;
        _session = _sessions.Open(
            _request with
            {
                CanAskUser = isControlled,
                ToolSources = [_hostTools],
                Servers = _servers,
                McpServers = () => _hostTools.Servers,
                Hooks = [.. _hooks.Select(Entry)],
                WithheldTools = isControlled ? StreamJsonSession.WithheldFromHosts : new Dictionary<string, string>(),
            },
            _sink,
            _host);
        _session.Tracker.TurnsUsedUp += End;
        if (_effort is not null)
        {
            _session.Session.Send(new SetEffortInput(_effort));
        }

        if (_isCancelled)
        {
            _session.Session.Send(new ShutdownInput());
        }

        return null;
    }
}
