namespace QwenCode.Models;

/// <summary>A request to a model failed for good.</summary>
public sealed class ModelException : QwenCodeException
{
    /// <summary>Creates the exception.</summary>
    /// <param name="fault">What kind of failure it is.</param>
    /// <param name="message">What the provider said, or what happened; never holds a key.</param>
    /// <param name="status">The HTTP status, if there was an answer.</param>
    /// <param name="advice">What to do about it, naming the host and the setting; empty if there is nothing to say.</param>
    /// <param name="innerException">The cause.</param>
    public ModelException(ModelFault fault, string message, int? status = null, string advice = "", Exception? innerException = null)
        : base(message, innerException) => (Fault, Status, Advice) = (fault, status, advice);

    /// <summary>Gets what kind of failure it is.</summary>
    public ModelFault Fault { get; }

    /// <summary>Gets the HTTP status, if there was an answer.</summary>
    public int? Status { get; }

    /// <summary>Gets what to do about it; may be empty.</summary>
    public string Advice { get; }
}
