using System.Text.Json;
using System.Text.Json.Nodes;
using ModelContextProtocol.Client;
using ModelContextProtocol.Protocol;
using QwenCode.Tools;
using ProtocolTool = ModelContextProtocol.Protocol.Tool;

namespace QwenCode.Mcp.Connections;

/// <summary>One conversation with a server, from the handshake to its end.</summary>
internal sealed class McpConnection : IAsyncDisposable
{
    private readonly McpClient _client;
    private readonly ProgressTransport _transport;

    private McpConnection(McpClient client, ProgressTransport transport) => (_client, _transport) = (client, transport);

    /// <summary>Gets a task that ends with the connection, whoever ended it.</summary>
    public Task<ClientCompletionDetails> Completion => _client.Completion;

    public bool HasTools => _client.ServerCapabilities.Tools is not null;

    public bool HasPrompts => _client.ServerCapabilities.Prompts is not null;

    public static async Task<McpConnection> OpenAsync(IClientTransport way, McpClientOptions options, CancellationToken cancellationToken)
    {
        var transport = new ProgressTransport(way);
        return new McpConnection(
            await McpClient.CreateAsync(transport, options, loggerFactory: null, cancellationToken).ConfigureAwait(false), transport);
    }

    public async Task<IReadOnlyList<ProtocolTool>> ListToolsAsync(CancellationToken cancellationToken) =>
        HasTools ? [.. (await _client.ListToolsAsync(options: null, cancellationToken).ConfigureAwait(false))
            .Select(static tool => tool.ProtocolTool)] : [];

    public async ValueTask<CallToolResult> CallAsync(
        string tool, JsonElement arguments, Action<ToolProgress> report, CancellationToken cancellationToken)
    {
        using var call = _transport.Follow(report);
        var request = new CallToolRequestParams
        {
            Name = tool,
            Arguments = arguments.EnumerateObject().ToDictionary(static member => member.Name, static member => member.Value),
            Meta = new JsonObject { ["progressToken"] = call.Token },
        };
        using var abandoned = new CancellationTokenSource();
        var answer = _client.CallToolAsync(request, abandoned.Token).AsTask();
        try
        {
            return await answer.WaitAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            await call.SendCancelledAsync().ConfigureAwait(false);
            await abandoned.CancelAsync().ConfigureAwait(false);
            await ((Task)answer).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            throw;
        }
    }

    public ValueTask DisposeAsync() => _client.DisposeAsync();
}
