using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Microsoft.Extensions.AI;
using QwenCode.Models.OpenAI;

namespace QwenCode.Benchmarks.Wire;

/// <summary>How fast a long answer is read: bytes in, updates out.</summary>
internal static class StreamBenchmark
{
    private const int Passes = 5;

    public static async Task<string> RunAsync(int megabytes, int charactersPerEvent, bool isOverLoopback)
    {
        var (answer, events) = SseText.Create(megabytes * 1_000_000L, charactersPerEvent);
        using var server = isOverLoopback ? new TcpListener(IPAddress.Loopback, 0) : null;
        server?.Start();
        var port = (server?.LocalEndpoint as IPEndPoint)?.Port ?? 9;
        using var end = new CancellationTokenSource();
        var serving = server is null ? Task.CompletedTask : ServeAsync(server, answer, end.Token);
        var options = new OpenAIClientOptions { Model = "scripted", ApiKey = "benchmark", BaseUrl = new Uri($"http://127.0.0.1:{port}/v1") };
        using var client = server is null ? new OpenAIChatClient(options, new MemoryTransport(() => new MemoryStream(answer, writable: false))) : new OpenAIChatClient(options);
        var times = new List<double>();
        long allocated = 0;
        int[] collections = [0, 0, 0];
        for (var pass = 0; pass <= Passes; pass++)
        {
            GC.Collect();
            var before = GC.GetTotalAllocatedBytes(precise: true);
            int[] counts = [GC.CollectionCount(0), GC.CollectionCount(1), GC.CollectionCount(2)];
            var watch = Stopwatch.StartNew();
            var characters = 0L;
            await foreach (var update in client.GetStreamingResponseAsync([new ChatMessage(ChatRole.User, "Tell it all.")]).ConfigureAwait(false))
            {
                foreach (var content in update.Contents)
                {
                    characters += content is TextContent text ? text.Text.Length : 0;
                }
            }

            var time = watch.Elapsed.TotalSeconds;
            if (characters != (long)events * charactersPerEvent)
            {
                throw new InvalidOperationException($"{characters} characters came of {(long)events * charactersPerEvent}.");
            }

            if (pass > 0)
            {
                times.Add(time);
                allocated = GC.GetTotalAllocatedBytes(precise: true) - before;
                collections = [GC.CollectionCount(0) - counts[0], GC.CollectionCount(1) - counts[1], GC.CollectionCount(2) - counts[2]];
            }
        }

        await end.CancelAsync().ConfigureAwait(false);
        await serving.ConfigureAwait(false);
        times.Sort();
        var median = times[times.Count / 2];
        return string.Create(
            CultureInfo.InvariantCulture,
            $"| {charactersPerEvent} | {(isOverLoopback ? "loopback, HttpClient" : "memory")} | {answer.Length / 1e6 / median:0} | {events / median:0} | {(double)allocated / events:0} B | {string.Join('/', collections)} |");
    }

    /// <summary>One answer for each request, as one chunk and with one write; nothing of a request is looked at but its end.</summary>
    private static async Task ServeAsync(TcpListener server, byte[] answer, CancellationToken cancellationToken)
    {
        var head = Encoding.ASCII.GetBytes($"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nContent-Length: {answer.Length}\r\nConnection: close\r\n\r\n");
        var buffer = new byte[64 * 1024];
        try
        {
            while (true)
            {
                using var socket = await server.AcceptSocketAsync(cancellationToken).ConfigureAwait(false);
                var request = new StringBuilder();
                do
                {
                    var count = await socket.ReceiveAsync(buffer, cancellationToken).ConfigureAwait(false);
                    request.Append(Encoding.ASCII.GetString(buffer, 0, count));
                }
                while (!request.ToString().TrimEnd().EndsWith('}'));
                await socket.SendAsync(head, cancellationToken).ConfigureAwait(false);
                for (ReadOnlyMemory<byte> rest = answer; !rest.IsEmpty;)
                {
                    rest = rest[await socket.SendAsync(rest, cancellationToken).ConfigureAwait(false)..];
                }

                socket.Shutdown(SocketShutdown.Send);
            }
        }
        catch (OperationCanceledException)
        {
            // The measuring is over.
        }
    }
}
