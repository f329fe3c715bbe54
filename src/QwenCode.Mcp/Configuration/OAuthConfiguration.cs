namespace QwenCode.Mcp.Configuration;

/// <summary>The key <c>oauth</c> of a server: what its login needs beyond what the server itself says of it.</summary>
public sealed record OAuthConfiguration
{
    /// <summary>Gets whether the server is used with a login only (<c>true</c>) or without any (<c>false</c>).</summary>
    /// <value>The default is <c>null</c>: the server decides.</value>
    public bool? IsEnabled { get; init; }

    /// <summary>Gets the client's id, for authorization servers where clients are registered by hand.</summary>
    /// <value>The default is <c>null</c>: the client registers itself.</value>
    public string? ClientId { get; init; }

    /// <summary>Gets the client's secret.</summary>
    public string? ClientSecret { get; init; }

    /// <summary>Gets the address of a document that describes the client: its id, if the authorization server takes that.</summary>
    public Uri? ClientMetadataAddress { get; init; }

    /// <summary>Gets where the user logs in; <c>null</c>, the default, leaves it to the authorization server's own description.</summary>
    public Uri? AuthorizationAddress { get; init; }

    /// <summary>Gets where tokens are issued. It goes together with <see cref="AuthorizationAddress"/>.</summary>
    public Uri? TokenAddress { get; init; }

    /// <summary>Gets where clients register themselves. It goes together with <see cref="AuthorizationAddress"/>.</summary>
    public Uri? RegistrationAddress { get; init; }

    /// <summary>Gets the scopes to ask for; empty, the default, asks for those that the server names.</summary>
    public IReadOnlyList<string> Scopes { get; init; } = [];

    /// <summary>Gets for whom tokens are meant, where an authorization server wants to be told so.</summary>
    public IReadOnlyList<string> Audiences { get; init; } = [];

    /// <summary>Gets where the browser is sent after the login: an address of this machine.</summary>
    /// <value>The default is <c>null</c>, which is <c>http://localhost:7777/oauth/callback</c>.</value>
    public Uri? RedirectAddress { get; init; }
}
