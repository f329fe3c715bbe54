namespace QwenCode.Protocol.JsonRpc;

/// <summary>Codes of errors: those of JSON-RPC 2.0 (section 5.1) and of the Agent Client Protocol.</summary>
public static class JsonRpcErrorCode
{
    /// <summary>The line is no JSON.</summary>
    public const int ParseError = -32700;

    /// <summary>The JSON is no message.</summary>
    public const int InvalidRequest = -32600;

    /// <summary>There is no such method.</summary>
    public const int MethodNotFound = -32601;

    /// <summary>The parameters cannot be used.</summary>
    public const int InvalidParams = -32602;

    /// <summary>Anything else failed.</summary>
    public const int InternalError = -32603;

    /// <summary>No model can be used before the user has given credentials.</summary>
    public const int AuthenticationRequired = -32000;

    /// <summary>The client has no such file.</summary>
    public const int ResourceNotFound = -32002;

    /// <summary>The caller cancelled the request.</summary>
    public const int RequestCancelled = -32800;
}
