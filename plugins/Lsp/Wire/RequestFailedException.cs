namespace QwenCode.Plugin.Lsp.Wire;

/// <summary>A server answered with an error.</summary>
internal sealed class RequestFailedException(int code, string message) : LspException(message)
{
    /// <summary>Gets whether the server only was not ready: it was loading, or the text changed under its hands.</summary>
    public bool IsPassing => code is -32801 or -32802;
}
