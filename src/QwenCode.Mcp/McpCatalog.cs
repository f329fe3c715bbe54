using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.Extensions.AI;
using ModelContextProtocol.Protocol;
using QwenCode.Mcp.Connections;
using QwenCode.Mcp.Prompts;
using QwenCode.Mcp.Resources;
using Tool = QwenCode.Tools.Tool;

namespace QwenCode.Mcp;

/// <summary>The prompts and resources of a session's servers, those of the settings first.</summary>
/// <param name="groups">The servers, as they are when it is asked.</param>
public sealed class McpCatalog(Func<IReadOnlyList<McpServers>> groups)
{
    /// <summary>The tool that reads a resource.</summary>
    public const string ReadTool = "read_mcp_resource";

    /// <summary>The tool that lists resources.</summary>
    public const string ListTool = "list_mcp_resources";

    /// <summary>Gets how long what a prompt stands for, or names, is waited for at most.</summary>
    public static TimeSpan PromptTimeout { get; } = TimeSpan.FromSeconds(30);

    private IReadOnlyList<Tool>? _tools;

    /// <summary>Gets the tools for resources; none as long as no server has any.</summary>
    public IReadOnlyList<Tool> Tools =>
        Servers.Any(static server => server.Offer.HasResources) ? _tools ??= [ResourceTools.List(this), ResourceTools.Read(this)] : [];

    private IEnumerable<McpServer> Servers => groups().SelectMany(static group => group.Servers);

    /// <summary>Waits for servers that still connect, as long as a first request would.</summary>
    /// <param name="cancellationToken">Ends the waiting.</param>
    public Task ReadyAsync(CancellationToken cancellationToken) =>
        Task.WhenAll(groups().Select(group => group.ReadyAsync(cancellationToken)));

    /// <summary>
    /// Returns the prompts as commands. Of several with one name the first has it, and the others are called
    /// <c>SERVER_NAME</c>, as are those whose names are taken.
    /// </summary>
    /// <param name="isTaken">Says whether a command has another meaning.</param>
    public IReadOnlyList<McpPrompt> Commands(Predicate<string> isTaken)
    {
        ArgumentNullException.ThrowIfNull(isTaken);
        var commands = new Dictionary<string, McpPrompt>(StringComparer.Ordinal);
        foreach (var prompt in Servers.SelectMany(static server => server.Offer.Prompts))
        {
            var full = McpPrompt.Typed($"{prompt.Server}_{prompt.Name}");
            var command = isTaken(prompt.Command) || commands.ContainsKey(prompt.Command) ? full : prompt.Command;
            if (!isTaken(command))
            {
                commands.TryAdd(command, prompt with { Command = command });
            }
        }

        return [.. commands.Values];
    }

    /// <summary>Asks for what a prompt says.</summary>
    /// <param name="prompt">The prompt.</param>
    /// <param name="arguments">What is written behind its name; <c>help</c> alone asks how it is used.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="McpRequestException">The prompt cannot be used so, or the server does not give it.</exception>
    public async ValueTask<IReadOnlyList<AIContent>> GetPromptAsync(McpPrompt prompt, string arguments, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(prompt);
        ArgumentNullException.ThrowIfNull(arguments);
        if (arguments.Trim() is "help")
        {
            throw new McpRequestException(PromptHelp.Of(prompt));
        }

        var values = new JsonObject();
        try
        {
            foreach (var (name, value) in PromptArguments.Read(prompt, arguments))
            {
                values[name] = value;
            }
        }
        catch (McpRequestException exception)
        {
            throw new McpRequestException($"/{prompt.Command} cannot be used so. {exception.Message}");
        }

        var parameters = new JsonObject { ["name"] = prompt.Name, ["arguments"] = values };
        var result = await Servers.First(one => one.Name == prompt.Server).AskAsync(
            (connection, token) => connection.RequestAsync(RequestMethods.PromptsGet, (JsonObject)parameters.DeepClone(), token),
            PromptTimeout, cancellationToken).ConfigureAwait(false);
        return PromptMessages.Read(prompt, result) is { Count: > 0 } parts
            ? parts : throw new McpRequestException($"MCP server '{prompt.Server}' answered '{prompt.Name}' without a message.");
    }

    /// <summary>Returns whether there is a server of this name.</summary>
    /// <param name="server">The name.</param>
    public bool Has(string server) => Servers.Any(one => one.Name == server);

    /// <summary>Reads a resource.</summary>
    /// <param name="server">The server.</param>
    /// <param name="uri">The resource.</param>
    /// <param name="fit">Bounds a text.</param>
    /// <param name="limit">How long it may take; the server's own limit holds, too.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="McpRequestException">It cannot be read.</exception>
    public async ValueTask<IReadOnlyList<AIContent>> ReadAsync(
        string server, string uri, Func<string, string> fit, TimeSpan limit, CancellationToken cancellationToken)
    {
        var result = await Find(server).AskAsync(
            (connection, token) => connection.RequestAsync(RequestMethods.ResourcesRead, new JsonObject { ["uri"] = uri }, token),
            limit, cancellationToken).ConfigureAwait(false);
        return ResourceContent.Read(result, fit);
    }

    /// <summary>Lists the resources, as text.</summary>
    /// <param name="name">The only server to ask; <c>null</c> asks all that have some.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="McpRequestException">There is no such server.</exception>
    public async ValueTask<string> ListAsync(string? name, CancellationToken cancellationToken)
    {
        var text = new StringBuilder();
        foreach (var server in name is null ? Servers.Where(static one => one.Offer.HasResources) : [Find(name)])
        {
            try
            {
                var listed = await server.AskAsync(ResourceTools.DescribeAsync, PromptTimeout, cancellationToken).ConfigureAwait(false);
                text.Append("MCP server '").Append(server.Name).Append("':\n").Append(listed);
            }
            catch (McpRequestException exception) when (name is null)
            {
                text.Append(exception.Message).Append('\n');
            }
        }

        return text.ToString();
    }

    /// <summary>Gets the names of the servers that have resources.</summary>
    public IReadOnlyList<string> WithResources =>
        [.. Servers.Where(static server => server.Offer.HasResources).Select(static server => server.Name)];

    /// <summary>Asks a server for something that changes nothing, and returns its answer as it is.</summary>
    /// <param name="server">The server.</param>
    /// <param name="method">The method.</param>
    /// <param name="parameters">Its parameters.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="McpRequestException">There is no such server, it cannot be reached, or it refuses.</exception>
    public Task<JsonElement> AskAsync(string server, string method, JsonObject parameters, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(parameters);
        return Find(server).AskAsync(
            (connection, token) => connection.RequestAsync(method, (JsonObject)parameters.DeepClone(), token), PromptTimeout,
            cancellationToken);
    }

    /// <summary>Asks a server for a list, page by page, and returns the pages as they are.</summary>
    /// <param name="server">The server.</param>
    /// <param name="method">The method.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="McpRequestException">There is no such server, it cannot be reached, or it refuses.</exception>
    public Task<IReadOnlyList<JsonElement>> PagesAsync(string server, string method, CancellationToken cancellationToken) =>
        Find(server).AskAsync((connection, token) => connection.ListAsync(method, token), PromptTimeout, cancellationToken);

    private McpServer Find(string name) => Servers.FirstOrDefault(one => one.Name == name) ?? throw new McpRequestException(
        $"There is no MCP server '{name}'. Those that there are: {string.Join(", ", Servers.Select(static one => one.Name))}.");
}
