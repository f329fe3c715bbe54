using ModelContextProtocol.Protocol;
using ModelContextProtocol.Server;
using QwenCode.Mcp.Serving;

namespace QwenCode.Cli.Serving;

/// <summary>A client with its session, over a transport of its own.</summary>
internal sealed class ServedConnection : IMcpConnection
{
    private readonly ServedClient _client;
    private readonly McpServer _server;

    public ServedConnection(ServedProject project, ITransport transport)
    {
        _client = new ServedClient(project);
        _server = _client.CreateServer(transport);
    }

    public bool IsBusy => _client.HasTasks;

    public Task RunAsync(CancellationToken cancellationToken) => _server.RunAsync(cancellationToken);

    public ValueTask DisposeAsync() => _client.DisposeAsync();
}
