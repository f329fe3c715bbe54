namespace QwenCode.Plugin.Lsp.Servers;

/// <summary>The servers of one workspace.</summary>
internal sealed class ServerPool(IReadOnlyList<LanguageServer> servers) : IAsyncDisposable
{
    private string Names => string.Join(", ", servers.Select(static server => server.Configuration.Name));

    /// <summary>Returns the servers to ask.</summary>
    /// <param name="name">The one that is wanted; <c>null</c> leaves it to the file.</param>
    /// <param name="path">The file it is about; <c>null</c> if it is about the whole workspace.</param>
    /// <exception cref="LspException">There is none.</exception>
    public IReadOnlyList<LanguageServer> Find(string? name, string? path)
    {
        if (name is not null)
        {
            var named = servers.Where(server => server.Configuration.Name == name || server.Configuration.Language == name)
                .Take(1).ToArray();
            return named.Length > 0
                ? named : throw new LspException($"there is no server \"{name}\". Leave serverName out, or use one of: {Names}.");
        }

        if (path is null)
        {
            return servers;
        }

        var extension = Path.GetExtension(path).ToLowerInvariant();
        var fitting = servers.Where(server => server.Configuration.Extensions.ContainsKey(extension)).ToArray();
        return fitting.Length > 0 ? fitting
            : throw new LspException($"no language server is configured for "
            + $"{(extension.Length == 0 ? "files without an extension" : extension + " files")}; there are: "
            + $"{string.Join(", ", servers.Select(Describe))}. Use grep_search and read_file instead.");
    }

    public async ValueTask DisposeAsync() =>
        await Task.WhenAll(servers.Select(static server => server.DisposeAsync().AsTask())).ConfigureAwait(false);

    private static string Describe(LanguageServer server) =>
        $"{server.Configuration.Name} ({string.Join(' ', server.Configuration.Extensions.Keys)})";
}
