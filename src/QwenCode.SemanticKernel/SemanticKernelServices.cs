namespace QwenCode.SemanticKernel;

/// <summary>Names under which sessions offer services to code that Semantic Kernel runs.</summary>
public static class SemanticKernelServices
{
    /// <summary>
    /// The service key of the calling agent's model, as <c>IChatClient</c> and as <c>IChatCompletionService</c>. What is asked of
    /// it counts as the agent's usage. Without a key the same model is returned unless the host registered a chat service of its own.
    /// </summary>
    public const string SessionModel = "qwen-session-model";
}
