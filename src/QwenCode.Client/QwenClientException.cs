namespace QwenCode.Client;

/// <summary>The program could not be started, refused a request, or ended before it was done.</summary>
public sealed class QwenClientException : Exception
{
    /// <summary>Creates the exception.</summary>
    /// <param name="message">What happened, and what to do.</param>
    public QwenClientException(string message)
        : base(message)
    {
    }

    /// <summary>Creates the exception.</summary>
    /// <param name="message">What happened, and what to do.</param>
    /// <param name="innerException">Why.</param>
    public QwenClientException(string message, Exception innerException)
        : base(message, innerException)
    {
    }

    /// <summary>Creates the exception.</summary>
    public QwenClientException()
    {
    }

    /// <summary>Gets the exit code of the program, if it has ended.</summary>
    /// <value>The default is <c>null</c>.</value>
    public int? ExitCode { get; init; }
}
