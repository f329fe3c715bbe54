using QwenCode.Models.Anthropic;
using QwenCode.Models.Cassettes;
using QwenCode.Models.Gemini;
using QwenCode.Models.Transport;

namespace QwenCode.Models.Vertex;

/// <summary>Makes clients for the models that Vertex offers: Google's own, and Claude.</summary>
internal static class VertexClients
{
    /// <summary>Makes a client. Nothing is sent yet, and no credentials are looked for.</summary>
    /// <param name="options">The options that hold for every protocol.</param>
    /// <param name="settings">Project, location and credentials.</param>
    /// <param name="baseUrl">An address in place of Google's own; <c>null</c> is that.</param>
    /// <param name="model">The model.</param>
    /// <param name="usesOpenApi30Schemas">Whether tool schemas are rewritten for OpenAPI 3.0.</param>
    public static WireChatClient Create(
        Func<ChatClientOptions, ChatClientOptions> options, VertexSettings settings, Uri? baseUrl, string model, bool usesOpenApi30Schemas)
    {
        GoogleTokens? tokens = null;
        if (model.StartsWith("claude-", StringComparison.OrdinalIgnoreCase))
        {
            Uri Address(string id) => settings.Address(baseUrl, "v1", "anthropic", $"{id}:streamRawPredict");
            var claude = (AnthropicClientOptions)options(new AnthropicClientOptions
            {
                Model = model,
                BaseUrl = Address(model),
                Address = Address,
                CurrentToken = () => tokens?.Last,
            });
            claude = settings.IsExpress ? claude : claude with { ApiKey = null };
            return new AnthropicChatClient(claude, Transport(claude, settings, ref tokens));
        }

        Uri Location(string id) => settings.Address(baseUrl, "v1beta1", "google", $"{id}:streamGenerateContent?alt=sse");
        var gemini = (GeminiClientOptions)options(new GeminiClientOptions
        {
            Model = model,
            BaseUrl = Location(model),
            Address = Location,
            KeyVariable = "GOOGLE_API_KEY",
            UseOpenApi30Schemas = usesOpenApi30Schemas,
            CurrentToken = () => tokens?.Last,
        });
        gemini = settings.IsExpress ? gemini : gemini with { ApiKey = null };
        return new GeminiChatClient(gemini, Transport(gemini, settings, ref tokens));
    }

    private static IChatTransport Transport(ChatClientOptions options, VertexSettings settings, ref GoogleTokens? tokens)
    {
        if (settings.IsExpress)
        {
            return ChatTransports.For(options);
        }

        var own = tokens = new GoogleTokens(settings, options);
        IChatTransport Authorized(ChatClientOptions given) => new AuthorizedTransport(ChatTransports.Direct(given), own);

        // A cassette holds what comes of it, and a replay needs no credentials.
        return options.Cassette is null ? Authorized(options) : CassetteTransports.For(options, Authorized);
    }
}
