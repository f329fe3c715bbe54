using QwenCode.Models.Transport;

namespace QwenCode.Models.Gemini;

/// <summary>A client for Google's generative language interface, and for what offers it elsewhere.</summary>
public sealed class GeminiChatClient : WireChatClient
{
    /// <summary>Makes a client. Nothing is sent yet.</summary>
    /// <param name="options">Where to, and how.</param>
    /// <exception cref="InvalidOptionsException">The options make no sense; the message lists every fault.</exception>
    /// <exception cref="ModelException">Key or headers cannot be sent; <see cref="ModelFault.NotConfigured"/>.</exception>
    public GeminiChatClient(GeminiClientOptions options)
        : this(options, ChatTransports.For(options ?? throw new ArgumentNullException(nameof(options))))
    {
    }

    internal GeminiChatClient(GeminiClientOptions options, IChatTransport transport)
        : base(options, new GeminiWire(options.Validated()), transport, "gcp.gemini")
    {
    }
}
