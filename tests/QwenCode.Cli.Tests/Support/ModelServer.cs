using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace QwenCode.Cli.Tests.Support;

/// <summary>A model server on this machine: the first rule that gives a reply answers, and every request is kept.</summary>
internal sealed class ModelServer : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stop = new();
    private readonly List<Func<ModelRequest, ModelReply?>> _rules = [];
    private readonly List<ModelRequest> _requests = [];
    private readonly List<(Func<ModelRequest, bool> Fits, TaskCompletionSource<ModelRequest> Waiter)> _waiters = [];
    private readonly Task _accepting;

    public ModelServer()
    {
        _listener.Start();
        _accepting = AcceptAsync();
    }

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    public string BaseUrl => $"http://127.0.0.1:{Port}/v1";

    public IReadOnlyList<ModelRequest> Requests
    {
        get
        {
            lock (_requests)
            {
                return [.. _requests];
            }
        }
    }

    /// <summary>Adds a rule; it comes before those that are there.</summary>
    public ModelServer On(Func<ModelRequest, ModelReply?> rule)
    {
        lock (_requests)
        {
            _rules.Insert(0, rule);
        }

        return this;
    }

    /// <summary>Answers requests one after another; the last reply is given for ever.</summary>
    public ModelServer Then(params ModelReply[] replies)
    {
        var next = -1;
        return On(_ => replies[Math.Min(Interlocked.Increment(ref next), replies.Length - 1)]);
    }

    /// <summary>Waits for a request that is or was there.</summary>
    public Task<ModelRequest> WaitForAsync(Func<ModelRequest, bool> fits)
    {
        lock (_requests)
        {
            if (_requests.Find(request => fits(request)) is { } request)
            {
                return Task.FromResult(request);
            }

            var waiter = new TaskCompletionSource<ModelRequest>(TaskCreationOptions.RunContinuationsAsynchronously);
            _waiters.Add((fits, waiter));
            return waiter.Task.WaitAsync(QwenProcess.Patience);
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
                open.Add(ServeAsync(await _listener.AcceptTcpClientAsync(_stop.Token)));
            }
        }
        catch (Exception exception) when (exception is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            // The way it is stopped.
        }

        await Task.WhenAll(open);
    }

    private async Task ServeAsync(TcpClient client)
    {
        using (client)
        {
            client.NoDelay = true;
            try
            {
                using var stream = new BufferedStream(client.GetStream());
                while (await ReadAsync(stream) is { } request)
                {
                    await AnswerAsync(stream, Keep(request));
                }
            }
            catch (Exception exception) when (exception is IOException or SocketException or OperationCanceledException or ObjectDisposedException)
            {
                // The program went away, as some of the tests want it to.
            }
        }
    }

    private ModelReply Keep(ModelRequest request)
    {
        lock (_requests)
        {
            _requests.Add(request);
            _waiters.RemoveAll(waiting => waiting.Fits(request) && waiting.Waiter.TrySetResult(request));
            foreach (var rule in _rules)
            {
                if (rule(request) is { } reply)
                {
                    return reply;
                }
            }
        }

        return ModelReply.Error(418, "no rule fits this request");
    }

    private async Task<ModelRequest?> ReadAsync(BufferedStream stream)
    {
        var head = new List<byte>();
        var one = new byte[1];
        while (head.Count < 4 || head[^1] != '\n' || head[^2] != '\r' || head[^3] != '\n')
        {
            if (await stream.ReadAsync(one, _stop.Token) == 0)
            {
                return null;
            }

            head.Add(one[0]);
        }

        var lines = Encoding.ASCII.GetString([.. head]).Split("\r\n", StringSplitOptions.RemoveEmptyEntries);
        var headers = lines.Skip(1).Select(static line => line.Split(": ", 2)).ToDictionary(static pair => pair[0], static pair => pair[1], StringComparer.OrdinalIgnoreCase);
        var body = new byte[headers.TryGetValue("Content-Length", out var length) ? int.Parse(length, CultureInfo.InvariantCulture) : 0];
        await stream.ReadExactlyAsync(body, _stop.Token);
        return new ModelRequest(lines[0], headers, Encoding.UTF8.GetString(body));
    }

    private async Task AnswerAsync(Stream stream, ModelReply reply)
    {
        if (reply.Delay > TimeSpan.Zero)
        {
            await Task.Delay(reply.Delay, _stop.Token);
        }

        var type = reply.Status == 200 && reply.Body.StartsWith("data:", StringComparison.Ordinal) ? "text/event-stream" : "application/json";
        await stream.WriteAsync(Encoding.ASCII.GetBytes($"HTTP/1.1 {reply.Status} Words\r\nContent-Type: {type}\r\nTransfer-Encoding: chunked\r\n\r\n"), _stop.Token);
        await WriteAsync(stream, reply.First);
        if (reply.Gate is { } gate)
        {
            await gate.WaitAsync(_stop.Token);
        }

        await WriteAsync(stream, reply.Body);
        await stream.WriteAsync("0\r\n\r\n"u8.ToArray(), _stop.Token);
        await stream.FlushAsync(_stop.Token);
    }

    private async Task WriteAsync(Stream stream, string text)
    {
        if (text.Length > 0)
        {
            await stream.WriteAsync(Encoding.UTF8.GetBytes($"{Encoding.UTF8.GetByteCount(text):x}\r\n{text}\r\n"), _stop.Token);
            await stream.FlushAsync(_stop.Token);
        }
    }
}
