using System.Threading.Channels;
using ModelContextProtocol.Client;
using ModelContextProtocol.Protocol;
using QwenCode.Platform.Processes;

namespace QwenCode.Mcp.Connections;

/// <summary>The way to a server that is a program: its input and output. The program is supervised as every other process is.</summary>
/// <param name="name">The server.</param>
/// <param name="start">What to start.</param>
/// <param name="shutdownTimeout">How long the program may take to end by itself once its input is closed.</param>
/// <param name="log">Takes each line of its error output.</param>
/// <param name="time">The clock.</param>
internal sealed class ProgramTransport(
    string name, ProcessStart start, TimeSpan shutdownTimeout, Action<string> log, TimeProvider time) : IClientTransport
{
    private const int SignalBase = 128;

    public string Name => name;

    /// <exception cref="ProcessStartException">The program could not be started.</exception>
    public async Task<ITransport> ConnectAsync(CancellationToken cancellationToken = default)
    {
        var errors = new ErrorLines(log);
        var process = SupervisedProcess.Start(start with { HasInput = true, OnError = errors.Append, OwnsLeftovers = true }, time);
        var stop = new ProcessStop { Patience = shutdownTimeout, Grace = TimeSpan.Zero };
        try
        {
            var streams = await new StreamClientTransport(process.Input, process.Output).ConnectAsync(cancellationToken)
                .ConfigureAwait(false);
            return new Connected(streams, process, errors, stop);
        }
        catch
        {
            await process.StopAsync(stop with { Patience = TimeSpan.Zero }, CancellationToken.None).ConfigureAwait(false);
            throw;
        }
    }

    private sealed class Connected : ITransport
    {
        // How long a write may keep the input from being closed: one to a server that does not read never ends.
        private static readonly TimeSpan WritePatience = TimeSpan.FromMilliseconds(200);

        private readonly SemaphoreSlim _writing = new(1, 1);
        private readonly Channel<JsonRpcMessage> _messages = Channel.CreateUnbounded<JsonRpcMessage>(new() { SingleWriter = true });
        private readonly ITransport _streams;
        private readonly SupervisedProcess _process;
        private readonly ErrorLines _errors;
        private readonly ProcessStop _stop;
        private readonly Task<ClientCompletionDetails> _ended;

        public Connected(ITransport streams, SupervisedProcess process, ErrorLines errors, ProcessStop stop)
        {
            (_streams, _process, _errors, _stop) = (streams, process, errors, stop);
            _ended = PassOnAsync(CancellationToken.None);
        }

        public string? SessionId => _streams.SessionId;

        public ChannelReader<JsonRpcMessage> MessageReader => _messages.Reader;

        public async Task SendMessageAsync(JsonRpcMessage message, CancellationToken cancellationToken = default)
        {
            try
            {
                await WriteAsync(message, cancellationToken).ConfigureAwait(false);
            }
            catch (IOException exception) when (_process.HasEnded || exception.InnerException is IOException or ObjectDisposedException)
            {
                // Nobody reads: why, is in the end of the program.
                await EndAsync(cancellationToken).ConfigureAwait(false);
                throw new ClientTransportClosedException(await _ended.WaitAsync(cancellationToken).ConfigureAwait(false));
            }
        }

        public async ValueTask DisposeAsync()
        {
            await EndAsync(CancellationToken.None).ConfigureAwait(false);
            await _streams.DisposeAsync().ConfigureAwait(false);
            await _ended.ConfigureAwait(false);
        }

        private async Task WriteAsync(JsonRpcMessage message, CancellationToken cancellationToken)
        {
            await _writing.WaitAsync(cancellationToken).ConfigureAwait(false);
            try
            {
                await _streams.SendMessageAsync(message, cancellationToken).ConfigureAwait(false);
            }
            finally
            {
                _writing.Release();
            }
        }

        // Messages are passed on here and not read from the streams' own channel, so that the end of the program is in the end of this one.
        private async Task<ClientCompletionDetails> PassOnAsync(CancellationToken cancellationToken)
        {
            try
            {
                await foreach (var message in _streams.MessageReader.ReadAllAsync(cancellationToken).ConfigureAwait(false))
                {
                    _messages.Writer.TryWrite(message);
                }
            }
            catch (Exception exception) when (exception is not OperationCanceledException)
            {
                // The pipe was torn off, or what the server writes cannot be read on; that is an end like any other.
            }

            var details = new StdioClientCompletionDetails { ProcessId = _process.Id };
            try
            {
                await Task.WhenAny(_process.Exit, EndAsync(cancellationToken)).ConfigureAwait(false);
                if (_process.HasEnded)
                {
                    var exit = await _process.Completion.ConfigureAwait(false);
                    details.ExitCode = exit.Code ?? (SignalBase + exit.Signal);
                }

                details.StandardErrorTail = _errors.Last;
            }
            finally
            {
                _messages.Writer.TryComplete(new ClientTransportClosedException(details));
            }

            return details;
        }

        private async Task EndAsync(CancellationToken cancellationToken)
        {
            // The first write to a pipe makes a socket of it; closed meanwhile, .NET spins in the write for ever.
            var isFree = await _writing.WaitAsync(WritePatience, CancellationToken.None).ConfigureAwait(false);
            try
            {
                // A server ends when its input does.
                await _process.Input.DisposeAsync().ConfigureAwait(false);
            }
            catch (IOException)
            {
                // It has ended before it read all that was written to it.
            }
            finally
            {
                if (isFree)
                {
                    _writing.Release();
                }
            }

            await _process.StopAsync(_stop, cancellationToken).ConfigureAwait(false);
        }
    }
}
