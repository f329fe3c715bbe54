using Microsoft.Extensions.AI;
using QwenCode.Models.Transport;

namespace QwenCode.Models.Requests;

/// <summary>How one provider's requests and answers look. Stateless; shared by all requests of a client.</summary>
internal interface IWireProtocol
{
    /// <summary>Makes the request.</summary>
    /// <param name="messages">The conversation.</param>
    /// <param name="options">The options of this request.</param>
    /// <param name="outputLimit">An output limit that replaces the one the policy gives, or <c>null</c>.</param>
    TransportRequest CreateRequest(IReadOnlyList<ChatMessage> messages, ChatOptions? options, int? outputLimit);

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
