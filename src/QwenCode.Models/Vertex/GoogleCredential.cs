namespace QwenCode.Models.Vertex;

/// <summary>Something that access tokens of Google Cloud come from.</summary>
internal abstract class GoogleCredential
{
    /// <summary>Gets what it is and where it was found, for people; it holds no secret.</summary>
    public abstract string Description { get; }

    /// <summary>Gets a new token.</summary>
    /// <param name="http">What asks for it.</param>
    /// <param name="cancellationToken">Abandons the request.</param>
    /// <exception cref="ModelException">There is none to be had; the message says why.</exception>
    public abstract Task<AccessToken> FetchAsync(HttpClient http, CancellationToken cancellationToken);
}
