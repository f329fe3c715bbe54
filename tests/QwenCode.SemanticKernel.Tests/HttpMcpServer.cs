using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;

namespace QwenCode.SemanticKernel.Tests;

/// <summary>An MCP server on loopback with one tool, <c>look</c>.</summary>
internal sealed class HttpMcpServer : IDisposable
{
    private readonly HttpListener _listener = new();

    public HttpMcpServer()
    {
        using var probe = new TcpListener(IPAddress.Loopback, 0);
        probe.Start();
        Url = $"http://127.0.0.1:{((IPEndPoint)probe.LocalEndpoint).Port}/";
        probe.Stop();
        _listener.Prefixes.Add(Url);
        _listener.Start();
        _ = ServeAsync();
    }

    public string Url { get; }

    public void Dispose() => _listener.Close();

    private async Task ServeAsync()
    {
        while (_listener.IsListening)
        {
            HttpListenerContext context;
            try
            {
                context = await _listener.GetContextAsync();
            }
            catch (Exception exception) when (exception is HttpListenerException or ObjectDisposedException)
            {
                return;
            }

            await AnswerAsync(context);
        }
    }

    private static async Task AnswerAsync(HttpListenerContext context)
    {
        var answer = context.Request.HttpMethod == "POST" ? Answer((await JsonDocument.ParseAsync(context.Request.InputStream)).RootElement) : null;
        context.Response.StatusCode = context.Request.HttpMethod != "POST" ? 405 : answer is null ? 202 : 200;
        if (answer is not null)
        {
            context.Response.ContentType = "application/json";
            await context.Response.OutputStream.WriteAsync(Encoding.UTF8.GetBytes(answer));
        }

        context.Response.Close();
    }

    private static string? Answer(JsonElement request)
    {
        var result = request.GetProperty("method").GetString() switch
        {
            "initialize" => """{"protocolVersion":"2025-06-18","capabilities":{"tools":{}},"serverInfo":{"name":"test","version":"1"}}""",
            "tools/list" => """{"tools":[{"name":"look","description":"Looks.","inputSchema":{"type":"object","properties":{}}}]}""",
            "tools/call" => """{"content":[{"type":"text","text":"seen"}]}""",
            _ => null,
        };
        if (!request.TryGetProperty("id", out var id))
        {
            return null;
        }

        var outcome = result is null ? """ "error":{"code":-32601,"message":"Method not found"} """ : $"\"result\":{result}";
        return $$"""{"jsonrpc":"2.0","id":{{id.GetRawText()}},{{outcome}}}""";
    }
}
