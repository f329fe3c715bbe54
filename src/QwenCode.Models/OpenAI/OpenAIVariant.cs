namespace QwenCode.Models.OpenAI;

/// <summary>What a provider wants differently; chosen by the address.</summary>
internal sealed record OpenAIVariant
{
    private static readonly OpenAIVariant Default = new();

    private static readonly OpenAIVariant DashScope = new() { WantsCacheMarks = true, WantsMetadata = true };

    private static readonly OpenAIVariant OpenRouter = new()
    {
        Headers = [new("HTTP-Referer", "https://github.com/QwenLM/qwen-code"), new("X-Title", "Qwen Code")],
    };

    private static readonly OpenAIVariant DeepSeek = new() { FlattenContent = true, DefaultTemperature = 0 };

    // Where a key stands beside a token, Azure takes it for a token that has expired.
    private static readonly OpenAIVariant Azure = new() { KeyHeader = "api-key" };

    /// <summary>Gets the header that the key goes into; <c>null</c> is a bearer token.</summary>
    public string? KeyHeader { get; private init; }

    /// <summary>Gets headers the provider wants.</summary>
    public KeyValuePair<string, string>[] Headers { get; private init; } = [];

    /// <summary>Gets whether the provider wants to be told what to cache.</summary>
    public bool WantsCacheMarks { get; private init; }

    /// <summary>Gets whether the provider wants the session's id.</summary>
    public bool WantsMetadata { get; private init; }

    /// <summary>Gets whether content must be a string everywhere.</summary>
    public bool FlattenContent { get; private init; }

    /// <summary>Gets the temperature that is sent where nobody sets one.</summary>
    public double? DefaultTemperature { get; private init; }

    /// <summary>Gives the variant for an address.</summary>
    /// <param name="baseUrl">The address.</param>
    public static OpenAIVariant For(Uri baseUrl)
    {
        var host = baseUrl.Host;
        return IsBelow(host, "dashscope.aliyuncs.com") || IsBelow(host, "dashscope-intl.aliyuncs.com") ? DashScope
            : IsBelow(host, "openrouter.ai") ? OpenRouter
            : IsBelow(host, "deepseek.com") ? DeepSeek
            : IsBelow(host, "openai.azure.com") || IsBelow(host, "cognitiveservices.azure.com") || IsBelow(host, "services.ai.azure.com")
                ? Azure
            : Default;
    }

    /// <summary>Says whether a model of DashScope takes pictures in high resolution.</summary>
    /// <param name="model">The model's id.</param>
    public static bool UsesHighResolutionImages(string model) =>
        model is "coder-model"
        || model.StartsWith("qwen-vl", StringComparison.OrdinalIgnoreCase)
        || model.StartsWith("qwen3-vl-plus", StringComparison.OrdinalIgnoreCase)
        || model.StartsWith("qwen3.5-plus", StringComparison.OrdinalIgnoreCase);

    /// <summary>
    /// Returns whether the output limit has its newer name: OpenAI's own servers take no other for their newest models, wherever else
    /// these are offered they know both.
    /// </summary>
    /// <param name="baseUrl">The address.</param>
    /// <param name="model">The model's id.</param>
    public static bool WantsCompletionTokens(Uri baseUrl, string model)
    {
        var name = Catalogue.ModelCatalogue.Normalise(model);
        return name.StartsWith("gpt-5", StringComparison.Ordinal)
            || (name.Length > 1 && name[0] is 'o' && char.IsAsciiDigit(name[1]))
            || IsBelow(baseUrl.Host, "api.openai.com");
    }

    // The host decides, not the whole address: a path that names a provider is not that provider. The coding plan's
    // host, coding.dashscope.aliyuncs.com, is below DashScope's, and coding-intl.dashscope.aliyuncs.com too.
    private static bool IsBelow(string host, string domain) =>
        host.Equals(domain, StringComparison.OrdinalIgnoreCase)
        || (host.Length > domain.Length && host.EndsWith(domain, StringComparison.OrdinalIgnoreCase) && host[^(domain.Length + 1)] is '.');
}
