using System.Text.Json;
using System.Threading.Channels;
using QwenCode.Cli.CommandLine;
using QwenCode.Cli.Headless;
using QwenCode.Cli.IO;
using QwenCode.Cli.Running;
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
    private readonly AcpDispatcher _dispatcher;
    private readonly Channel<JsonRpcMessage> _work = Channel.CreateUnbounded<JsonRpcMessage>(new() { SingleReader = true });
    private readonly CancellationTokenSource _stop = new();

    public AcpRun(RunHost run, CliOptions options)
    {
        (_run, _sessions) = (run, new AcpSessions(options, _peer));
        _dispatcher = new AcpDispatcher(_sessions, _peer);
    }

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
        var failure = InputLines.Read(Take);
        _peer.Close();
        _work.Writer.TryComplete(failure);
    }

    private void Take(ReadOnlyMemory<byte> line, int number)
    {
        JsonElement id = default;
        try
        {
            var message = line.IsEmpty
                ? throw new JsonRpcException(JsonRpcErrorCode.InvalidRequest, "Invalid request", $"Line {number} is too long.")
                : JsonRpcMessage.Read(line.Span, out id);
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
            // An answer that says nothing is none: what it was to allow is not allowed.
            if (!_peer.Fail(id))
            {
                _peer.Error(id, exception);
            }
        }
    }

    private void Handle(JsonRpcMessage message)
    {
        if (!message.IsRequest)
        {
            _dispatcher.Notify(message);
            return;
        }

        // Runs until it first waits before the next message is taken.
        _ = AnswerAsync(message, _stop.Token);
    }

    private async Task AnswerAsync(JsonRpcMessage message, CancellationToken cancellationToken)
    {
        try
        {
            await _dispatcher.DispatchAsync(message, cancellationToken).ConfigureAwait(false);
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
}
