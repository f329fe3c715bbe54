using System.Net.Security;

namespace QwenCode.Models.Transport;

/// <summary>A scheme, host and port, with the connections to it that wait for the next request. Safe to use from many threads.</summary>
/// <remarks>
/// Nothing watches idle connections: those that became too old are closed when the next request comes or ends, and there are never
/// more than <see cref="MaxIdle"/>.
/// </remarks>
internal sealed class SocketOrigin
{
    private const int MaxIdle = 64;

    private static readonly TimeSpan IdleLimit = TimeSpan.FromMinutes(1);

    // After this, the host's name is looked up again.
    private static readonly TimeSpan LifeLimit = TimeSpan.FromMinutes(10);

    private static readonly Dictionary<string, SocketOrigin> Known = new(StringComparer.Ordinal);

    private readonly Stack<SocketConnection> _idle = new();

    public SocketOrigin(Uri url, TimeProvider clock)
    {
        (Host, Port, IsSecure, Clock) = (url.IdnHost, url.Port, url.Scheme == Uri.UriSchemeHttps, clock);
        var host = url.HostNameType is UriHostNameType.IPv6 ? $"[{Host}]" : Host;
        Authority = url.IsDefaultPort ? host : string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{host}:{Port}");
    }

    /// <summary>Gets the host as name services know it; an IPv6 address without brackets.</summary>
    public string Host { get; }

    public int Port { get; }

    public bool IsSecure { get; }

    /// <summary>Gets the value of the Host header.</summary>
    public string Authority { get; }

    public TimeProvider Clock { get; }

    /// <summary>Gets the check of the server's certificate; <c>null</c> leaves it to the system.</summary>
    public RemoteCertificateValidationCallback? CertificateCheck { get; private init; }

    /// <summary>Gives the origin of an address, the same one for all clients.</summary>
    /// <param name="url">The address.</param>
    /// <param name="clock">The clock of whoever asks first.</param>
    /// <param name="trust">Which servers are trusted; <c>null</c> leaves it to the system.</param>
    /// <param name="report">Is told if its certificates cannot be used.</param>
    public static SocketOrigin Of(Uri url, TimeProvider clock, ServerTrust? trust, Action<string>? report)
    {
        var key = url.GetLeftPart(UriPartial.Authority);
        var own = url.Scheme == Uri.UriSchemeHttps ? trust : null;
        key += own?.Key;
        lock (Known)
        {
            if (!Known.TryGetValue(key, out var origin))
            {
                Known[key] = origin = new SocketOrigin(url, clock)
                {
                    CertificateCheck = own?.Check(report),
                };
            }

            return origin;
        }
    }

    /// <summary>Gives the connection that became idle last, if there is one that looks alive.</summary>
    public SocketConnection? Take()
    {
        while (true)
        {
            SocketConnection? connection;
            lock (_idle)
            {
                if (!_idle.TryPop(out connection))
                {
                    return null;
                }
            }

            // Silent is what an idle connection must be; what it says now can only be that it was closed.
            if (Clock.GetElapsedTime(connection.IdleSince) <= IdleLimit && (connection.Unfinished is not null || !connection.IsReadable))
            {
                return connection;
            }

            connection.Dispose();
        }
    }

    /// <summary>Keeps a connection for the next request, or closes it.</summary>
    /// <param name="connection">A connection whose answer was read.</param>
    public void Return(SocketConnection connection)
    {
        connection.IdleSince = Clock.GetTimestamp();
        if (Clock.GetElapsedTime(connection.OpenedAt) < LifeLimit)
        {
            lock (_idle)
            {
                // The one on top is the youngest: if it is too old, all are.
                while (_idle.TryPeek(out var youngest) && Clock.GetElapsedTime(youngest.IdleSince) > IdleLimit)
                {
                    _idle.Pop().Dispose();
                }

                if (_idle.Count < MaxIdle)
                {
                    _idle.Push(connection);
                    return;
                }
            }
        }

        connection.Dispose();
    }
}
