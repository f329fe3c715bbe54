namespace QwenCode.Checkpoints;

/// <summary>A call whose changes are being kept.</summary>
public interface ICallWatch
{
    /// <summary>Records what the call has changed. A second call does nothing.</summary>
    /// <param name="cancellationToken">Stops waiting for other work on the files; a later process then records the changes.</param>
    /// <exception cref="OperationCanceledException">It was cancelled. Nothing else is thrown.</exception>
    ValueTask CompleteAsync(CancellationToken cancellationToken);
}
