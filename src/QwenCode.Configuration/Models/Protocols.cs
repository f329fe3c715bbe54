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
    public const string QwenOAuth = "qwen-oauth";
    public const string DefaultOpenAIModel = "qwen3.5-plus";
    public const string DashScope = "https://dashscope.aliyuncs.com/compatible-mode/v1";
    public const string OpenAIBaseUrl = "https://api.openai.com/v1";

    /// <summary>Gets the protocols that can be used, in the order they are tried and listed.</summary>
    public static string[] Usable { get; } = [OpenAI, Anthropic, Gemini, VertexAI];

    public static bool IsKnown(string protocol) => protocol == QwenOAuth || Array.IndexOf(Usable, protocol) >= 0;

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
