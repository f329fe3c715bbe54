using System.IO.Pipelines;
using System.Text;
using System.Text.Json;
using System.Threading.Channels;
using ModelContextProtocol.Client;
using ModelContextProtocol.Protocol;

namespace QwenCode.Mcp.Tests.Servers;

/// <summary>A server at the other end of two pipes. It speaks JSON-RPC by hand, so that it can misbehave.</summary>
internal sealed class FakeServer
{
    private readonly Channel<string> _heard = Channel.CreateUnbounded<string>();

    /// <summary>Gets or sets the tools, as a JSON array.</summary>
    public string Tools { get; set; } = """[{"name":"echo","description":"Echoes.","inputSchema":{"type":"object","properties":{"text":{"type":"string"}}}}]""";

    /// <summary>Gets what other methods are answered with.</summary>
    public Dictionary<string, Func<JsonElement, string>> Results { get; } = [];

    /// <summary>Gets what the client answers.</summary>
    public Channel<JsonElement> Answers { get; } = Channel.CreateUnbounded<JsonElement>();

    /// <summary>Gets or sets what the server says that it can do.</summary>
    public string Capabilities { get; set; } = """{"tools":{"listChanged":true}}""";

    /// <summary>Gets or sets what a call does; the default answers with the text it was given.</summary>
    public Func<FakeConnection, JsonElement, Task> Call { get; set; } = static (connection, request) =>
        connection.AnswerAsync(request, $$"""{"content":[{"type":"text","text":"heard {{request.GetProperty("params").GetProperty("arguments").GetProperty("text").GetString()}}"}]}""");

    /// <summary>Gets or sets what must happen before the handshake is answered.</summary>
    public Task Ready { get; set; } = Task.CompletedTask;

    public List<FakeConnection> Connections { get; } = [];

    public int Calls;

    public IClientTransport Connect()
    {
        var (up, down) = (new Pipe(), new Pipe());
        var connection = new FakeConnection(this, up.Reader, down.Writer);
        Connections.Add(connection);
        _ = connection.RunAsync();
        return new StreamClientTransport(up.Writer.AsStream(), down.Reader.AsStream());
    }

    /// <summary>Waits for a message with a method.</summary>
    public async Task HeardAsync(string method)
    {
        while (await _heard.Reader.ReadAsync() != method)
        {
        }
    }

    internal void Hear(string method) => _heard.Writer.TryWrite(method);
}

internal sealed class FakeConnection(FakeServer server, PipeReader input, PipeWriter output)
{
    private readonly Channel<string> _messages = Channel.CreateUnbounded<string>();

    public async Task RunAsync()
    {
        _ = SendAsync();
        using var lines = new StreamReader(input.AsStream());
        while (await lines.ReadLineAsync() is { } line)
        {
            var request = JsonDocument.Parse(line).RootElement;
            var method = request.TryGetProperty("method", out var name) ? name.GetString()! : "answer";
            switch (method)
            {
                case "initialize":
                    await server.Ready;
                    await AnswerAsync(request, $$$"""{"protocolVersion":"{{{request.GetProperty("params").GetProperty("protocolVersion").GetString()}}}","capabilities":{{{server.Capabilities}}},"serverInfo":{"name":"fake","version":"1"}}""");
                    break;
                case "tools/list":
                    await AnswerAsync(request, $$"""{"tools":{{server.Tools}}}""");
                    break;
                case "tools/call":
                    Interlocked.Increment(ref server.Calls);
                    await server.Call(this, request);
                    break;
                case "server/discover" when !server.Results.ContainsKey(method):
                    await WriteAsync($$$"""{"jsonrpc":"2.0","id":{{{request.GetProperty("id").GetRawText()}}},"error":{"code":-32601,"message":"Method not found"}}""");
                    break;
                case "answer":
                    server.Answers.Writer.TryWrite(request);
                    break;
                case var other when server.Results.TryGetValue(other, out var result):
                    await AnswerAsync(request, result(request));
                    break;
            }

            server.Hear(method);
        }

        _messages.Writer.TryComplete();
    }

    public Task AnswerAsync(JsonElement request, string result) => WriteAsync($$"""{"jsonrpc":"2.0","id":{{request.GetProperty("id").GetRawText()}},"result":{{result}}}""");

    public Task WriteAsync(string message)
    {
        _messages.Writer.TryWrite(message);
        return Task.CompletedTask;
    }

    /// <summary>Ends the connection, as a server that crashes does.</summary>
    public Task DropAsync()
    {
        _messages.Writer.TryComplete();
        return Task.CompletedTask;
    }

    private async Task SendAsync()
    {
        await foreach (var message in _messages.Reader.ReadAllAsync())
        {
            await output.WriteAsync(Encoding.UTF8.GetBytes(message + "\n"));
        }

        await output.CompleteAsync();
    }
}
