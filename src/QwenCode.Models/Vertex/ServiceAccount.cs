using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using QwenCode.Models.Requests;
using QwenCode.Platform.Json;

namespace QwenCode.Models.Vertex;

/// <summary>A service account: it signs a statement with its own key and gets a token for it.</summary>
/// <param name="json">The key file.</param>
/// <param name="path">Where it was found.</param>
/// <param name="time">The clock.</param>
internal sealed class ServiceAccount(JsonElement json, string path, TimeProvider time) : GoogleCredential
{
    private const string Scope = "https://www.googleapis.com/auth/cloud-platform";

    /// <inheritdoc/>
    public override string Description => $"the service account {json.Text("client_email"u8)} of {path}";

    /// <inheritdoc/>
    public override async Task<AccessToken> FetchAsync(HttpClient http, CancellationToken cancellationToken)
    {
        var server = json.Text("token_uri"u8) ?? "https://oauth2.googleapis.com/token";
        using var body = new FormUrlEncodedContent(
        [
            new("grant_type", "urn:ietf:params:oauth:grant-type:jwt-bearer"),
            new("assertion", Sign(server)),
        ]);
        using var response = await http.PostAsync(new Uri(server), body, cancellationToken).ConfigureAwait(false);
        return await AccessToken.ReadAsync(response, Description, cancellationToken).ConfigureAwait(false);
    }

    private string Sign(string audience)
    {
        var now = time.GetUtcNow().ToUnixTimeSeconds();
        var claims = WireWriter.Write(Tuple.Create(this, audience), (writer, state) =>
        {
            writer.WriteStartObject();
            writer.WriteString("iss"u8, json.Text("client_email"u8));
            writer.WriteString("scope"u8, Scope);
            writer.WriteString("aud"u8, state.Item2);
            writer.WriteNumber("iat"u8, now);
            writer.WriteNumber("exp"u8, now + 3600);
            writer.WriteEndObject();
        });
        var header = WireWriter.Write(this, (writer, _) =>
        {
            writer.WriteStartObject();
            writer.WriteString("alg"u8, "RS256"u8);
            writer.WriteString("typ"u8, "JWT"u8);
            if (json.Text("private_key_id"u8) is { } id)
            {
                writer.WriteString("kid"u8, id);
            }

            writer.WriteEndObject();
        });
        var signed = $"{Encode(header)}.{Encode(claims)}";
        try
        {
            using var key = RSA.Create();
            key.ImportFromPem(json.Text("private_key"u8) ?? string.Empty);
            var signature = key.SignData(Encoding.ASCII.GetBytes(signed), HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
            return $"{signed}.{Encode(signature)}";
        }
        catch (Exception exception) when (exception is ArgumentException or CryptographicException)
        {
            // The cause may quote the key.
            throw AccessToken.Failed(Description, "its private_key cannot be read");
        }
    }

    private static string Encode(byte[] bytes) => System.Buffers.Text.Base64Url.EncodeToString(bytes);
}
