namespace QwenCode.Models.Transport;

/// <summary>Sends one request and gives the answer as soon as its headers are there.</summary>
internal interface IChatTransport
{
    /// <summary>Sends a request.</summary>
    /// <param name="request">What to send.</param>
    /// <param name="cancellationToken">Abandons the request; also while the answer's body is read.</param>
    /// <exception cref="HttpRequestException">There was no answer.</exception>
    /// <exception cref="IOException">The connection broke.</exception>
    ValueTask<TransportResponse> SendAsync(TransportRequest request, CancellationToken cancellationToken);
}
