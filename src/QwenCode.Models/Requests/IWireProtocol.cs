using Microsoft.Extensions.AI;
using QwenCode.Models.Transport;

namespace QwenCode.Models.Requests;

/// <summary>How one provider's requests and answers look. Safe to use from many threads; shared by all requests of a client.</summary>
internal interface IWireProtocol
{
    /// <summary>Makes the request.</summary>
    /// <param name="messages">The conversation.</param>
    /// <param name="options">The options of this request.</param>
    /// <param name="outputLimit">An output limit that replaces the one the policy gives, or <c>null</c>.</param>
    TransportRequest CreateRequest(IReadOnlyList<ChatMessage> messages, ChatOptions? options, int? outputLimit);

    /// <summary>
    /// Learns from a refusal what a model on this host wants differently. What was learned holds for all later requests of the client.
    /// </summary>
    /// <param name="failure">The refusal.</param>
    /// <param name="request">The request that was refused.</param>
    /// <param name="messages">The conversation.</param>
    /// <param name="options">The options of this request.</param>
    /// <returns>What the next request does differently, or <c>null</c> if the refusal is not about the shape of the request.</returns>
    string? Adapt(RequestFailure failure, TransportRequest request, IReadOnlyList<ChatMessage> messages, ChatOptions? options);

    /// <summary>Gets whether nobody set an output limit, so that an answer that was cut may be asked for again with a larger one.</summary>
    /// <param name="options">The options of this request.</param>
    bool MayEnlarge(ChatOptions? options);

    /// <summary>Makes a decoder for one answer.</summary>
    ResponseDecoder CreateDecoder();

    /// <summary>Gets the environment variable that usually holds the key, for advice.</summary>
    string KeyVariable { get; }

    /// <summary>Gets the flag or variable that holds the address, for advice.</summary>
    string AddressSetting { get; }
}
