using Microsoft.Extensions.Logging;
using ModelContextProtocol.Client;
using QwenCode.Mcp.Configuration;

namespace QwenCode.Mcp.Connections;

/// <summary>Makes the way to a server.</summary>
internal sealed partial class Transports(McpServersOptions options)
{
    private readonly ILogger _logger = options.LoggerFactory.CreateLogger<Transports>();

    /// <summary>Makes the way to a server; nothing is started or contacted yet.</summary>
    /// <exception cref="McpConfigurationException">The way leads nowhere.</exception>
    public IClientTransport For(McpServerConfiguration server) =>
        options.TransportFactory?.Invoke(server) ?? (server.Transport is McpTransport.Stdio ? Process(server) : Http(server));

    private StdioClientTransport Process(McpServerConfiguration server)
    {
        var directory = Path.GetFullPath(server.WorkingDirectory ?? string.Empty, options.Workspace.Root);
        if (!Directory.Exists(directory))
        {
            throw new McpConfigurationException(server.Name, "cwd", $"names a directory that does not exist: {directory}.");
        }

        var environment = new Dictionary<string, string?>();
        foreach (var (name, value) in options.Environment ?? new Dictionary<string, string>())
        {
            environment[name] = value;
        }

        foreach (var (name, value) in server.Environment)
        {
            environment[name] = value;
        }

        return new StdioClientTransport(
            new StdioClientTransportOptions
            {
                Name = server.Name,
                Command = server.Command,
                Arguments = [.. server.Arguments],
                WorkingDirectory = directory,
                InheritEnvironmentVariables = options.Environment is null,
                EnvironmentVariables = environment,
                ShutdownTimeout = options.ShutdownTimeout,
                StandardErrorLines = line => LogStandardError(server.Name, line),
            });
    }

    private static HttpClientTransport Http(McpServerConfiguration server) => new(new HttpClientTransportOptions
    {
        Name = server.Name,
        Endpoint = server.Address!,
        TransportMode = server.Transport is McpTransport.Http ? HttpTransportMode.StreamableHttp : HttpTransportMode.Sse,
        AdditionalHeaders = new Dictionary<string, string>(server.Headers),
    });

    [LoggerMessage(Level = LogLevel.Debug, Message = "MCP server {Server}: {Line}")]
    private partial void LogStandardError(string server, string line);
}
