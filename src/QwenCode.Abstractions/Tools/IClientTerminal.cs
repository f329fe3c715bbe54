namespace QwenCode.Tools;

/// <summary>
/// A terminal of an editor, and the program in it. Disposing gives it back without waiting, and ends a program that still runs.
/// </summary>
public interface IClientTerminal : IDisposable
{
    /// <summary>Gets the client's name for it.</summary>
    string Id { get; }

    /// <summary>Waits for the end of the program.</summary>
    /// <param name="cancellationToken">Ends the waiting, and not the program.</param>
    /// <exception cref="IOException">The client failed, or is gone.</exception>
    ValueTask<ClientExit> WaitAsync(CancellationToken cancellationToken);

    /// <summary>Gets what the program has printed so far.</summary>
    /// <param name="cancellationToken">Ends the waiting.</param>
    /// <exception cref="IOException">The client failed, or is gone.</exception>
    ValueTask<ClientOutput> ReadAsync(CancellationToken cancellationToken);

    /// <summary>Ends the program. The terminal and its output stay.</summary>
    /// <param name="cancellationToken">Ends the waiting for the client's answer.</param>
    /// <exception cref="IOException">The client failed, or is gone.</exception>
    ValueTask KillAsync(CancellationToken cancellationToken);
}
