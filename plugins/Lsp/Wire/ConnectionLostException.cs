namespace QwenCode.Plugin.Lsp.Wire;

/// <summary>A server is gone, or what it says cannot be understood any more.</summary>
internal sealed class ConnectionLostException(string message) : LspException(message);
