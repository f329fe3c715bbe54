namespace QwenCode.Plugin.Lsp;

/// <summary>How long is waited for what. The defaults are the reference's, but for those that say otherwise.</summary>
internal sealed record LspTimings
{
    public static LspTimings Default { get; } = new();

    /// <summary>Gets how long a server may take to answer one request.</summary>
    public TimeSpan Request { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>
    /// Gets how long an empty answer about a document that was only just opened is given before it is asked for once more.
    /// </summary>
    public TimeSpan Retry { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>Gets the same for a search in the whole workspace.</summary>
    public TimeSpan WorkspaceRetry { get; init; } = TimeSpan.FromSeconds(1.5);

    /// <summary>
    /// Gets how long a server that was shown its first document has to say that it is loading. Ours: the reference waits 200 ms after
    /// every document, and some servers need longer to begin.
    /// </summary>
    public TimeSpan WarmUp { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>Gets how long a server that says it is loading is waited for. Ours: the reference does not look.</summary>
    public TimeSpan Busy { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>Gets how long the first diagnostics of a document are waited for. Ours: some servers check types for seconds.</summary>
    public TimeSpan Publish { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>Gets how long no further diagnostics may come before those there are count as all.</summary>
    public TimeSpan Settle { get; init; } = TimeSpan.FromMilliseconds(200);

    /// <summary>Gets the first pause between two attempts to reach a socket; it doubles up to <see cref="LongestPause"/>.</summary>
    public TimeSpan FirstPause { get; init; } = TimeSpan.FromMilliseconds(250);

    public TimeSpan LongestPause { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>
    /// Gets the most of a server's own shutdown time that it gets when the host leaves: the host gives a plugin five seconds in
    /// all.
    /// </summary>
    public TimeSpan LongestShutdown { get; init; } = TimeSpan.FromSeconds(3);
}
