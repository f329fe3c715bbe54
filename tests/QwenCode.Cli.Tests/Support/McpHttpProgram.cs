using System.Net.Http.Headers;
using System.Text;
using ModelContextProtocol.Client;

namespace QwenCode.Cli.Tests.Support;

/// <summary><c>qwen mcp serve --http</c> on a free port.</summary>
internal sealed class McpHttpProgram : IAsyncDisposable
{
    public const string Initialize =
        """{"jsonrpc":"2.0","id":1,"method":"initialize","params":{"protocolVersion":"2025-11-25","capabilities":{},"clientInfo":{"name":"t","version":"1"}}}""";

    private readonly QwenProcess _process;
    private readonly HttpClient _http = new();

    private McpHttpProgram(QwenProcess process, Uri address) => (_process, Address) = (process, address);

    public Uri Address { get; }

    public QwenProcess Process => _process;

    public static async Task<McpHttpProgram> StartAsync(Room room, params string[] args)
    {
        var process = room.StartOpen(["mcp", "serve", "--http", "0", .. args]);
        var line = await process.WaitForErrorAsync(static one => one.StartsWith("Serving ", StringComparison.Ordinal));
        return new McpHttpProgram(process, new Uri(line.Split(' ')[1].TrimEnd('.', ',')));
    }

    public Task<McpClient> ConnectAsync(string? token = null) => McpClient.CreateAsync(
        new HttpClientTransport(new HttpClientTransportOptions
        {
            Endpoint = Address,
            TransportMode = HttpTransportMode.StreamableHttp,
            AdditionalHeaders = token is null ? null : new Dictionary<string, string> { ["Authorization"] = $"Bearer {token}" },
        }),
        McpProgram.Plain());

    /// <summary>Sends a request as it is.</summary>
    public async Task<HttpResponseMessage> SendAsync(HttpMethod method, string? body, params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(method, Address);
        request.Headers.Accept.ParseAdd("application/json, text/event-stream");
        if (body is not null)
        {
            request.Content = new StringContent(body, Encoding.UTF8, new MediaTypeHeaderValue("application/json"));
        }

        foreach (var (name, value) in headers)
        {
            request.Headers.Remove(name);
            request.Headers.TryAddWithoutValidation(name, value);
        }

        return await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
    }

    public async ValueTask DisposeAsync()
    {
        _http.Dispose();
        await _process.DisposeAsync();
    }
}
