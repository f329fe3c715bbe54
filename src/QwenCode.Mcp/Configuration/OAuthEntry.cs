using System.Text.Json;
using QwenCode.Platform.Json;

namespace QwenCode.Mcp.Configuration;

/// <summary>Reads the key <c>oauth</c> of an entry.</summary>
internal static class OAuthEntry
{
    private static readonly string[] Known =
    [
        "enabled", "clientId", "clientSecret", "authorizationUrl", "tokenUrl", "scopes", "audiences", "redirectUri", "registrationUrl",
        "clientMetadataUrl",
    ];

    /// <summary>Gives the keys that mean nothing here.</summary>
    /// <param name="entry">The server's entry.</param>
    public static IEnumerable<string> WithoutEffect(JsonElement entry) => entry.Object("oauth"u8) is not { } json ? []
        : json.EnumerateObject().Select(static member => member.NameText()).Except(Known).Select(static key => $"oauth.{key}");

    /// <summary>Reads the key; <c>null</c> if it is not there.</summary>
    /// <param name="name">The server.</param>
    /// <param name="entry">Its entry.</param>
    /// <exception cref="McpConfigurationException">The key cannot be used.</exception>
    public static OAuthConfiguration? Read(string name, JsonElement entry)
    {
        if (!entry.TryMember("oauth", out var json) || json.ValueKind is JsonValueKind.Null)
        {
            return null;
        }

        if (json.ValueKind is not JsonValueKind.Object)
        {
            throw new McpConfigurationException(name, "oauth", "must be an object.");
        }

        var reader = new McpServerEntry.Reader(name, json, "oauth.");
        var read = new OAuthConfiguration
        {
            IsEnabled = reader.Has("enabled") ? reader.Truth("enabled") : null,
            ClientId = reader.Text("clientId"),
            ClientSecret = reader.Text("clientSecret"),
            ClientMetadataAddress = Secure(name, reader, "clientMetadataUrl"),
            AuthorizationAddress = Secure(name, reader, "authorizationUrl"),
            TokenAddress = Secure(name, reader, "tokenUrl"),
            RegistrationAddress = Secure(name, reader, "registrationUrl"),
            Scopes = reader.List("scopes") ?? [],
            Audiences = reader.List("audiences") ?? [],
            RedirectAddress = reader.Text("redirectUri") is { } redirect ? reader.Address("redirectUri", redirect) : null,
        };
        Check(name, read);
        return read;
    }

    private static void Check(string name, OAuthConfiguration read)
    {
        if ((read.AuthorizationAddress is null) != (read.TokenAddress is null))
        {
            throw new McpConfigurationException(name, "oauth", "must have both \"authorizationUrl\" and \"tokenUrl\", or neither.");
        }

        if (read.RegistrationAddress is not null && read.AuthorizationAddress is null)
        {
            throw new McpConfigurationException(
                name, "oauth.registrationUrl", "needs \"authorizationUrl\" and \"tokenUrl\" beside it.");
        }

        if (read.ClientSecret is not null && read.ClientId is null)
        {
            throw new McpConfigurationException(name, "oauth.clientSecret", "needs \"clientId\" beside it.");
        }

        if (read.RedirectAddress is { } redirect && (!redirect.IsLoopback || redirect.Scheme != Uri.UriSchemeHttp))
        {
            throw new McpConfigurationException(
                name, "oauth.redirectUri", "must be an address of this machine, such as \"http://localhost:7777/oauth/callback\".");
        }
    }

    private static Uri? Secure(string name, McpServerEntry.Reader reader, string key)
    {
        var address = reader.Text(key) is { } text ? reader.Address(key, text) : null;
        return address is null || address.Scheme == Uri.UriSchemeHttps || address.IsLoopback
            ? address : throw new McpConfigurationException(name, $"oauth.{key}", "must begin with https://.");
    }
}
