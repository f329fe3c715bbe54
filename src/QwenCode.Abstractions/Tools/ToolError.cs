namespace QwenCode.Tools;

/// <summary>Why a call failed, in a form the model can act on.</summary>
/// <param name="Type">A stable word such as <see cref="FileNotFound"/>.</param>
/// <param name="Message">What the model and the user read.</param>
public sealed record ToolError(string Type, string Message)
{
    /// <summary>The arguments do not fit the schema or the tool's own rules.</summary>
    public const string InvalidArguments = "invalid_tool_params";

    /// <summary>There is no tool of that name.</summary>
    public const string NotRegistered = "tool_not_registered";

    /// <summary>A rule, a mode or a hook refused the call, or the user could not be asked.</summary>
    public const string ExecutionDenied = "execution_denied";

    /// <summary>The tool failed in a way it expects.</summary>
    public const string ExecutionFailed = "execution_failed";

    /// <summary>The tool threw.</summary>
    public const string UnhandledException = "unhandled_exception";

    /// <summary>The answer was cut off, and half a file would have been written.</summary>
    public const string OutputTruncated = "output_truncated";

    /// <summary>The file is not there.</summary>
    public const string FileNotFound = "file_not_found";

    /// <summary>A directory was named if a file is needed.</summary>
    public const string TargetIsDirectory = "target_is_directory";

    /// <summary>The file is over the size that can be read whole.</summary>
    public const string FileTooLarge = "file_too_large";

    /// <summary>The file could not be read.</summary>
    public const string ReadContentFailure = "read_content_failure";

    /// <summary>The file could not be written.</summary>
    public const string FileWriteFailure = "file_write_failure";

    /// <summary>The operating system refused.</summary>
    public const string PermissionDenied = "permission_denied";

    /// <summary>The disk is full.</summary>
    public const string NoSpaceLeft = "no_space_left";
}
