using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using ModelContextProtocol.Authentication;
using QwenCode.Mcp.Configuration;

namespace QwenCode.Mcp.Authorization;

/// <summary>The login at one server: what the client of the protocol does not decide itself.</summary>
/// <param name="server">The server.</param>
/// <param name="tokens">Its tokens.</param>
/// <param name="exchange">What talks to the place where tokens are issued.</param>
/// <param name="authorize">
/// Has the user log in at an address and returns the address that the browser was sent to then; <c>null</c> if nobody can be asked to.
/// </param>
internal sealed class ServerLogin(
    McpServerConfiguration server, ServerTokens tokens, TokenExchange exchange, Func<Uri, CancellationToken, Task<Uri>>? authorize)
{
    /// <summary>Where the browser is sent if the settings do not say so.</summary>
    public static readonly Uri UsualRedirect = new("http://localhost:7777/oauth/callback");

    private readonly HashSet<string> _demanded = new(StringComparer.Ordinal);
    private string? _issuer;
    private int _isForced;

    private OAuthConfiguration Settings => server.OAuth ?? new();

    /// <summary>Gets or sets where the browser is sent.</summary>
    public Uri Redirect { get; init; } = UsualRedirect;

    /// <summary>Has the next message answered as if the server asked for a login.</summary>
    public void Force() => _isForced = 1;

    /// <summary>Describes the login for the client of the protocol.</summary>
    public ClientOAuthOptions Options() => new()
    {
        RedirectUri = Redirect,
        ClientId = Settings.ClientId,
        ClientSecret = Settings.ClientSecret,
        ClientMetadataDocumentUri = Settings.ClientMetadataAddress,
        Scopes = Settings.Scopes.Count > 0 ? Settings.Scopes : null,
        ScopeSelector = SelectScopes,
        AuthServerSelector = SelectIssuer,
        AuthorizationCallbackHandler = AuthorizeAsync,
        DynamicClientRegistration = new DynamicClientRegistrationOptions { ClientName = "QwenCode.Framework" },
        AdditionalAuthorizationParameters = Settings.Audiences.Count == 0
            ? [] : new Dictionary<string, string> { ["audience"] = string.Join(' ', Settings.Audiences) },
        TokenCache = tokens,
    };

    /// <summary>Answers a message in the server's place, if a login is forced.</summary>
    public HttpResponseMessage? Challenge(HttpRequestMessage request)
    {
        if (Interlocked.Exchange(ref _isForced, 0) == 0)
        {
            return null;
        }

        var answer = new HttpResponseMessage(HttpStatusCode.Unauthorized) { RequestMessage = request };
        answer.Headers.WwwAuthenticate.Add(new AuthenticationHeaderValue("Bearer"));
        return answer;
    }

    /// <summary>Answers the question for the authorization server's description, if the settings describe it.</summary>
    public HttpResponseMessage? Describe(HttpRequestMessage request)
    {
        if (Settings is not { AuthorizationAddress: { } authorization, TokenAddress: { } token }
            || request.Method != HttpMethod.Get
            || !(request.RequestUri!.AbsolutePath.Contains("/.well-known/oauth-authorization-server", StringComparison.Ordinal)
                || request.RequestUri.AbsolutePath.Contains("/.well-known/openid-configuration", StringComparison.Ordinal)))
        {
            return null;
        }

        var buffer = new System.Buffers.ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteString("issuer"u8, _issuer);
            json.WriteString("authorization_endpoint"u8, authorization.AbsoluteUri);
            json.WriteString("token_endpoint"u8, token.AbsoluteUri);
            if (Settings.RegistrationAddress is { } registration)
            {
                json.WriteString("registration_endpoint"u8, registration.AbsoluteUri);
            }

            json.WriteStartArray("code_challenge_methods_supported"u8);
            json.WriteStringValue("S256"u8);
            json.WriteEndArray();
            json.WriteStartArray("token_endpoint_auth_methods_supported"u8);
            json.WriteStringValue(Settings.ClientSecret is null ? "none"u8 : "client_secret_post"u8);
            json.WriteEndArray();
            json.WriteEndObject();
        }

        return new HttpResponseMessage(HttpStatusCode.OK)
        {
            RequestMessage = request,
            Content = new ByteArrayContent(buffer.WrittenSpan.ToArray()),
        };
    }

    /// <summary>Looks at a message before it is sent.</summary>
    /// <exception cref="LoginFailedException">It would carry a token where it can be read on the way.</exception>
    public void Sends(HttpRequestMessage request)
    {
        if (request.Headers.Authorization is not { Parameter: { } token })
        {
            return;
        }

        server.Issued.Add(token);
        if (request.RequestUri!.Scheme != Uri.UriSchemeHttps && !request.RequestUri.IsLoopback)
        {
            throw new LoginFailedException(
                $"A token is sent over https:// only, and the server's address is {NamedAddress.Show(request.RequestUri)}");
        }
    }

    /// <summary>Looks at the server's answer to a message.</summary>
    /// <exception cref="LoginRequiredException">The server wants a login, and nobody can be asked to log in.</exception>
    public async Task AnsweredAsync(HttpResponseMessage answer, CancellationToken cancellationToken)
    {
        var isDenied = answer.StatusCode is HttpStatusCode.Forbidden && Demand(answer, "error") is "insufficient_scope";
        if (!isDenied && answer.StatusCode is not HttpStatusCode.Unauthorized)
        {
            return;
        }

        if (!isDenied && answer.RequestMessage?.Headers.Authorization?.Parameter is { } rejected)
        {
            tokens.Reject(rejected);
        }

        var scope = Demand(answer, "scope");
        _demanded.UnionWith(Words(scope));
        if (authorize is not null)
        {
            return;
        }

        if (isDenied)
        {
            if (scope is not null)
            {
                await exchange.RememberDemandAsync(tokens.Current, scope, cancellationToken).ConfigureAwait(false);
            }

            throw Required($"MCP server '{server.Name}' demands more rights than the login has"
                + (scope is null ? string.Empty : $" ({Plain(scope)})"));
        }

        if (tokens.Current is not { } token)
        {
            throw Required($"MCP server '{server.Name}' wants a login");
        }

        if (token.RefreshToken is null)
        {
            throw Required($"The login at MCP server '{server.Name}' has ended");
        }
    }

    /// <summary>Sends a request of the login.</summary>
    public Task<HttpResponseMessage> ExchangeAsync(
        HttpRequestMessage request, Func<HttpRequestMessage, CancellationToken, Task<HttpResponseMessage>> send,
        CancellationToken cancellationToken) => exchange.SendAsync(request, tokens, send, cancellationToken);

    private async Task<AuthorizationResult?> AuthorizeAsync(AuthorizationCallbackContext context, CancellationToken cancellationToken)
    {
        if (authorize is null)
        {
            throw Required($"The login at MCP server '{server.Name}' has ended");
        }

        NamedAddress.Check(context.AuthorizationUri, server.Address!, "The address to log in at");
        var answer = AddressQuery.Read((await authorize(context.AuthorizationUri, cancellationToken).ConfigureAwait(false)).Query);
        if (answer.GetValueOrDefault("error") is { } error)
        {
            throw new LoginFailedException(
                $"The login was refused: {Plain(error)} {Plain(answer.GetValueOrDefault("error_description") ?? string.Empty)}".TrimEnd());
        }

        return new AuthorizationResult
        {
            Code = answer.GetValueOrDefault("code"),
            State = answer.GetValueOrDefault("state"),
            Iss = answer.GetValueOrDefault("iss"),
        };
    }

    private Uri? SelectIssuer(IReadOnlyList<Uri> issuers)
    {
        var issuer = issuers[0];
        NamedAddress.Check(issuer, server.Address!, "The authorization server");
        _issuer = issuer.OriginalString;
        return authorize is null && tokens.Current?.Issuer != _issuer
            ? throw Required($"MCP server '{server.Name}' has changed to the authorization server {NamedAddress.Show(issuer)}")
            : issuer;
    }

    // Scopes of the settings take the place of all those that there are; what the server demands for a call comes on top.
    private string[]? SelectScopes(IReadOnlyCollection<string>? candidates)
    {
        IEnumerable<string> basis = Settings.Scopes.Count == 0 ? candidates ?? []
            : Settings.Scopes.Concat(candidates?.Where(static scope => scope is "offline_access") ?? []);
        string[] scopes = [.. basis.Concat(_demanded).Concat(Words(exchange.Demanded)).Distinct(StringComparer.Ordinal)];
        return scopes.Length == 0 ? null : scopes;
    }

    private LoginRequiredException Required(string why) => new(server.Name, why);

    private static string[] Words(string? scope) => scope?.Split(' ', StringSplitOptions.RemoveEmptyEntries) ?? [];

    private static string Plain(string text) => TokenExchange.Plain(text);

    private static string? Demand(HttpResponseMessage answer, string name)
    {
        foreach (var header in answer.Headers.WwwAuthenticate)
        {
            if (string.Equals(header.Scheme, "Bearer", StringComparison.OrdinalIgnoreCase)
                && ChallengeParameters.Find(header.Parameter, name) is { } value)
            {
                return value;
            }
        }

        return null;
    }
}
