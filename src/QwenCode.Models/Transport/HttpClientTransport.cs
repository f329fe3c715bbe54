using System.Collections.Concurrent;
using System.Net;
using System.Net.Http.Headers;
using System.Runtime.CompilerServices;

namespace QwenCode.Models.Transport;

/// <summary>
/// Sends by <see cref="HttpClient"/>. Connections are shared by all clients of one address and proxy, and made at the first
/// request.
/// </summary>
/// <param name="proxy">The proxy; <c>null</c> leaves it to the system.</param>
/// <param name="trust">Which servers are trusted; <c>null</c> leaves it to the system.</param>
/// <param name="report">Is told if those cannot be used.</param>
internal sealed class HttpClientTransport(IWebProxy? proxy, ServerTrust? trust = null, Action<string>? report = null) : IChatTransport
{
    private static readonly ConditionalWeakTable<object, ConcurrentDictionary<string, HttpClient>> Clients = [];

    // Stands for the proxy of the environment.
    private static readonly object Environment = new();

    public async ValueTask<TransportResponse> SendAsync(TransportRequest request, CancellationToken cancellationToken)
    {
        var client = Clients.GetOrCreateValue(proxy ?? Environment)
            .GetOrAdd($"{request.Url.GetLeftPart(UriPartial.Authority)}{trust?.Key}", Create);
        using var message = new HttpRequestMessage(HttpMethod.Post, request.Url) { Content = new SlicedContent(request) };
        foreach (var (name, value) in request.Headers)
        {
            if (!message.Headers.TryAddWithoutValidation(name, value))
            {
                message.Content.Headers.Remove(name);
                message.Content.Headers.TryAddWithoutValidation(name, value);
            }
        }

        var response = await client.SendAsync(message, HttpCompletionOption.ResponseHeadersRead, cancellationToken).ConfigureAwait(false);
        return new Response(response);
    }

    private HttpClient Create(string key)
    {
        var handler = new SocketsHttpHandler
        {
            // A redirect is followed by hand: .NET would turn a POST into a GET, and hand our own headers to a stranger.
            AllowAutoRedirect = false,
            UseCookies = false,
            PooledConnectionLifetime = TimeSpan.FromMinutes(10),
            PooledConnectionIdleTimeout = TimeSpan.FromMinutes(1),
        };
        if (proxy is not null)
        {
            handler.Proxy = proxy;
        }

        if (trust is not null)
        {
            handler.SslOptions.RemoteCertificateValidationCallback = trust.Check(report);
        }

        return new HttpClient(handler) { Timeout = Timeout.InfiniteTimeSpan };
    }

    private sealed class SlicedContent : HttpContent
    {
        private readonly TransportRequest _request;

        public SlicedContent(TransportRequest request)
        {
            _request = request;
            Headers.ContentType = new MediaTypeHeaderValue("application/json");
        }

        protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) =>
            _request.WriteAsync(stream, [], CancellationToken.None);

        protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context, CancellationToken cancellationToken) =>
            _request.WriteAsync(stream, [], cancellationToken);

        protected override bool TryComputeLength(out long length)
        {
            length = _request.Length;
            return true;
        }
    }

    private sealed class Response(HttpResponseMessage message) : TransportResponse
    {
        public override int Status => (int)message.StatusCode;

        public override string Reason => message.ReasonPhrase ?? string.Empty;

        public override string? Header(string name) =>
            message.Headers.TryGetValues(name, out var values) || message.Content.Headers.TryGetValues(name, out values)
                ? string.Join(", ", values)
                : null;

        public override async ValueTask<Stream> OpenBodyAsync(CancellationToken cancellationToken) =>
            ContentCoding.Decode(
                await message.Content.ReadAsStreamAsync(cancellationToken).ConfigureAwait(false), Header("Content-Encoding"));

        public override void Dispose() => message.Dispose();
    }
}
