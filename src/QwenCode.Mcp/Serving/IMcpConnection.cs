namespace QwenCode.Mcp.Serving;

/// <summary>A client at the other end of a transport, and all that belongs to it; disposing ends it.</summary>
public interface IMcpConnection : IAsyncDisposable
{
    /// <summary>Gets whether something of it runs although the client asks for nothing now.</summary>
    bool IsBusy { get; }

    /// <summary>Serves the client until its transport is closed.</summary>
    /// <param name="cancellationToken">Ends the serving.</param>
    Task RunAsync(CancellationToken cancellationToken);
}
