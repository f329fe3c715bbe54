using System.Diagnostics;
using System.Text.Json;
using ModelContextProtocol;
using ModelContextProtocol.Client;
using ModelContextProtocol.Protocol;

namespace QwenCode.Cli.Tests.Support;

/// <summary><c>qwen mcp serve</c>, and the official C# client at the other end of its input and output.</summary>
internal sealed class McpProgram : IAsyncDisposable
{
    private readonly Process _process;
    private readonly Task<string> _error;

    private McpProgram(Process process, McpClient client, Task<string> error) => (_process, Client, _error) = (process, client, error);

    public McpClient Client { get; }

    /// <summary>Gets what the server put into the client's log.</summary>
    public List<JsonElement> Log { get; } = [];

    public static async Task<McpProgram> StartAsync(Room room, McpClientOptions? options, params string[] args)
    {
        var process = Process.Start(room.StartInPipe(["mcp", "serve", .. args]))!;
        var error = process.StandardError.ReadToEndAsync();
        var transport = new StreamClientTransport(process.StandardInput.BaseStream, process.StandardOutput.BaseStream);
        var client = await McpClient.CreateAsync(transport, options ?? Plain());
        var program = new McpProgram(process, client, error);
        client.RegisterNotificationHandler("notifications/message", (message, _) =>
        {
            lock (program.Log)
            {
                program.Log.Add(JsonElement.Parse(message.Params!.ToJsonString()));
            }

            return ValueTask.CompletedTask;
        });
        return program;
    }

    /// <summary>A client of the protocol's current version.</summary>
    public static McpClientOptions Plain() => new() { ProtocolVersion = "2025-11-25" };

    /// <summary>A client whose user answers all questions.</summary>
    public static McpClientOptions Asking(Func<ElicitRequestParams, ElicitResult> answer) => new()
    {
        ProtocolVersion = "2025-11-25",
        Capabilities = new() { Elicitation = new() { Form = new() } },
        Handlers = new() { ElicitationHandler = (request, _) => ValueTask.FromResult(answer(request!)) },
    };

    public static ElicitResult Decide(string decision) => new()
    {
        Action = "accept", Content = new Dictionary<string, JsonElement> { ["decision"] = JsonElement.Parse($"\"{decision}\"") },
    };

    public async Task<IReadOnlyList<string>> ToolsAsync() => [.. (await Client.ListToolsAsync()).Select(static tool => tool.Name)];

    public async Task<CallToolResult> CallAsync(
        string tool, object arguments, IProgress<ProgressNotificationValue>? progress = null, CancellationToken cancellationToken = default) =>
        await Client.CallToolAsync(
            tool,
            JsonSerializer.SerializeToElement(arguments).EnumerateObject().ToDictionary(static one => one.Name, static one => (object?)one.Value),
            progress, cancellationToken: cancellationToken);

    public static string Text(CallToolResult result) => string.Join('\n', result.Content.OfType<TextContentBlock>().Select(static one => one.Text));

    public void Signal(int signal) => QwenProcess.SendSignal(_process.Id, signal).ShouldBe(0);

    /// <summary>Closes the program's input and waits for its end.</summary>
    public Task<(int ExitCode, string Error)> CloseAsync()
    {
        _process.StandardInput.Close();
        return EndAsync();
    }

    public async Task<(int ExitCode, string Error)> EndAsync()
    {
        await _process.WaitForExitAsync(new CancellationTokenSource(QwenProcess.Patience).Token);
        return (_process.ExitCode, await _error);
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            _process.Kill(entireProcessTree: true);
            await _process.WaitForExitAsync();
        }

        await Client.DisposeAsync();
        _process.Dispose();
    }
}
