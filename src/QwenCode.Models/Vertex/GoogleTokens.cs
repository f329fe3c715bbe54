using QwenCode.Models.Transport;

namespace QwenCode.Models.Vertex;

/// <summary>Keeps the token of a client, and gets another before it ends. Safe to use from many threads.</summary>
/// <param name="settings">Where the credentials are.</param>
/// <param name="options">The client's options.</param>
internal sealed class GoogleTokens(VertexSettings settings, ChatClientOptions options)
{
    private static readonly TimeSpan Margin = TimeSpan.FromMinutes(2);

    private readonly Lock _gate = new();
    private GoogleCredential? _credential;
    private AccessToken? _token;
    private Task<string>? _pending;
    private long _made;

    /// <summary>Gets the token that was used last, so that it can be taken out of what people read.</summary>
    public string? Last => _token?.Value;

    /// <summary>Returns a token.</summary>
    /// <param name="refused">The token that the provider did not take; another is got for it.</param>
    /// <param name="cancellationToken">Abandons the wait; others may wait for the same token.</param>
    /// <exception cref="ModelException">There is none to be had.</exception>
    public async ValueTask<string> GetAsync(string? refused, CancellationToken cancellationToken)
    {
        Task<string> pending;
        lock (_gate)
        {
            if (_token is { } known && known.Value != refused
                && options.TimeProvider.GetElapsedTime(_made) < known.Lifetime - Margin)
            {
                return known.Value;
            }

            pending = _pending is { IsCompleted: false } ? _pending : _pending = FetchAsync(CancellationToken.None);
        }

        return await pending.WaitAsync(cancellationToken).ConfigureAwait(false);
    }

    private async Task<string> FetchAsync(CancellationToken cancellationToken)
    {
        await Task.Yield();
        if (_credential is null)
        {
            _credential = settings.Find(options.TimeProvider);
            options.Report?.Invoke($"Vertex is asked with {settings.Describe()}.");
        }

        try
        {
            using var handler = CreateHandler();
            using var http = new HttpClient(handler);
            var token = await _credential.FetchAsync(http, cancellationToken).ConfigureAwait(false);
            lock (_gate)
            {
                (_token, _made) = (token, options.TimeProvider.GetTimestamp());
            }

            return token.Value;
        }
        catch (HttpRequestException exception)
        {
            throw AccessToken.Failed(_credential.Description, exception.Message, exception);
        }
    }

    private SocketsHttpHandler CreateHandler()
    {
        // The machine's own server is never behind a proxy.
        var handler = new SocketsHttpHandler { AllowAutoRedirect = false, UseProxy = _credential is not MetadataServer };
        var proxy = options.Proxy ?? ProxySettings.Read(null, Environment.GetEnvironmentVariable);
        if (proxy is not null)
        {
            handler.Proxy = proxy;
        }

        if (ServerTrust.Of(options) is { } trust)
        {
            handler.SslOptions.RemoteCertificateValidationCallback = trust.Check(options.Report);
        }

        return handler;
    }
}
