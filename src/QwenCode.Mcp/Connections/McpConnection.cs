using System.Text.Json;
using System.Text.Json.Nodes;
using ModelContextProtocol.Client;
using ModelContextProtocol.Protocol;
using QwenCode.Mcp.Tools;
using QwenCode.Platform.Json;
using QwenCode.Tools;
using ProtocolTool = ModelContextProtocol.Protocol.Tool;

namespace QwenCode.Mcp.Connections;

/// <summary>One conversation with a server, from the handshake to its end.</summary>
internal sealed class McpConnection : IAsyncDisposable
{
    // A server that never comes to the end of its list would be asked for ever.
    private const int MaxPages = 100;

    private readonly McpClient _client;
    private readonly ProgressTransport _transport;

    private McpConnection(McpClient client, ProgressTransport transport) => (_client, _transport) = (client, transport);

    /// <summary>Gets a task that ends with the connection, whoever ended it.</summary>
    public Task<ClientCompletionDetails> Completion => _client.Completion;

    public bool HasTools => _client.ServerCapabilities.Tools is not null;

    public bool HasPrompts => _client.ServerCapabilities.Prompts is not null;

    public bool HasResources => _client.ServerCapabilities.Resources is not null;

    public static async Task<McpConnection> OpenAsync(IClientTransport way, McpClientOptions options, CancellationToken cancellationToken)
    {
        var transport = new ProgressTransport(way);
        try
        {
            return new McpConnection(
                await McpClient.CreateAsync(transport, options, loggerFactory: null, cancellationToken).ConfigureAwait(false), transport);
        }
        catch
        {
            await transport.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>Lists the tools.</summary>
    /// <param name="faults">Takes a sentence about each tool that cannot be used.</param>
    /// <param name="cancellationToken">Abandons the list.</param>
    public async Task<IReadOnlyList<ProtocolTool>> ListToolsAsync(List<string> faults, CancellationToken cancellationToken)
    {
        var tools = new List<ProtocolTool>();
        if (HasTools)
        {
            foreach (var page in await ListAsync(RequestMethods.ToolsList, cancellationToken).ConfigureAwait(false))
            {
                ToolListing.Read(page, tools, faults);
            }
        }

        return tools;
    }

    /// <summary>Asks for a list, page by page.</summary>
    /// <param name="method">The method.</param>
    /// <param name="cancellationToken">Abandons the list.</param>
    public async Task<IReadOnlyList<JsonElement>> ListAsync(string method, CancellationToken cancellationToken)
    {
        var pages = new List<JsonElement>();
        string? cursor = null;
        do
        {
            var parameters = new JsonObject();
            if (cursor is not null)
            {
                parameters["cursor"] = cursor;
            }

            pages.Add(await RequestAsync(method, parameters, cancellationToken).ConfigureAwait(false));
            var next = pages[^1].Text("nextCursor");
            cursor = next == cursor ? null : next;
        }
        while (cursor is not null && pages.Count < MaxPages);
        return pages;
    }

    /// <summary>Asks for something that changes nothing.</summary>
    /// <param name="method">The method.</param>
    /// <param name="parameters">Its parameters.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="ModelContextProtocol.McpException">The server answers with an error.</exception>
    public async Task<JsonElement> RequestAsync(string method, JsonObject parameters, CancellationToken cancellationToken)
    {
        var request = new JsonRpcRequest { Method = method, Params = parameters };
        return SoundText.Element((await _client.SendRequestAsync(request, cancellationToken).ConfigureAwait(false)).Result);
    }

    public async ValueTask<CallToolResult> CallAsync(
        string tool, JsonElement arguments, Action<ToolProgress> report, CancellationToken cancellationToken)
    {
        using var call = _transport.Follow(report);
        var request = new JsonRpcRequest
        {
            Method = RequestMethods.ToolsCall,
            Params = new JsonObject
            {
                ["name"] = tool,
                ["arguments"] = JsonNode.Parse(arguments.GetRawText()),
                ["_meta"] = new JsonObject { ["progressToken"] = call.Token },
            },
        };
        using var abandoned = new CancellationTokenSource();
        var answer = _client.SendRequestAsync(request, abandoned.Token);
        try
        {
            return CallAnswer.Read((await answer.WaitAsync(cancellationToken).ConfigureAwait(false)).Result);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            await call.SendCancelledAsync().ConfigureAwait(false);
            await abandoned.CancelAsync().ConfigureAwait(false);
            await ((Task)answer).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _client.DisposeAsync().ConfigureAwait(false);
        await _transport.DisposeAsync().ConfigureAwait(false);
    }
}
