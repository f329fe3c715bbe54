using QwenCode.Models.Transport;

namespace QwenCode.Models.Anthropic;

/// <summary>A client for Anthropic's messages, and for every server that speaks them.</summary>
public sealed class AnthropicChatClient : WireChatClient
{
    /// <summary>Makes a client. Nothing is sent yet.</summary>
    /// <param name="options">Where to, and how.</param>
    /// <exception cref="InvalidOptionsException">The options make no sense; the message lists every fault.</exception>
    /// <exception cref="ModelException">Key or headers cannot be sent; <see cref="ModelFault.NotConfigured"/>.</exception>
    public AnthropicChatClient(AnthropicClientOptions options)
        : this(options, ChatTransports.For(options ?? throw new ArgumentNullException(nameof(options))))
    {
    }

    internal AnthropicChatClient(AnthropicClientOptions options, IChatTransport transport)
        : base(options, new AnthropicWire(options.Validated()), transport, "anthropic")
    {
    }
}
