using System.Text;
using System.Text.Json;
using QwenCode.Models.Requests;
using QwenCode.Platform.Json;

namespace QwenCode.Models.Vertex;

/// <summary>A token that requests carry. Never shows itself: <see cref="ToString"/> says how long it holds.</summary>
/// <param name="Value">The token.</param>
/// <param name="Lifetime">How long it holds from when it was made.</param>
internal sealed record AccessToken(string Value, TimeSpan Lifetime)
{
    private static readonly TimeSpan UsualLifetime = TimeSpan.FromHours(1);

    /// <summary>Reads the answer of a token server.</summary>
    /// <param name="response">The answer.</param>
    /// <param name="who">Whose token it is, for errors.</param>
    /// <param name="cancellationToken">Abandons the reading.</param>
    /// <exception cref="ModelException">It holds no token.</exception>
    public static async Task<AccessToken> ReadAsync(HttpResponseMessage response, string who, CancellationToken cancellationToken)
    {
        var body = await response.Content.ReadAsByteArrayAsync(cancellationToken).ConfigureAwait(false);
        if (!response.IsSuccessStatusCode)
        {
            var reason = ProviderError.FromBody(body).Message ?? response.ReasonPhrase;
            throw Failed(who, $"{(int)response.StatusCode} {reason}");
        }

        try
        {
            var json = JsonElement.Parse(body);
            return json.Text("access_token"u8) is { Length: > 0 } token
                ? new(token, json.Whole("expires_in") is > 0 and var seconds ? TimeSpan.FromSeconds(seconds) : UsualLifetime)
                : throw Failed(who, "the answer holds no access_token");
        }
        catch (JsonException)
        {
            throw Failed(who, $"the answer is no JSON: {Encoding.UTF8.GetString(body.AsSpan(0, Math.Min(body.Length, 80)))}");
        }
    }

    /// <summary>Makes the error of a credential that gave no token.</summary>
    /// <param name="who">Which credential.</param>
    /// <param name="reason">Why.</param>
    /// <param name="cause">The cause.</param>
    public static ModelException Failed(string who, string reason, Exception? cause = null) => new(
        ModelFault.Unauthorized, $"No access token from {who}: {reason}",
        advice: "Sign in again (gcloud auth application-default login), correct GOOGLE_APPLICATION_CREDENTIALS, or set "
            + "GOOGLE_ACCESS_TOKEN_COMMAND to a command that prints a token.",
        innerException: cause);

    /// <inheritdoc/>
    public override string ToString() => $"*** for {Lifetime}";
}
