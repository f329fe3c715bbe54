using System.Net;
using System.Net.Sockets;
using System.Text;

namespace QwenCode.Mcp.Authorization;

/// <summary>Waits on this machine for the browser that comes back from a login.</summary>
public sealed class LoopbackCallback : IDisposable
{
    private const int MaxHead = 16 * 1024;
    private static readonly TimeSpan HeadPatience = TimeSpan.FromSeconds(10);

    private readonly List<TcpListener> _listeners;

    private LoopbackCallback(Uri address, List<TcpListener> listeners) => (Address, _listeners) = (address, listeners);

    /// <summary>Gets the address that the browser is to be sent to.</summary>
    public Uri Address { get; }

    /// <summary>Begins to listen.</summary>
    /// <param name="wanted">The address: of this machine.</param>
    /// <param name="mayMove">Whether another port will do if that one is taken.</param>
    /// <exception cref="LoginFailedException">The port cannot be had.</exception>
    public static LoopbackCallback Open(Uri wanted, bool mayMove)
    {
        ArgumentNullException.ThrowIfNull(wanted);
        try
        {
            return Listen(wanted, wanted.Port);
        }
        catch (SocketException) when (mayMove)
        {
            return Listen(wanted, 0);
        }
        catch (SocketException exception)
        {
            throw new LoginFailedException(
                $"Port {wanted.Port} of this machine, where the browser comes back to, cannot be used: {exception.Message}. "
                + "End the program that uses it, or set \"oauth.redirectUri\" of the server", exception);
        }
    }

    /// <summary>Waits for the browser. Whoever comes without the login's state is sent away.</summary>
    /// <param name="state">The state that the login was begun with.</param>
    /// <param name="cancellationToken">Ends the waiting.</param>
    /// <returns>The address that the browser asked for.</returns>
    public async Task<Uri> ReceiveAsync(string state, CancellationToken cancellationToken)
    {
        var came = new TaskCompletionSource<Uri>(TaskCreationOptions.RunContinuationsAsynchronously);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        Task[] accepting = [.. _listeners.Select(listener => AcceptAsync(listener, state, came, stop.Token))];
        try
        {
            return await came.Task.WaitAsync(cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            await stop.CancelAsync().ConfigureAwait(false);
            await Task.WhenAll(accepting).ConfigureAwait(false);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _listeners.ForEach(static listener => listener.Dispose());

    private static LoopbackCallback Listen(Uri wanted, int port)
    {
        // Browsers try both families for a name.
        var first = new TcpListener(
            wanted.HostNameType is UriHostNameType.IPv6 ? IPAddress.IPv6Loopback : IPAddress.Loopback, port);
        first.Start();
        var listeners = new List<TcpListener> { first };
        port = ((IPEndPoint)first.LocalEndpoint).Port;
        if (wanted.HostNameType is UriHostNameType.Dns && Socket.OSSupportsIPv6)
        {
            var second = new TcpListener(IPAddress.IPv6Loopback, port);
            try
            {
                second.Start();
                listeners.Add(second);
            }
            catch (SocketException)
            {
                // A machine without that family, or a port that is taken there only: browsers come by the other one.
                second.Dispose();
            }
        }

        return new LoopbackCallback(new UriBuilder(wanted) { Port = port }.Uri, listeners);
    }

    private async Task AcceptAsync(TcpListener listener, string state, TaskCompletionSource<Uri> came, CancellationToken cancellationToken)
    {
        // Side by side: browsers open connections on suspicion, and say nothing over them.
        var handling = new List<Task>();
        try
        {
            while (true)
            {
                var client = await listener.AcceptTcpClientAsync(cancellationToken).ConfigureAwait(false);
                handling.RemoveAll(static task => task.IsCompleted);
                handling.Add(HandleAsync(client, state, came, cancellationToken));
            }
        }
        catch (Exception exception) when (exception is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            await Task.WhenAll(handling).ConfigureAwait(false);
        }
    }

    private async Task HandleAsync(TcpClient client, string state, TaskCompletionSource<Uri> came, CancellationToken cancellationToken)
    {
        using var owned = client;
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(HeadPatience);
        try
        {
            var stream = client.GetStream();
            var target = await ReadTargetAsync(stream, limit.Token).ConfigureAwait(false);
            var address = target is not null && target.StartsWith('/') ? new Uri(Address, target) : null;
            var isIt = address is not null && address.AbsolutePath == Address.AbsolutePath
                && AddressQuery.Read(address.Query).GetValueOrDefault("state") == state;
            await stream.WriteAsync(isIt
                ? Page("200 OK", "Back to the terminal", "You can close this page.")
                : Page("404 Not Found", "Nothing here", "This is not the login that is waited for."), limit.Token).ConfigureAwait(false);
            if (isIt)
            {
                came.TrySetResult(address!);
            }
        }
        catch (Exception exception) when (exception is IOException or OperationCanceledException or UriFormatException or SocketException)
        {
            // Whoever that was, the browser is still to come.
        }
    }

    private static async Task<string?> ReadTargetAsync(NetworkStream stream, CancellationToken cancellationToken)
    {
        var head = new byte[MaxHead];
        for (var length = 0; length < head.Length;)
        {
            var read = await stream.ReadAsync(head.AsMemory(length), cancellationToken).ConfigureAwait(false);
            length += read;
            if (read == 0)
            {
                return null;
            }

            if (head.AsSpan(0, length).IndexOf("\r\n\r\n"u8) >= 0)
            {
                var words = Encoding.ASCII.GetString(head, 0, head.AsSpan().IndexOf("\r\n"u8)).Split(' ');
                return words is ["GET", var target, _] ? target : null;
            }
        }

        return null;
    }

    private static byte[] Page(string status, string title, string text)
    {
        var body = $"<!doctype html><meta charset=\"utf-8\"><title>{title}</title><h1>{title}</h1><p>{text}</p>";
        return Encoding.ASCII.GetBytes($"HTTP/1.1 {status}\r\nContent-Type: text/html; charset=utf-8\r\nContent-Length: {body.Length}\r\n"
            + $"Cache-Control: no-store\r\nReferrer-Policy: no-referrer\r\nConnection: close\r\n\r\n{body}");
    }
}
