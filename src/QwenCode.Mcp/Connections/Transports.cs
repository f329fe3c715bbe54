using System.Collections;
using System.Text;
using Microsoft.Extensions.Logging;
using ModelContextProtocol.Client;
using QwenCode.Mcp.Authorization;
using QwenCode.Mcp.Configuration;
using QwenCode.Platform.Processes;
using QwenCode.Platform.Processes.Custody;

namespace QwenCode.Mcp.Connections;

/// <summary>Makes the way to a server.</summary>
internal sealed partial class Transports(McpServersOptions options)
{
    private readonly ILogger _logger = options.LoggerFactory.CreateLogger<Transports>();

    /// <summary>Makes the way to a server; nothing is started or contacted yet.</summary>
    /// <exception cref="McpConfigurationException">The way leads nowhere.</exception>
    public IClientTransport For(McpServerConfiguration server) =>
        options.TransportFactory?.Invoke(server) ?? (server.Transport is McpTransport.Stdio ? Process(server) : Http(server));

    private ProgramTransport Process(McpServerConfiguration server)
    {
        var directory = Path.GetFullPath(server.WorkingDirectory ?? string.Empty, options.Workspace.Root);
        if (!Directory.Exists(directory))
        {
            throw new McpConfigurationException(server.Name, "cwd", $"names a directory that does not exist: {directory}.");
        }

        var environment =
            new Dictionary<string, string>(OperatingSystem.IsWindows() ? StringComparer.OrdinalIgnoreCase : StringComparer.Ordinal);
        if (options.Environment is { } given)
        {
            foreach (var (name, value) in given)
            {
                environment[name] = value;
            }
        }
        else
        {
            foreach (DictionaryEntry entry in Environment.GetEnvironmentVariables())
            {
                environment[(string)entry.Key] = (string?)entry.Value ?? string.Empty;
            }
        }

        foreach (var (name, value) in server.Environment)
        {
            environment[name] = value;
        }

        var (program, arguments) = (server.Command!, server.Arguments);
        if (OperatingSystem.IsWindows())
        {
            // Most servers are started by scripts such as npx.cmd, which only the shell finds and runs.
            (program, arguments) = ("cmd.exe", ["/c", program, .. arguments.Select(EscapeForShell)]);
        }

        var start = new ProcessStart(program, directory)
        {
            Arguments = arguments,
            Environment = environment,
            Owner = new ProcessOwner(options.Workspace.ProjectDirectory, "mcp") { Name = server.Name },
        };
        return new ProgramTransport(
            server.Name, start, options.ShutdownTimeout, line => LogStandardError(server.Name, line), options.Time);
    }

    // Words with spaces are quoted, and within quotes these mean nothing to the shell.
    private static string EscapeForShell(string word)
    {
        if (word.Contains(' ', StringComparison.Ordinal))
        {
            return word;
        }

        var escaped = new StringBuilder(word.Length);
        foreach (var character in word)
        {
            escaped.Append(character is '&' or '^' or '>' or '<' or '|' ? $"^{character}" : character.ToString());
        }

        return escaped.ToString();
    }

    private HttpClientTransport Http(McpServerConfiguration server)
    {
        var tokens = options.TokenFile is { } path && server.OAuth?.IsEnabled is not false
            ? new ServerTokens(server.Name, server.Address!, new TokenFile(path, options.Time), options.Time) : null;
        if (server.OAuth?.IsEnabled is true && tokens?.Current is null)
        {
            throw new LoginRequiredException(server.Name, $"MCP server '{server.Name}' is used with a login only");
        }

        // Credentials of the settings count until the user logs in.
        return tokens is null || (server.HasCredentials && tokens.Current is null)
            ? Http(server, login: null)
            : Http(server, new ServerLogin(
                server, tokens, new TokenExchange(server, new TokenFile(options.TokenFile!, options.Time), options.Time), authorize: null));
    }

    /// <summary>Gives when the login at a server was made or renewed last; <c>null</c> if there is none.</summary>
    public DateTimeOffset? LoginTime(McpServerConfiguration server)
    {
        try
        {
            return options.TokenFile is { } path && server.Address is { } address
                ? new TokenFile(path, options.Time).Find(server.Name, address)?.Updated : null;
        }
        catch (LoginFailedException)
        {
            // The file is damaged; a new login writes a sound one.
            return null;
        }
    }

    /// <summary>Makes the way to a server of the net.</summary>
    /// <param name="server">The server.</param>
    /// <param name="login">Its login; <c>null</c> if it is used without one.</param>
    public static HttpClientTransport Http(McpServerConfiguration server, ServerLogin? login)
    {
        var headers = new Dictionary<string, string>(server.Headers.Where(header => login is null
            || !header.Key.Equals("Authorization", StringComparison.OrdinalIgnoreCase))) { [ServerChannel.Mark] = "1" };
        return new HttpClientTransport(
            new HttpClientTransportOptions
            {
                Name = server.Name,
                Endpoint = server.Address!,
                TransportMode = server.Transport is McpTransport.Http ? HttpTransportMode.StreamableHttp : HttpTransportMode.Sse,
                AdditionalHeaders = headers,
                OAuth = login?.Options(),
            },
            new HttpClient(new ServerChannel(server, login)) { Timeout = Timeout.InfiniteTimeSpan }, loggerFactory: null,
            ownsHttpClient: true);
    }

    [LoggerMessage(Level = LogLevel.Debug, Message = "MCP server {Server}: {Line}")]
    private partial void LogStandardError(string server, string line);
}
