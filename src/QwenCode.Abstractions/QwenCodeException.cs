namespace QwenCode;

/// <summary>Something the caller of the framework can act on went wrong. The message is for the user and says what to do.</summary>
public abstract class QwenCodeException : Exception
{
    /// <summary>Creates the exception.</summary>
    /// <param name="message">What happened and what to do about it, without secrets.</param>
    /// <param name="innerException">The cause, kept for logs.</param>
    protected QwenCodeException(string message, Exception? innerException = null)
        : base(message, innerException)
    {
    }
}
