namespace QwenCode.Models.Requests;

/// <summary>The words by which an error says that a request is longer than the model's window.</summary>
internal static class LengthWords
{
    // Of OpenAI, Anthropic, Gemini, Bedrock, Mistral, DashScope, vLLM, llama.cpp and LM Studio, in this order.
    private static readonly string[] Words =
    [
        "context_length_exceeded", "maximum context length", "prompt is too long", "input length and `max_tokens` exceed",
        "exceeds the maximum number of tokens", "input is too long", "too large for model", "range of input length should be",
        "maximum model length", "exceeds the available context size", "exceed_context_size", "context length", "context window",
        "request_too_large", "too many tokens", "token limit exceeded", "exceeds the model's maximum",
    ];

    /// <summary>Returns whether a text says so.</summary>
    public static bool AreIn(string? text) =>
        text is not null && Array.Exists(Words, word => text.Contains(word, StringComparison.OrdinalIgnoreCase));
}
