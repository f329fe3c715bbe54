using ModelContextProtocol;
using QwenCode.Mcp.Connections;
using QwenCode.Tools;

namespace QwenCode.Mcp.Tools;

/// <summary>One call of a server's tool.</summary>
/// <remarks>
/// A lost connection is made anew at most once. The call is repeated only where that does no harm: if it was never sent, or if
/// the tool says that it reads only or may be repeated. What may have been carried out is never carried out twice.
/// </remarks>
internal sealed class McpInvocation(McpTool tool, ToolArguments arguments, ToolContext context) : ToolInvocation
{
    public override string Description => arguments.ToString();

    public override ToolConsent Consent => tool.Server.IsTrusted || tool.IsReadOnly ? ToolConsent.Allow : ToolConsent.Ask;

    public override ValueTask<ToolConfirmation> ConfirmAsync(CancellationToken cancellationToken) =>
        ValueTask.FromResult<ToolConfirmation>(
            new McpConfirmation("Confirm MCP Tool Execution", tool.Server.Name, tool.OwnName, [tool.Name]));

    public override async ValueTask<ToolResult> ExecuteAsync(CancellationToken cancellationToken)
    {
        var limit = tool.Server.Configuration.Timeout;
        using var timeout = new CancellationTokenSource(limit, tool.Server.Time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, timeout.Token);
        try
        {
            return await CallAsync(either.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return timeout.IsCancellationRequested
                ? Fail($"gave no answer within {Seconds(limit)} and was told to stop. The call may have taken effect all the same; the "
                + $"limit is mcpServers.{tool.Server.Name}.timeout")
                : Fail("is being shut down");
        }
        catch (McpProtocolException exception)
        {
            return ToolResult.Failure(ToolError.ExecutionFailed,
                LongText.Fit($"MCP error {(int)exception.ErrorCode}: {Failures.Plain(exception)}", tool.Name, context));
        }
        catch (Exception exception) when (exception is McpException or IOException or HttpRequestException or InvalidOperationException
            or QwenCodeException or System.Text.Json.JsonException)
        {
            return Fail($"failed: {Failures.Redact(tool.Server.Configuration, exception.Message.TrimEnd('.'))}");
        }
    }

    private async ValueTask<ToolResult> CallAsync(CancellationToken cancellationToken)
    {
        for (var mayRepeat = true; ; mayRepeat = false)
        {
            McpConnection connection;
            try
            {
                connection = await tool.Server.ConnectAsync(cancellationToken).ConfigureAwait(false);
            }
            catch (Exception exception) when (exception is not OperationCanceledException)
            {
                // The call was not sent; whatever kept the server away, the model can go on without it.
                return ToolResult.Failure(ToolError.ExecutionFailed, Failures.Explain(tool.Server.Configuration, exception));
            }

            try
            {
                using var running = tool.Server.Sampling.Follow(context);
                var answer = await connection.CallAsync(tool.OwnName, arguments.Json, context.Report, cancellationToken)
                    .ConfigureAwait(false);
                return McpResult.Map(answer, tool.OwnName, tool.Name, arguments.Json, context);
            }
            catch (Exception exception) when (LostConnection.IsLost(tool.Server.Configuration, exception))
            {
                if (!mayRepeat || !(tool.IsRepeatable || LostConnection.WasNotSent(tool.Server.Configuration, exception)))
                {
                    return Fail("was lost while the call ran. It is not known whether the call took effect: look before you call it again");
                }

                // What is gone may not know it yet; a connection that still looks alive would be used again.
                await connection.DisposeAsync().ConfigureAwait(false);
            }
        }
    }

    private ToolResult Fail(string what) => ToolResult.Failure(ToolError.ExecutionFailed, $"MCP server '{tool.Server.Name}' {what}.");

    private static string Seconds(TimeSpan time) =>
        string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{time.TotalSeconds:0.###} s");
}
