using System.Net;
using ModelContextProtocol;
using QwenCode.Mcp.Configuration;

namespace QwenCode.Mcp.Connections;

/// <summary>Tells a connection that is lost from a request that fails.</summary>
internal static class LostConnection
{
    /// <summary>Returns whether the connection is of no use any more.</summary>
    public static bool IsLost(McpServerConfiguration server, Exception exception) =>
        exception is IOException or HttpRequestException or ObjectDisposedException || IsForgotten(server, exception);

    /// <summary>Returns whether the server cannot have acted on the request.</summary>
    public static bool WasNotSent(McpServerConfiguration server, Exception exception) =>
        exception is ObjectDisposedException || IsForgotten(server, exception) || exception is
            HttpRequestException { StatusCode: HttpStatusCode.NotFound }
            or HttpRequestException { HttpRequestError: HttpRequestError.ConnectionError or HttpRequestError.NameResolutionError };

    // A server that was started anew does not know the session: by the protocol it answers 404, and many answer with an error instead.
    private static bool IsForgotten(McpServerConfiguration server, Exception exception) => server.Transport is not McpTransport.Stdio
        && exception is McpProtocolException { ErrorCode: (McpErrorCode)(-32000) or (McpErrorCode)(-32001) }
        && exception.Message.Contains("session", StringComparison.OrdinalIgnoreCase);
}
