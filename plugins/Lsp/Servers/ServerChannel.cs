using QwenCode.Plugin.Lsp.Processes;

namespace QwenCode.Plugin.Lsp.Servers;

/// <summary>A way to a server.</summary>
/// <param name="Input">What the server says.</param>
/// <param name="Output">What is sent to it.</param>
internal sealed record ServerChannel(Stream Input, Stream Output) : IAsyncDisposable
{
    /// <summary>Gets its program, if it is ours.</summary>
    public ServerProcess? Process { get; init; }

    /// <summary>Gets what else ends with it.</summary>
    public IDisposable? Owned { get; init; }

    /// <summary>Returns how the program stands; empty if it is none of ours.</summary>
    public string Describe() => Process?.Describe() ?? string.Empty;

    /// <summary>Ends it.</summary>
    /// <param name="patience">How long the program may take to end by itself.</param>
    /// <param name="cancellationToken">Ends the patience.</param>
    public async ValueTask EndAsync(TimeSpan patience, CancellationToken cancellationToken)
    {
        if (Process is { } process)
        {
            await process.StopAsync(patience, cancellationToken).ConfigureAwait(false);
        }

        Owned?.Dispose();
    }

    public ValueTask DisposeAsync() => EndAsync(TimeSpan.FromTicks(1), CancellationToken.None);
}
