using ModelContextProtocol.Authentication;

namespace QwenCode.Mcp.Authorization;

/// <summary>The tokens of one server at its address, as the client of the protocol wants them.</summary>
/// <param name="server">The server.</param>
/// <param name="address">Its address.</param>
/// <param name="file">Where they are kept.</param>
/// <param name="time">The clock.</param>
internal sealed class ServerTokens(string server, Uri address, TokenFile file, TimeProvider time) : ITokenCache
{
    private volatile bool _isFresh;
    private volatile string? _rejected;

    /// <summary>Gets or sets whether what was issued before counts for nothing: a new login does not build on the old one.</summary>
    public bool StartsAnew { get; init; }

    /// <summary>Gets whether a token was issued through this object.</summary>
    public bool HasNew => _isFresh;

    /// <summary>Gets or sets where tokens are issued, for the next one to be kept.</summary>
    public Uri? TokenAddress { get; set; }

    /// <summary>Notes that the server does not take a token.</summary>
    public void Reject(string? accessToken) => _rejected = accessToken;

    /// <summary>Returns whether the server has not taken a token.</summary>
    public bool WasRejected(string accessToken) => accessToken == _rejected;

    /// <summary>Gets what is kept for the server.</summary>
    /// <exception cref="LoginFailedException">The file cannot be read.</exception>
    public StoredToken? Current => StartsAnew && !_isFresh ? null : file.Find(server, address);

    /// <inheritdoc/>
    public ValueTask<TokenContainer?> GetTokensAsync(CancellationToken cancellationToken) =>
        ValueTask.FromResult(Current is { } token ? Convert(token) : null);

    /// <inheritdoc/>
    public async ValueTask StoreTokensAsync(TokenContainer tokens, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        await file.WriteAsync(new StoredToken
        {
            Server = server,
            Address = TokenFile.Key(address),
            AccessToken = tokens.AccessToken,
            RefreshToken = tokens.RefreshToken,
            Scope = tokens.Scope,
            Expires = tokens.ExpiresIn is { } seconds ? now.AddSeconds(seconds) : null,
            Updated = now,
            ClientId = tokens.ClientId,
            ClientSecret = tokens.ClientSecret,
            ClientAuthentication = tokens.TokenEndpointAuthMethod,
            TokenAddress = TokenAddress?.AbsoluteUri,
            Issuer = tokens.AuthorizationServer,
        }, cancellationToken).ConfigureAwait(false);
        _isFresh = true;
    }

    private TokenContainer Convert(StoredToken token) => new()
    {
        AccessToken = token.AccessToken,
        TokenType = "Bearer",
        RefreshToken = token.RefreshToken,
        Scope = token.Scope,

        // The client compares with the system's own clock.
        ObtainedAt = TimeProvider.System.GetUtcNow(),
        ExpiresIn = token.Renews is { } renews ? (int)Math.Clamp((renews - time.GetUtcNow()).TotalSeconds, 0, int.MaxValue) : null,
        ClientId = token.ClientId,
        ClientSecret = token.ClientSecret,
        TokenEndpointAuthMethod = token.ClientAuthentication,
        AuthorizationServer = token.Issuer,
    };
}
