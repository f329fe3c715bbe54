namespace QwenCode.Mcp.Authorization;

/// <summary>A login at a server, or the use of one, failed. The message says why and what to do, without secrets.</summary>
/// <param name="message">The message.</param>
/// <param name="inner">The cause.</param>
public sealed class LoginFailedException(string message, Exception? inner = null) : QwenCodeException(message, inner);
