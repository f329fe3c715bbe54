using Microsoft.Extensions.Logging.Abstractions;
using QwenCode.Cli.CommandLine;
using QwenCode.Cli.Interactive;
using QwenCode.Cli.IO;
using QwenCode.Cli.Running;
using QwenCode.Hosting;
using QwenCode.Mcp.Authorization;

namespace QwenCode.Cli.Commands;

/// <summary><c>qwen mcp login|logout NAME</c>: logins at MCP servers of the net.</summary>
internal static class McpLoginCommand
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(5);

    public static async Task<int> LogInAsync(CliOptions options, CancellationToken cancellationToken)
    {
        if (options.CommandWords is not [var name])
        {
            return Fail("Usage: qwen mcp login NAME");
        }

        var project = Composition.ReadProject(options, [name]);
        var servers = new ConfiguredMcpServers(project, NullLoggerFactory.Instance, TimeProvider.System);
        await using var owned = servers.ConfigureAwait(false);
        if (servers.Configurations.FirstOrDefault(one => one.Name == name) is not { } server)
        {
            return Fail(McpCommand.Missing(servers, name));
        }

        if (!project.Workspace.IsTrusted)
        {
            return Fail("This folder is not trusted, so that its MCP servers are not contacted.");
        }

        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(Patience);
        try
        {
            var login = new McpLogin(server, servers.TokenFile, TimeProvider.System);
            using var callback = LoopbackCallback.Open(login.RedirectAddress, login.MayMove);
            var fault = await login.RunAsync(callback.Address,
                (address, token) => AskAsync(name, callback, address, project.ChildEnvironment, token), limit.Token).ConfigureAwait(false);
            StandardStreams.Out($"Logged in at MCP server \"{name}\".\n");
            return fault is null ? ExitCodes.Success : Fail(PlainText.Of(fault));
        }
        catch (LoginFailedException exception)
        {
            return Fail(PlainText.Of(exception.Message));
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return Fail($"Nobody logged in at MCP server \"{name}\" within {Patience.TotalMinutes} minutes.");
        }
    }

    public static async Task<int> LogOutAsync(CliOptions options, CancellationToken cancellationToken)
    {
        if (options.CommandWords is not [var name])
        {
            return Fail("Usage: qwen mcp logout NAME");
        }

        var servers = new ConfiguredMcpServers(Composition.ReadProject(options), NullLoggerFactory.Instance, TimeProvider.System);
        await using var owned = servers.ConfigureAwait(false);
        try
        {
            var wasKnown = await McpLogin.LogOutAsync(name, servers.TokenFile, TimeProvider.System, cancellationToken)
                .ConfigureAwait(false);
            StandardStreams.Out(wasKnown ? $"Logged out of MCP server \"{name}\".\n" : $"There is no login at an MCP server \"{name}\".\n");
            return ExitCodes.Success;
        }
        catch (LoginFailedException exception)
        {
            return Fail(exception.Message);
        }
    }

    // The browser may be on another machine, where the address that it comes back to is nobody's: then the user brings it here.
    private static async Task<Uri> AskAsync(
        string name, LoopbackCallback callback, Uri address, IReadOnlyDictionary<string, string> environment,
        CancellationToken cancellationToken)
    {
        var state = System.Web.HttpUtility.ParseQueryString(address.Query)["state"] ?? string.Empty;
        var isOpen = Browser.TryOpen(address, environment);
        StandardStreams.Out((isOpen ? $"The browser shows the login at MCP server \"{name}\". If it does not, open this address:\n\n"
            : $"Open this address to log in at MCP server \"{name}\":\n\n") + $"  {address.AbsoluteUri}\n\n"
            + "If the browser is on another machine, it ends at a page that cannot be shown: paste that page's address here.\n");
        var pasted = new TaskCompletionSource<Uri>(TaskCreationOptions.RunContinuationsAsynchronously);
        LineReader.Start(line => Take(line, callback.Address, state, pasted), exception => pasted.TrySetException(exception));
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var received = callback.ReceiveAsync(state, stop.Token);
        var first = await Task.WhenAny(received, pasted.Task).ConfigureAwait(false);
        if (first == received)
        {
            return await received.ConfigureAwait(false);
        }

        await stop.CancelAsync().ConfigureAwait(false);
        await ((Task)received).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        return await pasted.Task.ConfigureAwait(false);
    }

    private static void Take(string? line, Uri callback, string state, TaskCompletionSource<Uri> pasted)
    {
        if (string.IsNullOrWhiteSpace(line))
        {
            return;
        }

        // All of the address, or what is behind its question mark.
        var text = line.Trim();
        if (!Uri.TryCreate(text.Contains("://", StringComparison.Ordinal) ? text : $"{callback}?{text.TrimStart('?')}",
                UriKind.Absolute, out var address)
            || System.Web.HttpUtility.ParseQueryString(address.Query)["state"] != state)
        {
            StandardStreams.ErrorLine("That is not the address that this login ends at; it has code=… and state=… in it.");
            return;
        }

        pasted.TrySetResult(address);
    }

    private static int Fail(string message)
    {
        StandardStreams.ErrorLine(message);
        return ExitCodes.Failure;
    }
}
