using QwenCode.Models.Transport;

namespace QwenCode.Models.Cassettes;

/// <summary>Reads requests and writes answers for one client: with its secrets and its place.</summary>
internal sealed class CassetteTexts
{
    private readonly ChatClientOptions _options;
    private readonly CassettePlace _place;

    /// <summary>Creates them.</summary>
    /// <param name="options">The client's options.</param>
    /// <param name="place">The place.</param>
    public CassetteTexts(ChatClientOptions options, CassettePlace place) => (_options, _place) = (options, place);

    /// <summary>Gets what conceals and reveals answers, with the token of this moment.</summary>
    public AnswerText Answers => new(new SecretText(_options, _place.Environment), _place);

    /// <summary>Gets the address of the model without what may be a secret.</summary>
    public string BaseUrl => _options.BaseUrl.GetComponents(UriComponents.SchemeAndServer | UriComponents.Path, UriFormat.UriEscaped);

    /// <summary>Gets the protocol.</summary>
    public string Protocol => _options.Protocol;

    /// <summary>Gets the model.</summary>
    public string Model => _options.Model;

    /// <summary>Reads a request.</summary>
    /// <param name="request">The request.</param>
    public ReadRequest Read(TransportRequest request) =>
        new RequestReader(new CassetteText(new SecretText(_options, _place.Environment), _place)).Read(request, _options.Protocol);
}
