using QwenCode.Mcp;
using QwenCode.Tools;

namespace QwenCode.Hosting;

/// <summary>The servers that an agent's definition describes, for as long as the agent runs, and what is wrong with them.</summary>
/// <param name="servers">The servers; <c>null</c> if none can be used.</param>
/// <param name="problems">Sentences for people.</param>
internal sealed class AgentMcpServers(McpServers? servers, IReadOnlyList<string> problems) : IToolSource, IAsyncDisposable
{
    private IReadOnlyList<string> _problems = problems;

    /// <inheritdoc/>
    public IReadOnlyList<Tool> Snapshot() => servers?.Snapshot() ?? [];

    /// <inheritdoc/>
    public async ValueTask<IReadOnlyList<string>> PrepareAsync(CancellationToken cancellationToken)
    {
        var news = servers is null ? [] : await servers.PrepareAsync(cancellationToken).ConfigureAwait(false);
        return [.. Interlocked.Exchange(ref _problems, []), .. news];
    }

    /// <inheritdoc/>
    public IReadOnlyList<string> TakeNews() => servers?.TakeNews() ?? [];

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => servers?.DisposeAsync() ?? ValueTask.CompletedTask;
}
