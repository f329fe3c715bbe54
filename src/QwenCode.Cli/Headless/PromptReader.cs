using System.Runtime.CompilerServices;
using System.Text;
using Microsoft.Extensions.AI;
using QwenCode.Hosting;
using QwenCode.Mcp;
using QwenCode.Mcp.Prompts;
using QwenCode.Permissions;
using QwenCode.Tools;

namespace QwenCode.Cli.Headless;

/// <summary>What a prompt stands for; with a refusal, nothing is sent.</summary>
internal readonly record struct ReadPrompt(IReadOnlyList<AIContent> Content, string? Refusal = null);

/// <summary>
/// Turns what a user writes into what goes to the session: the text of a command, what an MCP server's prompt says, and behind it the
/// files that it names as <c>@path</c> and the resources that it names as <c>@server:uri</c>.
/// </summary>
/// <param name="commands">The commands of the program.</param>
/// <param name="files">Reads files.</param>
/// <param name="servers">The MCP servers of the session.</param>
/// <param name="policy">The permission rules.</param>
/// <param name="warn">Takes why something that exists is not put in.</param>
internal sealed class PromptReader(
    SlashCommands commands, AtReferences files, SessionMcpServers servers, PermissionPolicy policy, Action<string> warn)
{
    private const int MaxText = 256 * 1024;

    private static readonly ToolDeclaration Reading = new()
    {
        Name = McpCatalog.ReadTool,
        Description = "Reads a resource.",
        Parameters = ToolDeclaration.Schema("""{"type":"object"}"""u8),
        Traits = ToolTraits.ReadOnly,
    };

    /// <summary>Makes the reader of a session, which warns on standard error.</summary>
    public static PromptReader For(WorkspaceServices project, PermissionPolicy policy, SessionMcpServers servers) =>
        new(new SlashCommands(project), new AtReferences(project, policy, StartupWarnings.Warn), servers, policy, StartupWarnings.Warn);

    /// <summary>Returns whether a prompt may hold more than its text.</summary>
    public static bool IsNeededFor(string prompt) => prompt.StartsWith('/') || prompt.Contains('@', StringComparison.Ordinal);

    /// <summary>Returns the content of a prompt.</summary>
    /// <param name="prompt">The prompt as it was written.</param>
    /// <param name="links">The files that a client links; <c>null</c> if it is no client that does.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public ValueTask<ReadPrompt> ReadAsync(string prompt, LinkedFiles? links, CancellationToken cancellationToken)
    {
        var expanded = commands.Expand(prompt);
        var isOwn = !ReferenceEquals(expanded, prompt);
        return IsNeededFor(prompt) && servers.Catalog is not null && !isOwn
            ? ReadServersAsync(prompt, links, cancellationToken)
            : ValueTask.FromResult(new ReadPrompt(files.Expand(expanded, links)));
    }

    /// <summary>Returns the commands that can be used: a list of its own, and the prompts of the session's MCP servers.</summary>
    /// <param name="own">The list.</param>
    /// <param name="servers">The servers.</param>
    /// <param name="commands">The commands of the program.</param>
    public static IReadOnlyList<string> Commands(IReadOnlyList<string> own, SessionMcpServers servers, SlashCommands commands) =>
        servers.Catalog is null ? own : WithPrompts(own, servers, commands);

    /// <summary>Returns the commands that can be used with what each does.</summary>
    public IReadOnlyList<(string Name, string Description)> Described() =>
        servers.Catalog is null ? commands.Described : WithDescribedPrompts();

    /// <summary>Returns why a command is refused; <c>null</c> for anything else, which goes to the model.</summary>
    public string? Refuse(string prompt) => commands.Refuse(prompt);

    /// <summary>Returns whether a command is disabled.</summary>
    /// <param name="name">The command, without its slash.</param>
    public bool IsDisabled(string name) => commands.IsDisabled(name);

    /// <summary>Returns whether a command of the program can be used without a terminal.</summary>
    /// <param name="name">The command, without its slash.</param>
    public bool IsOwn(string name) => commands.Headless.Contains(name);

    /// <summary>Returns whether the permission rules let a resource of a server be read.</summary>
    /// <param name="server">The server.</param>
    /// <param name="uri">The resource.</param>
    public bool MayRead(string server, string uri) =>
        policy.Judge(Reading, Arguments(server, uri), ToolConsent.Allow).Decision is PermissionDecision.Allow;

    /// <summary>Returns whether a command is a prompt of a server.</summary>
    /// <param name="name">The command, without its slash.</param>
    public bool Offers(string name) => servers.Catalog is not null && Find(name) is not null;

    // Kept out of line: nothing of MCP is loaded in a run without servers.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static IReadOnlyList<string> WithPrompts(IReadOnlyList<string> own, SessionMcpServers servers, SlashCommands commands)
    {
        var prompts = servers.Catalog!.Commands(commands.IsTaken);
        return [.. own.Concat(prompts.Select(static prompt => prompt.Command)).Order(StringComparer.Ordinal)];
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private IReadOnlyList<(string Name, string Description)> WithDescribedPrompts() =>
    [
        .. commands.Described,
        .. servers.Catalog!.Commands(commands.IsTaken).Select(static prompt => (
            prompt.Command, prompt.Description.Length > 0 ? prompt.Description : prompt.Name)),
    ];

    [MethodImpl(MethodImplOptions.NoInlining)]
    private McpPrompt? Find(string name) =>
        servers.Catalog!.Commands(commands.IsTaken).FirstOrDefault(prompt => prompt.Command == name);

    [MethodImpl(MethodImplOptions.NoInlining)]
    private async ValueTask<ReadPrompt> ReadServersAsync(string prompt, LinkedFiles? links, CancellationToken cancellationToken)
    {
        var catalog = servers.Catalog!;
        await catalog.ReadyAsync(cancellationToken).ConfigureAwait(false);
        var (name, arguments) = SlashCommands.Split(prompt);
        if (name.Length > 0 && Find(name) is { } found)
        {
            try
            {
                return new(await catalog.GetPromptAsync(found, arguments, cancellationToken).ConfigureAwait(false));
            }
            catch (McpRequestException exception)
            {
                return new([], exception.Message);
            }
        }

        var content = new List<AIContent>(files.Expand(prompt, links));
        foreach (var (server, uri) in References(prompt).Where(one => catalog.Has(one.Server)).Distinct())
        {
            var written = $"{server}:{uri}";
            if (!MayRead(server, uri))
            {
                warn($"@{written} may not be read by the permission rules.");
                continue;
            }

            try
            {
                var parts = await catalog.ReadAsync(server, uri, Fit, McpCatalog.PromptTimeout, cancellationToken).ConfigureAwait(false);

                // Whoever wrote the resource does not know the mark, and so cannot write its end.
                var mark = Guid.NewGuid().ToString("N")[..8];
                content.Add(new TextContent($"\n--- Content from MCP resource {written} [{mark}] ---\n"));
                content.AddRange(parts);
                content.Add(new TextContent($"\n--- End of MCP resource {written} [{mark}] ---"));
            }
            catch (McpRequestException exception)
            {
                warn($"@{written} is not put in: {exception.Message}");
            }
        }

        return new(content);
    }

    /// <summary>Returns what stands behind each <c>@</c> at the beginning of a word and has the form <c>server:uri</c>.</summary>
    private static IEnumerable<(string Server, string Uri)> References(string prompt)
    {
        foreach (var word in prompt.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries))
        {
            if (word.StartsWith('@') && word.IndexOf(':', StringComparison.Ordinal) is > 1 and var colon
                && word[(colon + 1)..].TrimEnd('.', ',', ';', '!', '?', ')', ']', '}', '"', '\'') is { Length: > 0 } uri)
            {
                yield return (word[1..colon], uri);
            }
        }
    }

    private static ToolArguments Arguments(string server, string uri) =>
        ToolArguments.From(new Dictionary<string, object?> { ["server_name"] = server, ["uri"] = uri });

    private static string Fit(string text) => text.Length <= MaxText ? text
        : new StringBuilder().Append(text, 0, Platform.Text.TextCut.Before(text, MaxText))
            .Append($"\n[The resource goes on; only its first {MaxText / 1024} Ki characters are here.]").ToString();
}
