namespace QwenCode.Plugin.Lsp.Wire;

/// <summary>What a server sent cannot be read. Nothing that follows can be trusted to begin where a message begins.</summary>
internal sealed class FrameException(string message, Exception? inner = null) : Exception(message, inner);
