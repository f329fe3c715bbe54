using QwenCode.Plugin.Lsp.Configuration;
using QwenCode.Plugin.Lsp.Servers;
using QwenCode.Plugins;
using QwenCode.Tools;
using QwenCode.Workspaces;

namespace QwenCode.Plugin.Lsp;

/// <summary>Asks the language servers of a project. They are started when they are first needed and live as long as the host.</summary>
[PluginTool(Order = -20)]
public sealed class LspTool : Tool, IConditionalTool, IAsyncDisposable
{
    private const string About =
        """
        Asks a language server about code: it knows what names mean, where text search can only guess. Positions are counted from
        1, in results as well.
        - goToDefinition, goToImplementation, findReferences, hover, prepareCallHierarchy: what stands at filePath, line,
          character (put it on the name).
        - documentSymbol: the outline of filePath. workspaceSymbol: symbols of the whole project that match query.
        - incomingCalls, outgoingCalls: who calls, and what is called by, a callHierarchyItem; take it as it is from the JSON of
          prepareCallHierarchy.
        - diagnostics: errors and warnings of filePath. workspaceDiagnostics: all that the servers know of.
        - codeActions: fixes and refactorings for the range; nothing is applied.
        """;

    private readonly Lock _gate = new();
    private readonly Dictionary<string, ServerPool> _pools = new(StringComparer.Ordinal);
    private readonly Func<ServerConfiguration, LanguageServer> _create;
    private bool _isDisposed;

    /// <summary>Creates the tool.</summary>
    public LspTool()
        : this(static configuration =>
            new LanguageServer(configuration, ServerConnector.ConnectAsync, LspTimings.Default, TimeProvider.System))
    {
    }

    internal LspTool(Func<ServerConfiguration, LanguageServer> create)
        : base(new ToolDeclaration
        {
            Name = "lsp",
            DisplayName = "Lsp",
            Description = About,
            Feature = "lsp",
            Kind = ToolKind.Other,
            Traits = ToolTraits.ReadOnly,
            Parameters = ToolDeclaration.Schema(LspSchema.Json),
        }) => _create = create;

    /// <inheritdoc/>
    public ValueTask<ToolReadiness> CheckAsync(Workspace workspace, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(workspace);
        var (pool, problems) = Pool(workspace);
        return ValueTask.FromResult(new ToolReadiness(pool is not null, problems));
    }

    /// <inheritdoc/>
    public override ToolInvocation Prepare(ToolArguments arguments, ToolContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        var request = LspRequest.Read(arguments, context.Workspace);
        if (request.Target is { } path
            && context.Setting("context.fileFiltering.respectQwenIgnore") is not "false"
            && IgnoreScope.Judge(context.Workspace, path, PathKind.File, IgnoreFiles.Qwen) is not IgnoreVerdict.Visible)
        {
            throw new ToolArgumentException($"File path '{path}' is ignored by .qwenignore pattern(s).");
        }

        return new LspInvocation(request, () => Pool(context.Workspace), context);
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        ServerPool[] pools;
        lock (_gate)
        {
            _isDisposed = true;
            pools = [.. _pools.Values];
            _pools.Clear();
        }

        await Task.WhenAll(pools.Select(static pool => pool.DisposeAsync().AsTask())).ConfigureAwait(false);
    }

    // A file that names a server is read once: servers are processes, and keep their configuration. One that names none is read
    // again for the next run.
    private (ServerPool? Pool, IReadOnlyList<string> Problems) Pool(Workspace workspace)
    {
        lock (_gate)
        {
            if (_pools.TryGetValue(workspace.Root, out var known))
            {
                return (known, []);
            }

            var read = LspFile.Read(workspace);
            if (read.Servers.Count == 0 || _isDisposed)
            {
                return (null, read.Problems);
            }

            return (_pools[workspace.Root] = new ServerPool([.. read.Servers.Select(_create)]), read.Problems);
        }
    }
}
