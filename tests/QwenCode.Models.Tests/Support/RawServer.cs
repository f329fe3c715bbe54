using System.Net;
using System.Net.Sockets;
using System.Text;

namespace QwenCode.Models.Tests.Support;

/// <summary>A server that reads requests and then does with the connection whatever it is told.</summary>
internal sealed class RawServer : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stop = new();
    private readonly List<string> _requests = [];
    private readonly Func<RawConnection, Task> _serve;
    private readonly Task _accepting;

    public RawServer(Func<RawConnection, Task> serve)
    {
        _serve = serve;
        _listener.Start();
        _accepting = AcceptAsync();
    }

    public Uri Url => new($"http://127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}/chat?a=b");

    /// <summary>The requests, each after the number of its connection.</summary>
    public IReadOnlyList<string> Requests
    {
        get
        {
            lock (_requests)
            {
                return [.. _requests];
            }
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
            for (var number = 1; ; number++)
            {
                open.Add(ServeAsync(await _listener.AcceptTcpClientAsync(_stop.Token), number));
            }
        }
        catch (Exception exception) when (exception is OperationCanceledException or SocketException or ObjectDisposedException)
        {
        }

        await Task.WhenAll(open);
    }

    private async Task ServeAsync(TcpClient client, int number)
    {
        using (client)
        {
            client.NoDelay = true;
            try
            {
                await _serve(new RawConnection(this, client.GetStream(), number, _stop.Token));
            }
            catch (Exception exception) when (exception is IOException or OperationCanceledException)
            {
            }
        }
    }

    internal sealed class RawConnection(RawServer server, NetworkStream stream, int number, CancellationToken stop)
    {
        public int Number => number;

        /// <summary>Reads a request; false is the end of the connection.</summary>
        public async Task<bool> ReadAsync()
        {
            var read = new List<byte>();
            var buffer = new byte[65536];
            while (true)
            {
                var text = Encoding.UTF8.GetString([.. read]);
                var end = text.IndexOf("\r\n\r\n", StringComparison.Ordinal);
                if (end >= 0 && text.Length - end - 4 == Length(text))
                {
                    lock (server._requests)
                    {
                        server._requests.Add($"{number}: {text}");
                    }

                    return true;
                }

                var count = await stream.ReadAsync(buffer, stop);
                if (count == 0)
                {
                    return false;
                }

                read.AddRange(buffer.AsSpan(0, count));
            }
        }

        public async Task WriteAsync(string text, int slice = int.MaxValue)
        {
            var bytes = Encoding.UTF8.GetBytes(text);
            for (var at = 0; at < bytes.Length; at += slice)
            {
                slice = Math.Min(slice, bytes.Length - at);
                await stream.WriteAsync(bytes.AsMemory(at, slice), stop);
                await Task.Yield();
            }
        }

        private static int Length(string request)
        {
            var at = request.IndexOf("Content-Length: ", StringComparison.Ordinal) + 16;
            return int.Parse(request[at..request.IndexOf('\r', at)], System.Globalization.CultureInfo.InvariantCulture);
        }
    }
}
