using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;

namespace QwenCode.Models.Transport;

/// <summary>One connection to an origin, and the bytes of it that were received but not yet used. Serves one request at a time.</summary>
internal sealed class SocketConnection : IDisposable
{
    private const int FirstBuffer = 4096;
    private const int LargestBuffer = 64 * 1024;

    // With several addresses, one that swallows packets must not use up the time for all.
    private static readonly TimeSpan AttemptLimit = TimeSpan.FromSeconds(5);

    private readonly Socket _socket;
    private byte[] _buffer = new byte[FirstBuffer];
    private int _start;
    private int _end;

    private SocketConnection(Socket socket, Stream stream, long openedAt) => (_socket, Stream, OpenedAt) = (socket, stream, openedAt);

    /// <summary>Gets what requests are written to.</summary>
    public Stream Stream { get; }

    /// <summary>Gets the timestamp of the opening.</summary>
    public long OpenedAt { get; }

    /// <summary>Gets or sets the timestamp at which the connection became idle.</summary>
    public long IdleSince { get; set; }

    /// <summary>Gets or sets the answer before, if only the end of its framing was still missing when it was let go.</summary>
    public SocketBody? Unfinished { get; set; }

    /// <summary>Gets what was received and not used.</summary>
    public ReadOnlySpan<byte> Received => _buffer.AsSpan(_start, _end - _start);

    /// <summary>Gets whether the other side has sent something, or has closed.</summary>
    public bool IsReadable => _socket.Poll(0, SelectMode.SelectRead);

    /// <summary>
    /// Connects to the first address of an origin that answers, IPv4 before IPv6, and secures the connection where the scheme says
    /// so.
    /// </summary>
    /// <param name="origin">Where to.</param>
    /// <param name="cancellationToken">Abandons the attempt.</param>
    /// <exception cref="SocketException">No address answers, or the name is not known.</exception>
    /// <exception cref="HttpRequestException">The connection cannot be secured.</exception>
    public static async ValueTask<SocketConnection> OpenAsync(SocketOrigin origin, CancellationToken cancellationToken)
    {
        IPAddress[] addresses = IPAddress.TryParse(origin.Host, out var literal)
            ? [literal]
            : await Dns.GetHostAddressesAsync(origin.Host, cancellationToken).ConfigureAwait(false);
        for (var i = 0; ; i++)
        {
            var isLast = i >= addresses.Length - 1;
            var address = Pick(addresses, i) ?? throw new SocketException((int)SocketError.HostNotFound);
            var socket = new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
            try
            {
                using (var limit = isLast ? null : CancellationTokenSource.CreateLinkedTokenSource(cancellationToken))
                {
                    limit?.CancelAfter(AttemptLimit);
                    await socket.ConnectAsync(new IPEndPoint(address, origin.Port), limit?.Token ?? cancellationToken)
                        .ConfigureAwait(false);
                }

                Stream stream = new NetworkStream(socket, ownsSocket: true);
                if (origin.IsSecure)
                {
                    stream = await SecureAsync(stream, origin, cancellationToken).ConfigureAwait(false);
                }

                return new SocketConnection(socket, stream, origin.Clock.GetTimestamp());
            }
            catch (Exception exception)
            {
                socket.Dispose();
                if (isLast || cancellationToken.IsCancellationRequested || exception is not (SocketException or OperationCanceledException))
                {
                    throw;
                }
            }
        }
    }

    /// <summary>Receives more. The result is told to <see cref="Add"/>; 0 is the end of the connection.</summary>
    /// <param name="cancellationToken">Abandons the wait; the connection is of no use after that.</param>
    /// <exception cref="InvalidAnswerException">Head or line are longer than anything a server has to say in one.</exception>
    public ValueTask<int> ReceiveAsync(CancellationToken cancellationToken)
    {
        if (_start > 0)
        {
            Received.CopyTo(_buffer);
            (_start, _end) = (0, _end - _start);
        }

        if (_end == _buffer.Length)
        {
            if (_end >= LargestBuffer)
            {
                throw new InvalidAnswerException("its headers take more than 64 KiB");
            }

            Array.Resize(ref _buffer, _end * 2);
        }

        return Stream.ReadAsync(_buffer.AsMemory(_end), cancellationToken);
    }

    /// <summary>Counts what was received.</summary>
    /// <param name="count">How many bytes.</param>
    public void Add(int count) => _end += count;

    /// <summary>Uses received bytes.</summary>
    /// <param name="count">How many.</param>
    public void Use(int count) => _start += count;

    /// <summary>Uses a line, which ends in LF or CRLF.</summary>
    /// <param name="line">The line without its end; good until more is received.</param>
    /// <returns>Whether a whole line has been received.</returns>
    public bool TryReadLine(out ReadOnlySpan<byte> line)
    {
        // A loop by hand: the lines are short, and the vectorised search would be compiled at every start.
        for (var i = _start; i < _end; i++)
        {
            if (_buffer[i] == '\n')
            {
                line = _buffer.AsSpan(_start, i - _start - (i > _start && _buffer[i - 1] == '\r' ? 1 : 0));
                _start = i + 1;
                return true;
            }
        }

        line = default;
        return false;
    }

    public void Dispose() => Stream.Dispose();

    /// <summary>Gives the nth address, the IPv4 ones first.</summary>
    private static IPAddress? Pick(IPAddress[] addresses, int index)
    {
        for (var pass = 0; pass < 2; pass++)
        {
            foreach (var address in addresses)
            {
                if ((address.AddressFamily is AddressFamily.InterNetwork) == (pass == 0) && index-- == 0)
                {
                    return address;
                }
            }
        }

        return null;
    }

    private static async Task<Stream> SecureAsync(Stream stream, SocketOrigin origin, CancellationToken cancellationToken)
    {
        var secure = new SslStream(stream);
        try
        {
            await secure.AuthenticateAsClientAsync(
                new SslClientAuthenticationOptions
                {
                    TargetHost = origin.Host,
                    ApplicationProtocols = [SslApplicationProtocol.Http11],
                    RemoteCertificateValidationCallback = origin.CertificateCheck,
                },
                cancellationToken).ConfigureAwait(false);
            return secure;
        }
        catch (AuthenticationException exception)
        {
            await secure.DisposeAsync().ConfigureAwait(false);
            throw new HttpRequestException(HttpRequestError.SecureConnectionError, exception.Message, exception);
        }
    }
}
