using QwenCode.Models.Transport;

namespace QwenCode.Models.OpenAI;

/// <summary>A client for every server that speaks <c>chat/completions</c>.</summary>
public sealed class OpenAIChatClient : WireChatClient
{
    /// <summary>Makes a client. Nothing is sent yet.</summary>
    /// <param name="options">Where to, and how.</param>
    /// <exception cref="InvalidOptionsException">The options make no sense; the message lists every fault.</exception>
    /// <exception cref="ModelException">Key or headers cannot be sent; <see cref="ModelFault.NotConfigured"/>.</exception>
    public OpenAIChatClient(OpenAIClientOptions options)
        : this(options, ChatTransports.For(options ?? throw new ArgumentNullException(nameof(options))))
    {
    }

    internal OpenAIChatClient(OpenAIClientOptions options, IChatTransport transport)
        : base(options, new OpenAIWire(options.Validated()), transport, "openai")
    {
    }
}
