namespace QwenCode.Definitions.Prompts;

/// <summary>The file that should replace the system prompt cannot be used; the program must not run with another prompt instead.</summary>
/// <param name="message">What is wrong and what to do.</param>
/// <param name="innerException">The cause.</param>
public sealed class SystemPromptException(string message, Exception? innerException = null) : QwenCodeException(message, innerException);
