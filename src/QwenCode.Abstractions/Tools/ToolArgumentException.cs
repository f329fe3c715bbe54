namespace QwenCode.Tools;

/// <summary>A call cannot be made with these arguments. The message goes to the model as it is.</summary>
public sealed class ToolArgumentException : QwenCodeException
{
    /// <summary>Creates the exception.</summary>
    /// <param name="message">What is wrong, in words the model can act on.</param>
    /// <param name="errorType">The error type to report. The default is <see cref="ToolError.InvalidArguments"/>.</param>
    public ToolArgumentException(string message, string errorType = ToolError.InvalidArguments)
        : base(message) => ErrorType = errorType;

    /// <summary>Gets the error type to report.</summary>
    public string ErrorType { get; }
}
