namespace QwenCode.Configuration.Models;

/// <summary>What differs between the protocols as far as configuration goes.</summary>
internal static class Protocols
{
    public const string OpenAI = "openai";

    /// <summary>
    /// The same servers through the official connector. Only a host that offers it has it; key, address and model are found as for
    /// <c>openai</c>.
    /// </summary>
    public const string OpenAIConnector = "sk-openai";

    public const string Anthropic = "anthropic";
    public const string Gemini = "gemini";
    public const string VertexAI = "vertex-ai";
    public const string ProjectVariable = "GOOGLE_CLOUD_PROJECT";
    public const string QwenOAuth = "qwen-oauth";
    public const string DefaultOpenAIModel = "qwen3.5-plus";
    public const string DashScope = "https://dashscope.aliyuncs.com/compatible-mode/v1";
    public const string OpenAIBaseUrl = "https://api.openai.com/v1";
    public const string AnthropicBaseUrl = "https://api.anthropic.com";

    /// <summary>Gets the protocols that settings and variables speak of, in the order they are tried.</summary>
    public static string[] Named { get; } = [OpenAI, Anthropic, Gemini, VertexAI];

    public static bool IsKnown(string protocol) => protocol == QwenOAuth || Array.IndexOf(Named, protocol) >= 0;

    /// <summary>
    /// Returns whether a model is of a vendor whose key and address are others than those of <c>openai</c>: without an address of its
    /// own, it is not asked for elsewhere with that key.
    /// </summary>
    /// <param name="model">The model's id.</param>
    public static bool IsOfAnotherVendor(string model) =>
        model.StartsWith("claude-", StringComparison.OrdinalIgnoreCase) || model.StartsWith("gemini-", StringComparison.OrdinalIgnoreCase);

    /// <summary>Returns the address that is asked for a model where nothing says otherwise: OpenAI's for its own models.</summary>
    /// <param name="model">The model's id.</param>
    public static string DefaultBaseUrl(string model) =>
        model.StartsWith("gpt-", StringComparison.OrdinalIgnoreCase) || model.StartsWith("chatgpt-", StringComparison.OrdinalIgnoreCase)
            || (model.Length > 1 && model[0] is 'o' && char.IsAsciiDigit(model[1]))
            ? OpenAIBaseUrl : DashScope;

    /// <summary>
    /// Returns the address of the vendor whose protocol it is, for entries that say nothing of it; <c>null</c> if there is none.
    /// </summary>
    /// <param name="protocol">The protocol.</param>
    public static string? OwnBaseUrl(string protocol) => protocol switch
    {
        OpenAI => OpenAIBaseUrl,
        Anthropic => AnthropicBaseUrl,
        _ => null,
    };

    public static string KeyVariable(string protocol) => protocol switch
    {
        Anthropic => "ANTHROPIC_API_KEY",
        Gemini => "GEMINI_API_KEY",
        VertexAI => "GOOGLE_API_KEY",
        _ => "OPENAI_API_KEY",
    };

    public static string? BaseUrlVariable(string protocol) => protocol switch
    {
        Anthropic => "ANTHROPIC_BASE_URL",
        OpenAI or OpenAIConnector => "OPENAI_BASE_URL",
        _ => null,
    };

    public static string[] ModelVariables(string protocol) => protocol switch
    {
        Anthropic => ["ANTHROPIC_MODEL"],
        Gemini => ["GEMINI_MODEL"],
        VertexAI => ["GOOGLE_MODEL"],
        _ => ["OPENAI_MODEL", "QWEN_MODEL"],
    };
}
