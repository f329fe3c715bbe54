using ModelContextProtocol;
using ModelContextProtocol.Client;
using ModelContextProtocol.Protocol;
using QwenCode.Mcp.Configuration;
using QwenCode.Mcp.Connections;

namespace QwenCode.Mcp.Authorization;

/// <summary>Logs the user in at a server, and out again.</summary>
/// <param name="server">The server.</param>
/// <param name="tokenFile">The file that tokens are kept in.</param>
/// <param name="time">The clock.</param>
public sealed class McpLogin(McpServerConfiguration server, string tokenFile, TimeProvider time)
{
    private const string ClientPrefix = "Failed to handle unauthorized response with 'Bearer' scheme. ";

    private readonly TokenFile _file = new(tokenFile, time);

    /// <summary>Gets where the browser is sent after the login.</summary>
    public Uri RedirectAddress => server.OAuth?.RedirectAddress ?? ServerLogin.UsualRedirect;

    /// <summary>Gets whether that may be another port of this machine: if the client registers itself with it.</summary>
    public bool MayMove => server.OAuth is null or { ClientId: null, ClientMetadataAddress: null, RedirectAddress: null };

    /// <summary>Logs in, and keeps what is issued. What was issued before is replaced.</summary>
    /// <param name="redirect">Where the browser is sent after the login.</param>
    /// <param name="authorize">Has the user log in at an address, and returns the address that the browser was sent to then.</param>
    /// <param name="cancellationToken">Gives up; what was issued before stays.</param>
    /// <returns>What is wrong with the server all the same, as a sentence; <c>null</c> if it can be used now.</returns>
    /// <exception cref="LoginFailedException">The login failed; the message says why.</exception>
    public async Task<string?> RunAsync(
        Uri redirect, Func<Uri, CancellationToken, Task<Uri>> authorize, CancellationToken cancellationToken)
    {
        if (server.Transport is McpTransport.Stdio)
        {
            throw new LoginFailedException(
                $"MCP server '{server.Name}' is a program, which gets its credentials in \"env\"; only servers of the net have logins.");
        }

        if (server.OAuth?.IsEnabled is false)
        {
            throw new LoginFailedException($"MCP server '{server.Name}' is used without a login: \"oauth.enabled\" is false.");
        }

        NamedAddress.Check(server.Address!, server.Address!, "The address of a server with a login");
        var tokens = new ServerTokens(server.Name, server.Address!, _file, time) { StartsAnew = true };
        var login = new ServerLogin(server, tokens, new TokenExchange(server, _file, time), authorize) { Redirect = redirect };
        var failure = await ConnectAsync(login, cancellationToken).ConfigureAwait(false);
        if (!tokens.HasNew && failure is null)
        {
            // Some servers ask only when a tool is called.
            login.Force();
            failure = await ConnectAsync(login, cancellationToken).ConfigureAwait(false);
        }

        return tokens.HasNew ? failure is null ? null : Failures.Explain(server, failure)
            : throw new LoginFailedException(Explain(failure), failure);
    }

    /// <summary>Forgets what was issued for a server.</summary>
    /// <param name="name">The server's name; it need not be configured any more.</param>
    /// <param name="tokenFile">The file that tokens are kept in.</param>
    /// <param name="time">The clock.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>Whether there was anything.</returns>
    /// <exception cref="LoginFailedException">The file cannot be read or written.</exception>
    public static Task<bool> LogOutAsync(string name, string tokenFile, TimeProvider time, CancellationToken cancellationToken) =>
        new TokenFile(tokenFile, time).RemoveAsync(name, cancellationToken);

    private async Task<Exception?> ConnectAsync(ServerLogin login, CancellationToken cancellationToken)
    {
        var options = new McpClientOptions
        {
            ClientInfo = new Implementation { Name = $"qwen-cli-mcp-client-{server.Name}", Version = "0.0.1" },

            // The first message waits for the user.
            InitializationTimeout = Timeout.InfiniteTimeSpan,
            DiscoverProbeTimeout = TimeSpan.FromDays(1),
        };
        try
        {
            var connection = await McpConnection.OpenAsync(Transports.Http(server, login), options, cancellationToken)
                .ConfigureAwait(false);
            await using var owned = connection.ConfigureAwait(false);
            await connection.ListToolsAsync([], cancellationToken).ConfigureAwait(false);
            return null;
        }
        catch (Exception exception) when (!cancellationToken.IsCancellationRequested)
        {
            // Whatever server and authorization server do wrong: it is told of.
            return exception;
        }
    }

    private string Explain(Exception? failure)
    {
        for (var cause = failure; cause is not null; cause = cause.InnerException)
        {
            if (cause is LoginFailedException or McpException and not McpProtocolException)
            {
                var text = TokenExchange.Plain(cause.Message.Replace(ClientPrefix, string.Empty, StringComparison.Ordinal)).TrimEnd('.');
                return $"The login at MCP server '{server.Name}' failed: {Failures.Redact(server, text)}.";
            }
        }

        return failure is null ? $"MCP server '{server.Name}' asked for no login." : Failures.Explain(server, failure);
    }
}
