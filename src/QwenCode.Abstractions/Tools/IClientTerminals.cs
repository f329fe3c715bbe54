namespace QwenCode.Tools;

/// <summary>Terminals of an editor, in which its user sees commands run.</summary>
public interface IClientTerminals
{
    /// <summary>Runs a program in a new terminal.</summary>
    /// <param name="command">The program, and where it runs.</param>
    /// <param name="cancellationToken">Ends the waiting. A terminal that the client opens after that is given back at once.</param>
    /// <returns>The terminal; <c>null</c> if the client has no terminals after all, so that nothing was started.</returns>
    /// <exception cref="IOException">The client did not start it, or is gone.</exception>
    /// <exception cref="OperationCanceledException">The waiting was ended.</exception>
    ValueTask<IClientTerminal?> StartAsync(ClientCommand command, CancellationToken cancellationToken);
}
