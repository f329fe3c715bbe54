namespace QwenCode.Plugin.Lsp.Configuration;

/// <summary>An entry cannot be used; the message names the key.</summary>
internal sealed class EntryException(string message) : Exception(message);
