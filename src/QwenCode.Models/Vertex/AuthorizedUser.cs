using System.Text.Json;
using QwenCode.Platform.Json;

namespace QwenCode.Models.Vertex;

/// <summary>A user who signed in with gcloud: a refresh token is exchanged for tokens.</summary>
/// <param name="json">The file of the sign-in.</param>
/// <param name="path">Where it was found.</param>
internal sealed class AuthorizedUser(JsonElement json, string path) : GoogleCredential
{
    /// <inheritdoc/>
    public override string Description => $"the user who signed in by {path}";

    /// <inheritdoc/>
    public override async Task<AccessToken> FetchAsync(HttpClient http, CancellationToken cancellationToken)
    {
        using var body = new FormUrlEncodedContent(
        [
            new("grant_type", "refresh_token"),
            new("client_id", json.Text("client_id"u8) ?? string.Empty),
            new("client_secret", json.Text("client_secret"u8) ?? string.Empty),
            new("refresh_token", json.Text("refresh_token"u8) ?? string.Empty),
        ]);
        var server = new Uri(json.Text("token_uri"u8) ?? "https://oauth2.googleapis.com/token");
        using var response = await http.PostAsync(server, body, cancellationToken).ConfigureAwait(false);
        return await AccessToken.ReadAsync(response, Description, cancellationToken).ConfigureAwait(false);
    }
}
