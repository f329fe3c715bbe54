namespace QwenCode.Mcp;

/// <summary>A prompt or a resource of a server cannot be had. The message says why, for people and the model, without secrets.</summary>
/// <param name="message">The message.</param>
public sealed class McpRequestException(string message) : QwenCodeException(message);
