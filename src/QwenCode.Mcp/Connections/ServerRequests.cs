using ModelContextProtocol;

namespace QwenCode.Mcp.Connections;

/// <summary>Requests that change nothing, and so are repeated once over a new connection if theirs is lost.</summary>
internal static class ServerRequests
{
    /// <summary>Asks a server.</summary>
    /// <param name="server">The server.</param>
    /// <param name="ask">Asks over a connection.</param>
    /// <param name="limit">How long it may take; the server's own limit holds, too.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="McpRequestException">The server cannot be reached, or refuses.</exception>
    public static async Task<T> AskAsync<T>(
        this McpServer server, Func<McpConnection, CancellationToken, Task<T>> ask, TimeSpan limit, CancellationToken cancellationToken)
    {
        limit = limit < server.Configuration.Timeout ? limit : server.Configuration.Timeout;
        using var timeout = new CancellationTokenSource(limit, server.Time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, timeout.Token);
        for (var mayRepeat = true; ; mayRepeat = false)
        {
            McpConnection? connection = null;
            try
            {
                connection = await server.ConnectAsync(either.Token).ConfigureAwait(false);
                return await ask(connection, either.Token).ConfigureAwait(false);
            }
            catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
            {
                throw;
            }
            catch (OperationCanceledException)
            {
                throw new McpRequestException($"MCP server '{server.Name}' gave no answer within "
                    + $"{limit.TotalSeconds:0.###} s.");
            }
            catch (McpProtocolException exception) when (!LostConnection.IsLost(server.Configuration, exception))
            {
                throw new McpRequestException(
                    $"MCP server '{server.Name}' answered with error {(int)exception.ErrorCode}: {Failures.Plain(exception)}");
            }
            catch (Exception exception) when (connection is not null && mayRepeat && LostConnection.IsLost(server.Configuration, exception))
            {
                await connection.DisposeAsync().ConfigureAwait(false);
            }
            catch (Exception exception) when (connection is null)
            {
                throw new McpRequestException(Failures.Explain(server.Configuration, exception));
            }
            catch (Exception exception) when (exception is McpException or IOException or HttpRequestException or InvalidOperationException
                or QwenCodeException or System.Text.Json.JsonException)
            {
                throw new McpRequestException(
                    $"MCP server '{server.Name}' failed: {Failures.Redact(server.Configuration, exception.Message.TrimEnd('.'))}.");
            }
        }
    }
}
