using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization.Metadata;
using ModelContextProtocol;
using ModelContextProtocol.Protocol;
using QwenCode.Cli.Headless;
using QwenCode.Hosting;
using QwenCode.Mcp;
using QwenCode.Mcp.Prompts;
using QwenCode.Mcp.Serving;
using QwenCode.Platform.Json;

namespace QwenCode.Cli.Serving;

/// <summary>
/// The prompts and resources of a session's MCP servers, as its client gets them: what the servers answer, as they answer it. Rules for a
/// server hold for its resources.
/// </summary>
internal sealed class PassedOn(ServedProject project, SessionMcpServers servers, PromptReader reader)
{
    private const string Initialize = "init";

    /// <summary>Gets the names of all prompts that are known now.</summary>
    public IEnumerable<string> PromptNames => Own().Select(static one => one.Name).Concat(Others().Select(static one => one.Command));

    /// <summary>Lists the prompts.</summary>
    public async ValueTask<IList<Prompt>> PromptsAsync(CancellationToken cancellationToken)
    {
        await ReadyAsync(cancellationToken).ConfigureAwait(false);
        return
        [
            .. Own(),
            .. Others().Select(static prompt => new Prompt
            {
                Name = prompt.Command,
                Title = prompt.Name,
                Description = ServedContent.Sound(prompt.Description),
                Arguments =
                [
                    .. prompt.Arguments.Select(static one => new PromptArgument
                    {
                        Name = one.Name, Description = ServedContent.Sound(one.Description), Required = one.IsRequired,
                    }),
                ],
            }),
        ];
    }

    /// <summary>Returns what a prompt says.</summary>
    /// <exception cref="McpProtocolException">There is none of that name, or its server refuses.</exception>
    public async ValueTask<GetPromptResult> PromptAsync(GetPromptRequestParams asked, CancellationToken cancellationToken)
    {
        await ReadyAsync(cancellationToken).ConfigureAwait(false);
        if (Own().Any(prompt => prompt.Name == asked.Name))
        {
            var extra = asked.Arguments?.TryGetValue("extra", out var given) is true ? Text(given) : string.Empty;
            var text = project.Commands.Expand($"/{asked.Name} {extra}".Trim());
            return new GetPromptResult { Messages = [new PromptMessage { Role = Role.User, Content = ServedContent.Text(text) }] };
        }

        var prompt = Others().FirstOrDefault(one => one.Command == asked.Name)
            ?? throw new McpProtocolException($"There is no prompt '{asked.Name}'.", McpErrorCode.InvalidParams);
        var arguments = new JsonObject();
        foreach (var (name, value) in asked.Arguments ?? new Dictionary<string, JsonElement>())
        {
            arguments[name] = Text(value);
        }

        var parameters = new JsonObject { ["name"] = prompt.Name, ["arguments"] = arguments };
        return await AskAsync<GetPromptResult>(prompt.Server, RequestMethods.PromptsGet, parameters, cancellationToken)
            .ConfigureAwait(false);
    }

    /// <summary>Lists the resources that the rules let be read.</summary>
    public async ValueTask<IEnumerable<Resource>> ResourcesAsync(CancellationToken cancellationToken) =>
        (await ListAsync<Resource>(RequestMethods.ResourcesList, "resources", cancellationToken).ConfigureAwait(false))
            .Where(one => reader.MayRead(one.Server, one.Item.Uri)).Select(static one => one.Item);

    /// <summary>Lists the forms of addresses.</summary>
    public async ValueTask<IEnumerable<ResourceTemplate>> TemplatesAsync(CancellationToken cancellationToken) =>
        (await ListAsync<ResourceTemplate>(RequestMethods.ResourcesTemplatesList, "resourceTemplates", cancellationToken)
            .ConfigureAwait(false)).Select(static one => one.Item);

    /// <summary>Reads a resource of the first server that has it.</summary>
    /// <returns>The answer; <c>null</c> if no server has it.</returns>
    public async ValueTask<ReadResourceResult?> ReadAsync(string uri, CancellationToken cancellationToken)
    {
        await ReadyAsync(cancellationToken).ConfigureAwait(false);
        foreach (var server in servers.Catalog?.WithResources ?? [])
        {
            if (!reader.MayRead(server, uri))
            {
                continue;
            }

            try
            {
                return await AskAsync<ReadResourceResult>(
                    server, RequestMethods.ResourcesRead, new JsonObject { ["uri"] = uri }, cancellationToken).ConfigureAwait(false);
            }
            catch (McpProtocolException)
            {
                // Another one may have it.
            }
        }

        return null;
    }

    private Task ReadyAsync(CancellationToken cancellationToken) =>
        servers.Catalog?.ReadyAsync(cancellationToken) ?? Task.CompletedTask;

    // A summary is one of a conversation, which a client has elsewhere.
    private IEnumerable<Prompt> Own() =>
        project.Commands.Described.Where(static one => one.Name is Initialize).Select(static one => new Prompt
        {
            Name = one.Name,
            Description = one.Description,
            Arguments = [new PromptArgument { Name = "extra", Description = "What to look at especially." }],
        });

    private IReadOnlyList<McpPrompt> Others() => servers.Catalog?.Commands(project.Commands.IsTaken) ?? [];

    private async ValueTask<IReadOnlyList<(string Server, T Item)>> ListAsync<T>(
        string method, string member, CancellationToken cancellationToken)
    {
        await ReadyAsync(cancellationToken).ConfigureAwait(false);
        var listed = new List<(string, T)>();
        foreach (var server in servers.Catalog?.WithResources ?? [])
        {
            try
            {
                foreach (var page in await servers.Catalog!.PagesAsync(server, method, cancellationToken).ConfigureAwait(false))
                {
                    listed.AddRange(page.Member(member) is { ValueKind: JsonValueKind.Array } items
                        ? items.EnumerateArray().Select(item => (server, Read<T>(item))) : []);
                }
            }
            catch (Exception exception) when (exception is McpRequestException or JsonException)
            {
                // One that has no such list, or is gone, costs its own part.
            }
        }

        return listed;
    }

    private async ValueTask<T> AskAsync<T>(string server, string method, JsonObject parameters, CancellationToken cancellationToken)
    {
        try
        {
            return Read<T>(await servers.Catalog!.AskAsync(server, method, parameters, cancellationToken).ConfigureAwait(false));
        }
        catch (Exception exception) when (exception is McpRequestException or JsonException)
        {
            throw new McpProtocolException(exception.Message, McpErrorCode.InvalidParams);
        }
    }

    private static string Text(JsonElement value) =>
        value.ValueKind is JsonValueKind.String ? value.GetString()! : value.GetRawText();

    private static T Read<T>(JsonElement value) =>
        value.Deserialize((JsonTypeInfo<T>)McpJsonUtilities.DefaultOptions.GetTypeInfo(typeof(T)))
        ?? throw new JsonException("The answer is empty.");
}
