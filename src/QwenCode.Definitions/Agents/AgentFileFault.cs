namespace QwenCode.Definitions.Agents;

/// <summary>Why an agent file was not written or deleted.</summary>
public enum AgentFileFault
{
    /// <summary><c>NOT_FOUND</c>: there is no such agent.</summary>
    NotFound,

    /// <summary><c>ALREADY_EXISTS</c>: the file is there and must not be overwritten.</summary>
    AlreadyExists,

    /// <summary><c>INVALID_CONFIG</c>: agents of that level cannot be changed.</summary>
    InvalidConfig,

    /// <summary><c>INVALID_NAME</c>: the name breaks the rules.</summary>
    InvalidName,

    /// <summary><c>FILE_ERROR</c>: the file system refused.</summary>
    FileError,

    /// <summary><c>VALIDATION_ERROR</c>: the definition would not load.</summary>
    ValidationError,

    /// <summary><c>TOOL_NOT_FOUND</c>: a tool that is named does not exist.</summary>
    ToolNotFound,
}
