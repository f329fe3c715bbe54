namespace QwenCode.Tools;

/// <summary>Something that brings tools: the plugin host, an MCP connection, the kernel itself.</summary>
public interface IToolSource
{
    /// <summary>
    /// Gives the tools as they are now. Called at the start of a turn; cheap when nothing changed, and then the same list.
    /// </summary>
    IReadOnlyList<Tool> Snapshot();

    /// <summary>
    /// Called before each run of a session: gives a source whose tools come late a bounded time to have them for the run's first
    /// request. The default does nothing.
    /// </summary>
    /// <param name="cancellationToken">Ends the waiting.</param>
    /// <returns>What the user should know, such as a server that could not be connected; each thing is reported once.</returns>
    ValueTask<IReadOnlyList<string>> PrepareAsync(CancellationToken cancellationToken) => ValueTask.FromResult<IReadOnlyList<string>>([]);

    /// <summary>
    /// Returns what the user should know by now and was not told yet, without waiting; asked when a session ends. The default is nothing.
    /// </summary>
    IReadOnlyList<string> TakeNews() => [];
}
