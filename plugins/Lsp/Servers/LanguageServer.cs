using QwenCode.Plugin.Lsp.Configuration;
using QwenCode.Plugin.Lsp.Wire;

namespace QwenCode.Plugin.Lsp.Servers;

/// <summary>Opens the way to a server.</summary>
internal delegate Task<ServerChannel> ServerOpener(
    ServerConfiguration server, LspTimings timings, TimeProvider time, CancellationToken cancellationToken);

/// <summary>One configured server: started at the first question, and again after a crash if its configuration says so.</summary>
internal sealed class LanguageServer(ServerConfiguration configuration, ServerOpener open, LspTimings timings, TimeProvider time)
    : IAsyncDisposable
{
    private readonly SemaphoreSlim _starting = new(1, 1);
    private readonly CancellationTokenSource _end = new();
    private ServerSession? _session;
    private string? _lastFailure;
    private int _failures;
    private int _restarts;

    public ServerConfiguration Configuration => configuration;

    /// <summary>Asks the server, starting it if need be. A question that a crash has cost is put to its successor.</summary>
    /// <exception cref="LspException">There is no answer.</exception>
    public async Task<T> UseAsync<T>(Func<ServerSession, CancellationToken, Task<T>> question, CancellationToken cancellationToken)
    {
        while (true)
        {
            var session = await StartAsync(cancellationToken).ConfigureAwait(false);
            try
            {
                return await question(session, cancellationToken).ConfigureAwait(false);
            }
            catch (ConnectionLostException exception)
            {
                Volatile.Write(ref _lastFailure, exception.Message);
                if (!configuration.RestartOnCrash || _restarts >= configuration.MaxRestarts || _end.IsCancellationRequested)
                {
                    throw new ConnectionLostException($"{exception.Message} {Advice()}");
                }
            }
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync().ConfigureAwait(false);
        await _starting.WaitAsync(CancellationToken.None).ConfigureAwait(false);
        try
        {
            if (_session is { } session)
            {
                await session.DisposeAsync().ConfigureAwait(false);
            }
        }
        finally
        {
            _starting.Release();
        }
    }

    private string Advice() => configuration.RestartOnCrash
        ? $"It was started again {_restarts} times already ({configuration.Key("maxRestarts")}) and is left alone now; go on without it."
        : $"It is not started again in this session; set {configuration.Key("restartOnCrash")} to true to have that, and go on without "
        + "it for now.";

    private async Task<ServerSession> StartAsync(CancellationToken cancellationToken)
    {
        await _starting.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            if (_end.IsCancellationRequested)
            {
                throw new LspException("the language servers were ended with the session.");
            }

            if (_session is { IsAlive: true } running)
            {
                return running;
            }

            if (_session is { } lost)
            {
                await lost.DisposeAsync().ConfigureAwait(false);
                if (!configuration.RestartOnCrash || _restarts >= configuration.MaxRestarts)
                {
                    throw new LspException($"{_lastFailure ?? lost.Describe()} {Advice()}");
                }

                _restarts++;
                _session = null;
            }

            if (_failures > configuration.MaxRestarts)
            {
                throw new LspException($"server {configuration.Name} could not be started {_failures} times and is left alone now. The "
                    + $"last time: {_lastFailure}");
            }

            return _session = await OpenAsync(cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            _starting.Release();
        }
    }

    private async Task<ServerSession> OpenAsync(CancellationToken cancellationToken)
    {
        var began = time.GetTimestamp();
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, _end.Token);
        using var limit = new CancellationTokenSource(configuration.StartupTimeout, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(ending.Token, limit.Token);
        try
        {
            var channel = await open(configuration, timings, time, either.Token).ConfigureAwait(false);
            var left = configuration.StartupTimeout - time.GetElapsedTime(began);
            return await ServerSession.OpenAsync(configuration, channel, left > TimeSpan.Zero ? left : TimeSpan.FromTicks(1), timings, time,
                ending.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw Failed(_end.IsCancellationRequested
                ? "the language servers were ended with the session."
                : $"server {configuration.Name} did not finish starting within {configuration.StartupTimeout.TotalSeconds:0.###} s. "
                + $"Raise {configuration.Key("startupTimeout")} if it needs longer.");
        }
        catch (LspException exception)
        {
            // Not as a lost connection: starting is not repeated within one question.
            throw Failed(exception is ConnectionLostException
                ? $"{exception.Message} Check {configuration.Key("command")} and its arguments." : exception.Message);
        }
    }

    private LspException Failed(string message)
    {
        _failures++;
        Volatile.Write(ref _lastFailure, message);
        return new LspException(message);
    }
}
