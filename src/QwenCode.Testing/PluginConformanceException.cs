namespace QwenCode.Testing;

/// <summary>A plugin does not meet a rule of <see cref="PluginConformance"/>. The message says which, and what to do.</summary>
public sealed class PluginConformanceException : QwenCodeException
{
    /// <summary>Creates the exception.</summary>
    /// <param name="message">The rule and what breaks it.</param>
    /// <param name="innerException">The cause, if it is an exception.</param>
    public PluginConformanceException(string message, Exception? innerException = null)
        : base(message, innerException)
    {
    }
}
