using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace QwenCode.Plugin.Web.Tests;

/// <summary>A web server on a free port that answers by path, and remembers what it was asked.</summary>
public sealed class StubServer : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _closing = new();
    private readonly Task _serving;

    public StubServer()
    {
        _listener.Start();
        _serving = ServeAsync();
    }

    public ConcurrentDictionary<string, Func<Stream, Task>> Pages { get; } = new();

    public ConcurrentQueue<string> Requests { get; } = [];

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    public string Url(string path) => $"http://127.0.0.1:{Port}{path}";

    /// <summary>Answers with a page.</summary>
    public string Page(string path, string body, string type = "text/html; charset=utf-8") => Page(path, Encoding.UTF8.GetBytes(body), type);

    public string Page(string path, byte[] body, string? type) =>
        Raw(path, async stream =>
        {
            var header = type is null ? string.Empty : $"Content-Type: {type}\r\n";
            await stream.WriteAsync(Encoding.ASCII.GetBytes($"HTTP/1.1 200 OK\r\n{header}Content-Length: {body.Length}\r\nConnection: close\r\n\r\n"));
            await stream.WriteAsync(body);
        });

    public string Status(string path, string status, string headers = "") =>
        Raw(path, async stream => await stream.WriteAsync(Encoding.ASCII.GetBytes($"HTTP/1.1 {status}\r\n{headers}Content-Length: 0\r\nConnection: close\r\n\r\n")));

    public string Redirect(string path, string target) => Status(path, "302 Found", $"Location: {target}\r\n");

    public string Raw(string path, Func<Stream, Task> answer)
    {
        Pages[path] = answer;
        return Url(path);
    }

    public async ValueTask DisposeAsync()
    {
        await _closing.CancelAsync();
        await _serving;
        // After the loop: an accept that begins on a stopped listener throws what means nothing.
        _listener.Stop();
        _closing.Dispose();
    }

    private async Task ServeAsync()
    {
        var answering = new List<Task>();
        try
        {
            while (true)
            {
                answering.Add(AnswerAsync(await _listener.AcceptTcpClientAsync(_closing.Token)));
            }
        }
        catch (Exception exception) when (exception is OperationCanceledException or SocketException)
        {
            await Task.WhenAll(answering);
        }
    }

    private async Task AnswerAsync(TcpClient client)
    {
        using (client)
        {
            try
            {
                var stream = client.GetStream();
                var request = new StringBuilder();
                var buffer = new byte[4096];
                while (!request.ToString().Contains("\r\n\r\n", StringComparison.Ordinal))
                {
                    var count = await stream.ReadAsync(buffer, _closing.Token);
                    if (count == 0)
                    {
                        return;
                    }

                    request.Append(Encoding.ASCII.GetString(buffer, 0, count));
                }

                Requests.Enqueue(request.ToString());
                var path = request.ToString().Split(' ')[1];
                await (Pages.TryGetValue(path, out var answer) ? answer(stream) : stream.WriteAsync("HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"u8.ToArray()).AsTask());
            }
            catch (Exception exception) when (exception is IOException or OperationCanceledException)
            {
                // The caller hung up, as some tests mean it to.
            }
        }
    }
}
