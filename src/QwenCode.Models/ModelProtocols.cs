namespace QwenCode.Models;

/// <summary>The protocols we speak ourselves.</summary>
public static class ModelProtocols
{
    /// <summary><c>chat/completions</c>, as nearly every server offers it.</summary>
    public const string OpenAI = "openai";

    /// <summary>Anthropic's messages.</summary>
    public const string Anthropic = "anthropic";

    /// <summary>Google's generative language interface.</summary>
    public const string Gemini = "gemini";

    /// <summary>Gemini and Claude at Google Cloud's Vertex.</summary>
    public const string VertexAI = "vertex-ai";

    /// <summary>Gets all of them.</summary>
    public static IReadOnlyList<string> Spoken { get; } = [OpenAI, Anthropic, Gemini, VertexAI];
}
