namespace QwenCode.Plugin.Lsp;

/// <summary>A question could not be answered. The message goes to the model, and says what to do if something can be done.</summary>
internal class LspException(string message, Exception? inner = null) : Exception(message, inner);
