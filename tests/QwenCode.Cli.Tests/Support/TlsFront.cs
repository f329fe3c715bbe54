using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace QwenCode.Cli.Tests.Support;

/// <summary>Serves a plain server by TLS, with a certificate that nobody vouches for.</summary>
internal sealed class TlsFront : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly X509Certificate2 _certificate;
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _serving;

    /// <param name="port">The port of the plain server.</param>
    public TlsFront(int port)
    {
        using var key = RSA.Create(2048);
        var request = new CertificateRequest("CN=localhost", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        using var own = request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));
        _certificate = X509CertificateLoader.LoadPkcs12(own.Export(X509ContentType.Pfx), null);
        _listener.Start();
        _serving = ServeAsync(port, _stop.Token);
    }

    public string BaseUrl => $"https://localhost:{((IPEndPoint)_listener.LocalEndpoint).Port}/v1";

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _listener.Dispose();
        await _serving;
        _certificate.Dispose();
        _stop.Dispose();
    }

    private async Task ServeAsync(int port, CancellationToken cancellationToken)
    {
        try
        {
            while (true)
            {
                _ = ForwardAsync(await _listener.AcceptTcpClientAsync(cancellationToken), port, cancellationToken);
            }
        }
        catch (Exception exception) when (exception is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            // The test is over.
        }
    }

    private async Task ForwardAsync(TcpClient client, int port, CancellationToken cancellationToken)
    {
        try
        {
            using var owned = client;
            await using var outside = new SslStream(client.GetStream());
            await outside.AuthenticateAsServerAsync(new SslServerAuthenticationOptions { ServerCertificate = _certificate }, cancellationToken);
            using var server = new TcpClient();
            await server.ConnectAsync(IPAddress.Loopback, port, cancellationToken);
            var inside = server.GetStream();
            await Task.WhenAny(outside.CopyToAsync(inside, cancellationToken), inside.CopyToAsync(outside, cancellationToken));
        }
        catch (Exception exception) when (exception is IOException or OperationCanceledException or System.Security.Authentication.AuthenticationException)
        {
            // The client does not trust this server, or hangs up.
        }
    }
}
