namespace QwenCode.Mcp.Configuration;

/// <summary>How a server is reached.</summary>
public enum McpTransport
{
    /// <summary>A process of its own, spoken to over standard input and output.</summary>
    Stdio,

    /// <summary>HTTP with server-sent events, the protocol's older form (<c>url</c>).</summary>
    Sse,

    /// <summary>Streamable HTTP (<c>httpUrl</c>).</summary>
    Http,
}
