namespace QwenCode.Models.Transport;

/// <summary>An answer whose headers have been read. Disposing it gives up what was not read of the body.</summary>
internal abstract class TransportResponse : IDisposable
{
    /// <summary>Gets the HTTP status.</summary>
    public abstract int Status { get; }

    /// <summary>Gets the words beside the status; may be empty.</summary>
    public abstract string Reason { get; }

    /// <summary>Gives a header of the answer or of its content.</summary>
    /// <param name="name">The header's name.</param>
    public abstract string? Header(string name);

    /// <summary>Gives the body.</summary>
    /// <param name="cancellationToken">Abandons the call.</param>
    public abstract ValueTask<Stream> OpenBodyAsync(CancellationToken cancellationToken);

    /// <summary>
    /// Says that the answer has had its last word: what may still follow is framing, and the connection is good for the next
    /// request.
    /// </summary>
    public virtual void Release()
    {
    }

    /// <inheritdoc/>
    public abstract void Dispose();
}
