namespace QwenCode.Definitions.Agents;

/// <summary>An agent file was not written or deleted; nothing changed unless the message says so.</summary>
/// <param name="fault">Why.</param>
/// <param name="message">The same for people, with what to do.</param>
/// <param name="innerException">The cause.</param>
public sealed class AgentFileException(AgentFileFault fault, string message, Exception? innerException = null)
    : QwenCodeException(message, innerException)
{
    /// <summary>Gets why.</summary>
    public AgentFileFault Fault { get; } = fault;

    /// <summary>Gets the word for the fault on the wire.</summary>
    public string Code => Fault switch
    {
        AgentFileFault.NotFound => "NOT_FOUND",
        AgentFileFault.AlreadyExists => "ALREADY_EXISTS",
        AgentFileFault.InvalidConfig => "INVALID_CONFIG",
        AgentFileFault.InvalidName => "INVALID_NAME",
        AgentFileFault.FileError => "FILE_ERROR",
        AgentFileFault.ValidationError => "VALIDATION_ERROR",
        _ => "TOOL_NOT_FOUND",
    };
}
