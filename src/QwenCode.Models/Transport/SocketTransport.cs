using System.Globalization;
using System.Text;
using QwenCode.Diagnostics;

namespace QwenCode.Models.Transport;

/// <summary>
/// Sends by HTTP/1.1 over sockets of its own, without proxies: what <see cref="HttpClientTransport"/> does for us, at a third of what that
/// adds to the start (docs/decisions/0009-own-code.md). Connections are shared by all clients of one origin.
/// </summary>
/// <param name="clock">The clock.</param>
/// <param name="trust">Which servers are trusted; <c>null</c> leaves it to the system.</param>
/// <param name="report">Is told if those cannot be used.</param>
internal sealed class SocketTransport(
    TimeProvider clock, ServerTrust? trust = null, Action<string>? report = null) : IChatTransport
{
    // Headers that change how request or answer are framed. Whoever sets one gets the transport that knows them all.
    private static readonly string[] FramingHeaders =
        ["Accept-Encoding", "Connection", "Content-Encoding", "Content-Length", "Expect", "Keep-Alive", "TE", "Trailer",
            "Transfer-Encoding", "Upgrade"];

    private const int MaxUnfinished = 64 * 1024;

    // The rest should have come long ago; a new connection costs little more than this.
    private static readonly TimeSpan UnfinishedLimit = TimeSpan.FromMilliseconds(50);

    public async ValueTask<TransportResponse> SendAsync(TransportRequest request, CancellationToken cancellationToken)
    {
        var origin = SocketOrigin.Of(request.Url, clock, trust, report);
        if (CreateHead(request, origin) is not { } head)
        {
            return await new HttpClientTransport(null, trust, report).SendAsync(request, cancellationToken).ConfigureAwait(false);
        }

        var mayReuse = true;
        while (true)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var connection = mayReuse ? origin.Take() : null;
            if (connection?.Unfinished is not null && !await FinishAsync(connection, cancellationToken).ConfigureAwait(false))
            {
                connection.Dispose();
                continue;
            }

            var isReused = connection is not null;
            var hasBegun = false;
            connection ??= await SocketConnection.OpenAsync(origin, cancellationToken).ConfigureAwait(false);
            try
            {
                await request.WriteAsync(connection.Stream, head, cancellationToken).ConfigureAwait(false);
                StartupProfile.Mark("request sent");
                while (true)
                {
                    var count = await connection.ReceiveAsync(cancellationToken).ConfigureAwait(false);
                    if (count == 0)
                    {
                        throw new EndOfStreamException("The connection was closed before the answer began.");
                    }

                    hasBegun = true;
                    StartupProfile.Mark("answer begun");
                    connection.Add(count);
                    if (SocketResponse.TryCreate(origin, connection) is { } response)
                    {
                        return response;
                    }
                }
            }
            catch (Exception exception)
            {
                connection.Dispose();
                if (!isReused || hasBegun || exception is not IOException || cancellationToken.IsCancellationRequested)
                {
                    throw;
                }

                // The server closed a connection it found idle while we wrote to it. It has not seen the request.
                mayReuse = false;
            }
        }
    }

    /// <summary>Reads what was missing of the answer before, if it is there.</summary>
    private static async ValueTask<bool> FinishAsync(SocketConnection connection, CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(UnfinishedLimit);
        try
        {
            for (var total = 0; total < MaxUnfinished;)
            {
                if (connection.Unfinished!.Finish(connection))
                {
                    connection.Unfinished = null;
                    return !connection.IsReadable;
                }

                var count = await connection.ReceiveAsync(limit.Token).ConfigureAwait(false);
                if (count == 0)
                {
                    return false;
                }

                connection.Add(count);
                total += count;
            }
        }
        catch (Exception exception)
            when (exception is IOException || (exception is OperationCanceledException && !cancellationToken.IsCancellationRequested))
        {
            // Late, broken or not HTTP: of no use for the next request, and no matter for the answer before.
        }

        return false;
    }

    /// <summary>Writes request line and headers.</summary>
    /// <returns><c>null</c> if there is a header this transport does not know to handle.</returns>
    private static byte[]? CreateHead(TransportRequest request, SocketOrigin origin)
    {
        var head = new StringBuilder(512);
        string? host = null, type = null;
        foreach (var header in request.Headers)
        {
            if (!IsPlain(header.Key) || !IsPlain(header.Value))
            {
                // A line break would begin another header.
                throw new ArgumentException($"The header '{header.Key}' holds characters that cannot be sent.", nameof(request));
            }

            if (IsFraming(header.Key))
            {
                return null;
            }

            if (header.Key.Equals("Host", StringComparison.OrdinalIgnoreCase))
            {
                host = header.Value;
            }
            else if (header.Key.Equals("Content-Type", StringComparison.OrdinalIgnoreCase))
            {
                type = header.Value;
            }
            else
            {
                head.Append(header.Key).Append(": ").Append(header.Value).Append("\r\n");
            }
        }

        head.Append("\r\n");
        return Encoding.ASCII.GetBytes(string.Create(
            CultureInfo.InvariantCulture,
            $"POST {request.Url.PathAndQuery} HTTP/1.1\r\nHost: {host ?? origin.Authority}\r\nContent-Type: "
            + $"{type ?? "application/json"}\r\nContent-Length: {request.Length}\r\n{head}"));
    }

    private static bool IsFraming(string name)
    {
        foreach (var framing in FramingHeaders)
        {
            if (framing.Equals(name, StringComparison.OrdinalIgnoreCase))
            {
                return true;
            }
        }

        return false;
    }

    private static bool IsPlain(string text)
    {
        foreach (var character in text)
        {
            if (character is < ' ' or > '~')
            {
                return false;
            }
        }

        return true;
    }
}
