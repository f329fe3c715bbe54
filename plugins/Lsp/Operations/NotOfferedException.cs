namespace QwenCode.Plugin.Lsp.Operations;

/// <summary>A server does not know how to answer this kind of question.</summary>
internal sealed class NotOfferedException(string message) : LspException(message);
