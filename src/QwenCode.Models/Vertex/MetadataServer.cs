namespace QwenCode.Models.Vertex;

/// <summary>The account of a machine in Google Cloud, whose tokens its metadata server gives.</summary>
/// <param name="host">Where the server is.</param>
/// <param name="time">The clock.</param>
internal sealed class MetadataServer(string host, TimeProvider time) : GoogleCredential
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(3);

    /// <inheritdoc/>
    public override string Description => $"the metadata server {host}";

    /// <inheritdoc/>
    public override async Task<AccessToken> FetchAsync(HttpClient http, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(
            HttpMethod.Get, new Uri($"http://{host}/computeMetadata/v1/instance/service-accounts/default/token"));
        request.Headers.Add("Metadata-Flavor", "Google");
        using var timer = new CancellationTokenSource(Limit, time);
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(timer.Token, cancellationToken);
        try
        {
            using var response = await http.SendAsync(request, limit.Token).ConfigureAwait(false);
            return await AccessToken.ReadAsync(response, Description, limit.Token).ConfigureAwait(false);
        }
        catch (Exception exception) when (exception is HttpRequestException or OperationCanceledException)
        {
            cancellationToken.ThrowIfCancellationRequested();
            throw AccessToken.Failed(Description, "it does not answer, and no other credentials were found", exception);
        }
    }
}
