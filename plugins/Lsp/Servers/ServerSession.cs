using System.Text.Json;
using QwenCode.Plugin.Lsp.Configuration;
using QwenCode.Plugin.Lsp.Wire;
using QwenCode.Tools;

namespace QwenCode.Plugin.Lsp.Servers;

/// <summary>A server that was greeted and can be asked.</summary>
internal sealed class ServerSession : IAsyncDisposable
{
    private readonly ServerChannel _channel;
    private readonly RpcConnection _connection;
    private readonly ServerPeer _peer;
    private readonly OpenDocuments _documents;
    private readonly LspTimings _timings;
    private readonly TimeProvider _time;
    private readonly SemaphoreSlim _showing = new(1, 1);
    private JsonElement _capabilities;
    private int _ending;
    private volatile bool _isPatienceSpent;

    private ServerSession(ServerConfiguration server, ServerChannel channel, LspTimings timings, TimeProvider time)
    {
        (Server, _channel, _timings, _time) = (server, channel, timings, time);
        _peer = new ServerPeer(server);
        _connection = new RpcConnection(channel.Input, channel.Output, _peer, time);
        _documents = new OpenDocuments(server, _connection, _peer.Diagnostics, () => _capabilities);
    }

    public ServerConfiguration Server { get; }

    public LspTimings Timings => _timings;

    public TimeProvider Time => _time;

    public DiagnosticStore Published => _peer.Diagnostics;

    /// <summary>Gets whether the server can still be asked.</summary>
    public bool IsAlive => !_connection.Closed.IsCompleted && _channel.Process?.Exit.IsCompleted is not true;

    /// <summary>Gets what the server says it is working on; <c>null</c> if it is idle.</summary>
    public string? Work => _peer.Work;

    public bool HasDocuments => !_documents.IsEmpty;

    /// <summary>Waits until the server has done what it says it is working on; only once for as long as that may take.</summary>
    public Task WaitForIdleAsync(CancellationToken cancellationToken) => WaitForIdleAsync(_time.GetTimestamp(), cancellationToken);

    /// <summary>Greets a server.</summary>
    /// <param name="server">What is known of it.</param>
    /// <param name="channel">The way to it; ended with the session.</param>
    /// <param name="limit">What is left of the time it has to start.</param>
    /// <param name="timings">How long is waited for what.</param>
    /// <param name="time">The clock.</param>
    /// <param name="cancellationToken">Ends the waiting.</param>
    /// <exception cref="LspException">It does not want to, or cannot.</exception>
    public static async Task<ServerSession> OpenAsync(ServerConfiguration server, ServerChannel channel, TimeSpan limit, LspTimings timings,
        TimeProvider time, CancellationToken cancellationToken)
    {
        var session = new ServerSession(server, channel, timings, time);
        try
        {
            var answer = await session.AskAsync("initialize", writer => ClientIntroduction.Write(writer, server), limit, cancellationToken)
                .ConfigureAwait(false);
            session._capabilities = answer.ValueKind is JsonValueKind.Object && answer.TryGetProperty("capabilities", out var capabilities)
                ? capabilities : default;
            if (session.Capability("positionEncoding") is { ValueKind: JsonValueKind.String } encoding && !encoding.ValueEquals("utf-16"u8))
            {
                throw new LspException($"server {server.Name} counts columns in {encoding.GetString()} although only utf-16 was "
                    + "offered. Look for an option of its that changes this.");
            }

            session._connection.Notify("initialized", static _ => { });
            if (server.Settings is { } settings)
            {
                session._connection.Notify("workspace/didChangeConfiguration", writer =>
                {
                    writer.WritePropertyName("settings"u8);
                    settings.WriteTo(writer);
                });
            }

            return session;
        }
        catch
        {
            await session.EndAsync(isPolite: false, CancellationToken.None).ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>Returns how the server's program stands.</summary>
    public string Describe() => $"server {Server.Name} has ended. {Sentence(_channel.Describe())}".TrimEnd();

    /// <summary>Returns whether the server offers something.</summary>
    /// <param name="provider">The member of its capabilities.</param>
    /// <param name="method">The method, which it may also have announced later.</param>
    public bool Offers(string provider, string method) =>
        Capability(provider) is { ValueKind: JsonValueKind.True or JsonValueKind.Object } || _peer.FindRegistered(method) is not null;

    /// <summary>Returns the options with which the server offers something; undefined if it has none.</summary>
    public JsonElement Options(string provider, string method) =>
        Capability(provider) is { ValueKind: JsonValueKind.Object } options ? options : _peer.FindRegistered(method) ?? default;

    public JsonElement? Capability(string name) =>
        _capabilities.ValueKind is JsonValueKind.Object && _capabilities.TryGetProperty(name, out var value) ? value : null;

    /// <summary>Asks, within the time a request has.</summary>
    /// <exception cref="LspException">There is no answer; the message says why.</exception>
    public Task<JsonElement> AskAsync(string method, Action<Utf8JsonWriter>? parameters, CancellationToken cancellationToken) =>
        AskAsync(method, parameters, _timings.Request, cancellationToken);

    /// <summary>Asks, and once more if the answer is empty because the server may not be ready.</summary>
    /// <param name="method">The method.</param>
    /// <param name="parameters">Its parameters.</param>
    /// <param name="isFresh">Whether the server was only just shown what the question is about.</param>
    /// <param name="retry">How long it is given then.</param>
    /// <param name="cancellationToken">Ends the waiting.</param>
    public async Task<JsonElement> AskUntilReadyAsync(
        string method, Action<Utf8JsonWriter>? parameters, bool isFresh, TimeSpan retry, CancellationToken cancellationToken)
    {
        var began = _time.GetTimestamp();
        for (var canRetry = true; ; canRetry = false)
        {
            try
            {
                var answer = await AskAsync(method, parameters, cancellationToken).ConfigureAwait(false);
                if (!IsEmpty(answer) || !await MayHaveMoreAsync(began, canRetry && isFresh, retry, cancellationToken).ConfigureAwait(false))
                {
                    return answer;
                }
            }
            catch (RequestFailedException exception) when (exception.IsPassing)
            {
                if (!await MayHaveMoreAsync(began, canRetry, retry, cancellationToken).ConfigureAwait(false))
                {
                    throw;
                }
            }
        }
    }

    /// <summary>Shows the server a file as it is now, and what else has changed.</summary>
    /// <exception cref="LspException">The file cannot be read.</exception>
    public async Task<ShownDocument> ShowAsync(string path, IClientFiles? client, CancellationToken cancellationToken)
    {
        var source = await SourceText.ReadAsync(path, client, cancellationToken).ConfigureAwait(false);
        ShownDocument shown;
        bool isFirst;
        await _showing.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            isFirst = _documents.IsEmpty;
            var before = Published.Count;
            var others = await _documents.RefreshAsync(path, cancellationToken).ConfigureAwait(false);
            shown = new ShownDocument(path, source, _documents.Show(path, source), others, before);
        }
        finally
        {
            _showing.Release();
        }

        if (isFirst)
        {
            // Now it looks for the project, and until it has it many a server answers with half of the truth.
            await NoticesAsync(Task.WhenAny(_peer.Begun, _connection.Closed), _timings.WarmUp, cancellationToken).ConfigureAwait(false);
            await WaitForIdleAsync(cancellationToken).ConfigureAwait(false);
        }

        return shown;
    }

    /// <summary>Sends the server what has changed of what it was shown.</summary>
    /// <returns>Whether there was a change, and the documents it holds.</returns>
    public async Task<(bool HasChanged, IReadOnlyList<string> Paths)> RefreshAsync(CancellationToken cancellationToken)
    {
        await _showing.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            return (await _documents.RefreshAsync(null, cancellationToken).ConfigureAwait(false), _documents.Paths);
        }
        finally
        {
            _showing.Release();
        }
    }

    /// <summary>Waits for the diagnostics of a document that was shown.</summary>
    /// <param name="document">The document.</param>
    /// <param name="isOff">Says that waiting is of no use any more.</param>
    /// <param name="cancellationToken">Ends the waiting.</param>
    /// <returns>The diagnostics; <c>null</c> if the server said nothing about the document in its time.</returns>
    public async Task<IReadOnlyList<JsonElement>?> WaitForPublishedAsync(
        ShownDocument document, Func<bool> isOff, CancellationToken cancellationToken)
    {
        var limit = document.IsFresh ? _timings.Publish : document.AreOthersFresh ? _timings.Retry : TimeSpan.Zero;
        var began = _time.GetTimestamp();
        var isSettled = limit == TimeSpan.Zero;
        while (!isSettled && IsAlive && !isOff())
        {
            var next = Published.Next;
            var isThere = Published.Find(document.Path) is { } found && found.Number > document.Before
                && (found.Version is not { } version || _documents.VersionOf(document.Path) is not { } shown || version >= shown);
            var left = limit - _time.GetElapsedTime(began);
            var wait = isThere && _timings.Settle < left ? _timings.Settle : left;
            if (wait <= TimeSpan.Zero)
            {
                break;
            }

            // What comes in parts, first the grammar and then the types, counts as all when nothing more has come for a while.
            isSettled = !await NoticesAsync(next, wait, cancellationToken).ConfigureAwait(false);
        }

        return Published.Find(document.Path)?.Items;
    }

    /// <summary>Waits until nothing has been published for a while.</summary>
    public async Task WaitForQuietAsync(CancellationToken cancellationToken)
    {
        var began = _time.GetTimestamp();
        for (var wait = _timings.Retry; IsAlive
            && await NoticesAsync(Published.Next, wait, cancellationToken).ConfigureAwait(false); wait = _timings.Settle)
        {
            if (_time.GetElapsedTime(began) > _timings.Publish)
            {
                return;
            }
        }
    }

    /// <summary>Takes leave of the server, and ends its program.</summary>
    public ValueTask DisposeAsync() => EndAsync(isPolite: IsAlive, CancellationToken.None);

    public static bool IsEmpty(JsonElement answer) => answer.ValueKind switch
    {
        JsonValueKind.Undefined or JsonValueKind.Null => true,
        JsonValueKind.Array => answer.GetArrayLength() == 0,
        _ => false,
    };

    private async Task<bool> MayHaveMoreAsync(long began, bool isFresh, TimeSpan retry, CancellationToken cancellationToken)
    {
        if (await WaitForIdleAsync(began, cancellationToken).ConfigureAwait(false))
        {
            return true;
        }

        if (isFresh && IsAlive)
        {
            // Ended early by the server's death, and then the next question says so.
            await NoticesAsync(_connection.Closed, retry, cancellationToken).ConfigureAwait(false);
        }

        return isFresh;
    }

    /// <returns>Whether there was something to wait for.</returns>
    private async Task<bool> WaitForIdleAsync(long began, CancellationToken cancellationToken)
    {
        if (_peer.Work is null || _isPatienceSpent || _timings.Busy - _time.GetElapsedTime(began) is not { Ticks: > 0 } left)
        {
            return false;
        }

        // Some read a project for minutes. That is waited for once, and not with every question.
        _isPatienceSpent = !await NoticesAsync(Task.WhenAny(_peer.Idle, _connection.Closed), left, cancellationToken).ConfigureAwait(false);
        return true;
    }

    /// <returns>Whether it happened in time.</returns>
    private async Task<bool> NoticesAsync(Task happening, TimeSpan limit, CancellationToken cancellationToken)
    {
        try
        {
            await happening.WaitAsync(limit, _time, cancellationToken).ConfigureAwait(false);
            return true;
        }
        catch (TimeoutException)
        {
            return false;
        }
    }

    private async Task<JsonElement> AskAsync(
        string method, Action<Utf8JsonWriter>? parameters, TimeSpan limit, CancellationToken cancellationToken)
    {
        try
        {
            return await _connection.RequestAsync(method, parameters, limit, cancellationToken).ConfigureAwait(false);
        }
        catch (TimeoutException)
        {
            throw new LspException(method == "initialize"
                ? ($"server {Server.Name} did not finish starting within {Server.StartupTimeout.TotalSeconds:0.###} s. Raise "
                    + $"{Server.Key("startupTimeout")} if it needs longer. {Sentence(_channel.Describe())}").TrimEnd()
                : $"server {Server.Name} did not answer {method} within {limit.TotalSeconds:0.###} "
                + $"s{(_peer.Work is { } work ? $"; it is busy with: {work}" : string.Empty)}. Ask again later, or about less.");
        }
        catch (ConnectionLostException exception)
        {
            // The last words of a program come over another pipe than its end.
            if (_channel.Process is { } process)
            {
                await NoticesAsync(process.Completion, _timings.Settle, CancellationToken.None).ConfigureAwait(false);
            }

            throw new ConnectionLostException(
                $"server {Server.Name} was lost: {exception.Message}. {Sentence(_channel.Describe())}".TrimEnd());
        }
        catch (RequestFailedException exception) when (!exception.IsPassing)
        {
            throw new LspException($"server {Server.Name} answered {method} with an error: {exception.Message}", exception);
        }
    }

    private static string Sentence(string text) => text.Length == 0 ? text : $"{char.ToUpperInvariant(text[0])}{text[1..]}.";

    private async ValueTask EndAsync(bool isPolite, CancellationToken cancellationToken)
    {
        if (Interlocked.Exchange(ref _ending, 1) == 1)
        {
            return;
        }

        var patience = Server.ShutdownTimeout < _timings.LongestShutdown ? Server.ShutdownTimeout : _timings.LongestShutdown;
        if (isPolite)
        {
            var began = _time.GetTimestamp();
            try
            {
                await _connection.RequestAsync("shutdown", null, patience, cancellationToken).ConfigureAwait(false);
            }
            catch (Exception exception) when (exception is LspException or TimeoutException)
            {
                // It is ended all the same.
            }

            _connection.Notify("exit", null);
            patience -= _time.GetElapsedTime(began);
        }

        _connection.CompleteWriting();
        await _channel.EndAsync(isPolite && patience > TimeSpan.Zero ? patience : TimeSpan.FromTicks(1), cancellationToken)
            .ConfigureAwait(false);
        _connection.Close("the session is over");
    }
}
