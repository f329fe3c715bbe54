using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace QwenCode.Models.Tests.Support;

/// <summary>A server on this machine that answers as it is told, down to where the bytes are cut.</summary>
internal sealed class StubServer : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly ConcurrentQueue<StubReply> _replies = new();
    private readonly List<StubRequest> _requests = [];
    private readonly List<(int Count, TaskCompletionSource Waiter)> _waiters = [];
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _accepting;
    private int _connections;

    public StubServer()
    {
        _listener.Start();
        _accepting = AcceptAsync();
    }

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    public Uri BaseUrl => new($"http://127.0.0.1:{Port}/v1");

    /// <summary>What is answered when nothing is queued.</summary>
    public StubReply? Always { get; set; }

    public IReadOnlyList<StubRequest> Requests
    {
        get
        {
            lock (_requests)
            {
                return [.. _requests];
            }
        }
    }

    public StubServer Then(params IEnumerable<StubReply> replies)
    {
        foreach (var reply in replies)
        {
            _replies.Enqueue(reply);
        }

        return this;
    }

    public Task WaitForRequestsAsync(int count)
    {
        lock (_requests)
        {
            if (_requests.Count >= count)
            {
                return Task.CompletedTask;
            }

            var waiter = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            _waiters.Add((count, waiter));
            return waiter.Task;
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _accepting;
        // After the loop: an accept that begins on a stopped listener throws what means nothing.
        _listener.Stop();
        _stop.Dispose();
    }

    private async Task AcceptAsync()
    {
        var open = new List<Task>();
        try
        {
            while (true)
            {
                var client = await _listener.AcceptTcpClientAsync(_stop.Token);
                open.Add(ServeAsync(client, ++_connections));
            }
        }
        catch (Exception exception) when (exception is OperationCanceledException or SocketException
            || exception is InvalidOperationException && _stop.IsCancellationRequested)
        {
            // Stopped, perhaps between two connections.
        }

        await Task.WhenAll(open);
    }

    private async Task ServeAsync(TcpClient client, int connection)
    {
        using (client)
        {
            client.NoDelay = true;
            try
            {
                var stream = client.GetStream();
                while (await ReadAsync(stream, connection) is { } request)
                {
                    lock (_requests)
                    {
                        _requests.Add(request);
                        _waiters.RemoveAll(waiting => waiting.Count <= _requests.Count && waiting.Waiter.TrySetResult());
                    }

                    var reply = _replies.TryDequeue(out var next) ? next : Always ?? StubReply.Error(418, "{\"error\":{\"message\":\"nothing is queued\"}}");
                    if (!await AnswerAsync(client, stream, reply))
                    {
                        return;
                    }
                }
            }
            catch (Exception exception) when (exception is IOException or SocketException or OperationCanceledException or ObjectDisposedException)
            {
            }
        }
    }

    private async Task<StubRequest?> ReadAsync(NetworkStream stream, int connection)
    {
        var head = new List<byte>();
        var one = new byte[1];
        while (head.Count < 4 || head[^1] != '\n' || head[^2] != '\r' || head[^3] != '\n' || head[^4] != '\r')
        {
            if (await stream.ReadAsync(one, _stop.Token) == 0)
            {
                return null;
            }

            head.Add(one[0]);
        }

        var lines = Encoding.ASCII.GetString([.. head]).Split("\r\n", StringSplitOptions.RemoveEmptyEntries);
        var headers = lines.Skip(1).Select(line => line.Split(": ", 2)).ToDictionary(pair => pair[0], pair => pair[1], StringComparer.OrdinalIgnoreCase);
        var body = new byte[headers.TryGetValue("Content-Length", out var length) ? int.Parse(length, CultureInfo.InvariantCulture) : 0];
        await stream.ReadExactlyAsync(body, _stop.Token);
        return new StubRequest(lines[0], headers, body, connection);
    }

    private async Task<bool> AnswerAsync(TcpClient client, NetworkStream stream, StubReply reply)
    {
        if (!reply.WithoutHeaders)
        {
            var head = new StringBuilder($"HTTP/1.1 {reply.Status} {reply.Reason}\r\nContent-Type: {reply.ContentType}\r\n");
            foreach (var (name, value) in reply.Headers)
            {
                head.Append($"{name}: {value}\r\n");
            }

            head.Append(reply.Framing switch
            {
                StubFraming.Chunked => "Transfer-Encoding: chunked\r\n\r\n",
                StubFraming.Length => $"Content-Length: {reply.Pieces.Sum(piece => piece.Length) + (reply.End is StubEnd.Complete ? 0 : 100)}\r\n\r\n",
                _ => "Connection: close\r\n\r\n",
            });
            await stream.WriteAsync(Encoding.ASCII.GetBytes(head.ToString()), _stop.Token);
            foreach (var piece in reply.Pieces)
            {
                if (piece.Length == 0)
                {
                    continue;
                }

                var framed = reply.Framing is StubFraming.Chunked
                    ? [.. Encoding.ASCII.GetBytes($"{piece.Length:x}\r\n"), .. piece, .. "\r\n"u8]
                    : piece;
                await stream.WriteAsync(framed, _stop.Token);
                await Task.Yield();
            }
        }

        switch (reply.End)
        {
            case StubEnd.Complete when reply.Framing is StubFraming.Chunked && !reply.WithoutHeaders:
                await stream.WriteAsync("0\r\n\r\n"u8.ToArray(), _stop.Token);
                return true;
            case StubEnd.Complete:
                return reply.Framing is StubFraming.Length;
            case StubEnd.Reset:
                client.Client.LingerState = new LingerOption(true, 0);
                return false;
            case StubEnd.Stall:
                _ = await stream.ReadAtLeastAsync(new byte[1], 1, throwOnEndOfStream: false, _stop.Token);   // ends when the client gives up
                return false;
            default:
                return false;
        }
    }
}
