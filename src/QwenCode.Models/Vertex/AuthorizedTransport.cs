using QwenCode.Models.Transport;

namespace QwenCode.Models.Vertex;

/// <summary>Sends by another transport, with an access token; once more with a new one if it is not taken.</summary>
/// <param name="inner">The other transport.</param>
/// <param name="tokens">Where tokens come from.</param>
internal sealed class AuthorizedTransport(IChatTransport inner, GoogleTokens tokens) : IChatTransport
{
    public async ValueTask<TransportResponse> SendAsync(TransportRequest request, CancellationToken cancellationToken)
    {
        var token = await tokens.GetAsync(null, cancellationToken).ConfigureAwait(false);
        var response = await inner.SendAsync(WithToken(request, token), cancellationToken).ConfigureAwait(false);
        if (response.Status is not 401)
        {
            return response;
        }

        response.Dispose();
        token = await tokens.GetAsync(token, cancellationToken).ConfigureAwait(false);
        return await inner.SendAsync(WithToken(request, token), cancellationToken).ConfigureAwait(false);
    }

    private static TransportRequest WithToken(TransportRequest request, string token) =>
        request with { Headers = [.. request.Headers, new("Authorization", $"Bearer {token}")] };
}
