using System.Threading.Channels;
using System.Text.Json;
using QwenCode.Cli.CommandLine;
using QwenCode.Cli.Headless;
using QwenCode.Cli.IO;
using QwenCode.Cli.Running;
using QwenCode.Platform.Json;
using QwenCode.Protocol.Acp;
using QwenCode.Protocol.Control;
using QwenCode.Protocol.JsonRpc;

namespace QwenCode.Cli.Acp;

/// <summary>
/// Serves an editor by the Agent Client Protocol on standard input and output: any number of sessions in one process. Requests are taken
/// in the order of their lines; what needs time, such as opening a session or a prompt, does not hold up what comes after it.
/// </summary>
internal sealed class AcpRun : IAsyncDisposable
{
    private readonly RunHost _run;
    private readonly JsonRpcPeer _peer = new(new LineSink());
    private readonly AcpSessions _sessions;
    private readonly Channel<JsonRpcMessage> _work = Channel.CreateUnbounded<JsonRpcMessage>(new() { SingleReader = true });
    private readonly CancellationTokenSource _stop = new();
    private readonly Dictionary<string, AcpSession> _prompts = [];
    private readonly Lock _gate = new();

    public AcpRun(RunHost run, CliOptions options) => (_run, _sessions) = (run, new AcpSessions(options, _peer));

    /// <summary>Runs until standard input ends or a signal comes; then every session is closed.</summary>
    /// <param name="cancellationToken">Ends the run.</param>
    /// <returns>The exit code.</returns>
    public async Task<int> RunAsync(CancellationToken cancellationToken)
    {
        using var stop = cancellationToken.UnsafeRegister(static run => _ = Task.Run(((AcpRun)run!)._stop.Cancel), this);
        _run.HandleStops();

        // A thread of its own: reading blocks, and only the end of the input or of the process ends it.
        new Thread(ReadInput) { IsBackground = true, Name = "standard input" }.Start();
        try
        {
            await foreach (var message in _work.Reader.ReadAllAsync(_stop.Token).ConfigureAwait(false))
            {
                Handle(message);
            }
        }
        catch (OperationCanceledException) when (_stop.IsCancellationRequested)
        {
            // A signal ends a server as the end of its input does.
        }

        await _stop.CancelAsync().ConfigureAwait(false);
        await _sessions.DisposeAsync().ConfigureAwait(false);
        return ExitCodes.Success;
    }

    public ValueTask DisposeAsync()
    {
        _stop.Dispose();
        return ValueTask.CompletedTask;
    }

    private void ReadInput()
    {
        Exception? failure = null;
        try
        {
            using var stream = StandardInput.Open();
            var reader = new JsonLineReader(stream);
            while (reader.TryRead(out var line))
            {
                Take(line.Span, reader.LineNumber);
            }
        }
        catch (IOException exception)
        {
            StandardStreams.ErrorLine($"Standard input cannot be read any more: {exception.Message}");
        }
        catch (Exception exception)
        {
            // On this thread it would end the process; the queue hands it to the run.
            failure = exception;
        }

        _peer.Close();
        _work.Writer.TryComplete(failure);
    }

    private void Take(ReadOnlySpan<byte> line, int number)
    {
        JsonElement id = default;
        try
        {
            var message = line.IsEmpty
                ? throw new JsonRpcException(JsonRpcErrorCode.InvalidRequest, "Invalid request", $"Line {number} is too long.")
                : JsonRpcMessage.Read(line, out id);
            if (message.Method is null)
            {
                _peer.Answer(message);
            }
            else
            {
                _work.Writer.TryWrite(message);
            }
        }
        catch (JsonRpcException exception)
        {
            _peer.Error(id, exception);
        }
    }

    private void Handle(JsonRpcMessage message)
    {
        if (!message.IsRequest)
        {
            HandleNotification(message);
            return;
        }

        // Runs until it first waits before the next message is taken.
        _ = AnswerAsync(message);
    }

    private void HandleNotification(JsonRpcMessage message)
    {
        switch (message.Method)
        {
            case "session/cancel" when _sessions.Find(message.Parameters.Text("sessionId"u8)) is { } session:
                session.Cancel();
                break;
            case "$/cancel_request" when message.Parameters.Member("requestId"u8) is { ValueKind: not JsonValueKind.Undefined } id:
                AcpSession? prompted;
                lock (_gate)
                {
                    _prompts.TryGetValue(id.GetRawText(), out prompted);
                }

                prompted?.Cancel();
                break;
        }
    }

    private async Task AnswerAsync(JsonRpcMessage message)
    {
        try
        {
            await DispatchAsync(message, _stop.Token).ConfigureAwait(false);
        }
        catch (JsonRpcException exception)
        {
            _peer.Error(message.Id, exception);
        }
        catch (OperationCanceledException)
        {
            _peer.Error(message.Id, new JsonRpcException(JsonRpcErrorCode.RequestCancelled, "Request cancelled"));
        }
        catch (Exception exception)
        {
            // A fault of one request must not take the other sessions with it.
            var text = exception is QwenCodeException or IOException or UnauthorizedAccessException
                ? exception.Message : $"{message.Method} failed: {exception.Message}";
            StandardStreams.ErrorLine(_run.IsDebugging ? $"{message.Method}: {exception}" : text);
            _peer.Error(message.Id, JsonRpcException.Internal(text));
        }
    }

    private async Task DispatchAsync(JsonRpcMessage message, CancellationToken cancellationToken)
    {
        var (id, parameters) = (message.Id, message.Parameters);
        switch (message.Method)
        {
            case "initialize":
                _sessions.Client = AcpClient.Read(parameters);
                _peer.Result(id, AcpMethods.WriteInitialize);
                break;
            case "authenticate":
                RequireKnown(parameters.Text("methodId"u8));
                _peer.Result(id, static _ => { });
                break;
            case "session/new":
                Opened(id, await Task.Run(() => _sessions.NewAsync(parameters, cancellationToken), cancellationToken)
                    .ConfigureAwait(false), isNew: true);
                break;
            case "session/load" or "session/resume":
                var isShown = message.Method is "session/load";
                Opened(id, await Task.Run(() => _sessions.LoadAsync(parameters, isShown, cancellationToken), cancellationToken)
                    .ConfigureAwait(false), isNew: false);
                break;
            case "session/list":
                _peer.Result(id, await Task.Run(() => _sessions.ListAsync(parameters, cancellationToken), cancellationToken)
                    .ConfigureAwait(false));
                break;
            case "session/close":
                await _sessions.CloseAsync(Session(parameters)).ConfigureAwait(false);
                _peer.Result(id, static _ => { });
                break;
            case "session/prompt":
                var reason = await PromptAsync(id, parameters).ConfigureAwait(false);
                _peer.Result(id, json => json.WriteString("stopReason"u8, reason));
                break;
            case "session/set_mode":
                Session(parameters).SetMode(parameters.Text("modeId"u8));
                _peer.Result(id, static _ => { });
                break;
            case "session/set_model":
                Session(parameters).SetModel(parameters.Text("modelId"u8));
                _peer.Result(id, static _ => { });
                break;
            case "session/set_config_option":
                _peer.Result(id, SetOption(parameters).WriteOptions);
                break;
            case "getAccountInfo":
                var project = (_sessions.Find(parameters.Text("sessionId"u8)) ?? _sessions.Any)?.Workspace.Project
                    ?? throw JsonRpcException.InvalidParams("No session is open.");
                _peer.Result(id, json => AcpMethods.WriteAccount(json, project));
                break;
            default:
                throw new JsonRpcException(JsonRpcErrorCode.MethodNotFound, "Method not found")
                {
                    MoreData = json => json.WriteString("method"u8, message.Method),
                };
        }
    }

    private async Task<string> PromptAsync(JsonElement id, JsonElement parameters)
    {
        var name = parameters.Text("sessionId"u8);
        var session = _sessions.Find(name) ?? throw JsonRpcException.Internal($"Session not found: {name}");
        var key = id.GetRawText();
        lock (_gate)
        {
            _prompts[key] = session;
        }

        try
        {
            return await session.PromptAsync(AcpPrompt.Read(parameters.Member("prompt"u8))).ConfigureAwait(false);
        }
        finally
        {
            lock (_gate)
            {
                _prompts.Remove(key);
            }
        }
    }

    private AcpSessionState SetOption(JsonElement parameters)
    {
        var session = Session(parameters);
        switch (parameters.Text("configId"u8))
        {
            case "mode":
                session.SetMode(parameters.Text("value"u8));
                break;
            case "model":
                session.SetModel(parameters.Text("value"u8));
                break;
            case var other:
                throw JsonRpcException.InvalidParams($"There is no option '{other}'; it must be one of: mode, model.");
        }

        return session.State;
    }

    private void Opened(JsonElement id, AcpSession session, bool isNew)
    {
        var state = session.State;
        _peer.Result(id, json =>
        {
            if (isNew)
            {
                json.WriteString("sessionId"u8, session.Id);
            }

            state.Write(json);
        });
        session.ShowCommands();
    }

    private AcpSession Session(JsonElement parameters)
    {
        var id = parameters.Text("sessionId"u8);
        return _sessions.Find(id) ?? throw JsonRpcException.InvalidParams($"Session not found: {id}");
    }

    private static void RequireKnown(string? method)
    {
        if (method is not AcpMethods.AuthenticationMethod)
        {
            throw JsonRpcException.InvalidParams(
                $"There is no way to authenticate called '{method}'; it must be {AcpMethods.AuthenticationMethod}.");
        }
    }
}
