using QwenCode.Tools;

namespace QwenCode.Plugin.FileSystem.Files;

/// <summary>An error of the operating system, named as models know it from other tools: <c>ENOENT: no such file or directory</c>.</summary>
/// <param name="Code">The short code, such as <c>EACCES</c>.</param>
/// <param name="Text">What it means.</param>
internal readonly record struct OsError(string Code, string Text)
{
    /// <summary>Reads what an exception stands for.</summary>
    public static OsError From(Exception exception) => exception switch
    {
        FileNotFoundException or DirectoryNotFoundException => new("ENOENT", "no such file or directory"),
        UnauthorizedAccessException => new("EACCES", "permission denied"),
        PathTooLongException => new("ENAMETOOLONG", "name too long"),
        _ => (exception.HResult & 0xFFFF) switch
        {
            28 or 112 => new("ENOSPC", "no space left on device"),
            30 => new("EROFS", "read-only file system"),
            21 when !OperatingSystem.IsWindows() => new("EISDIR", "illegal operation on a directory"),
            20 => new("ENOTDIR", "not a directory"),
            17 => new("EEXIST", "file already exists"),
            40 => new("ELOOP", "too many symbolic links"),
            122 => new("EDQUOT", "disk quota exceeded"),
            _ => new("EIO", exception.Message),
        },
    };

    /// <summary>Says whether an exception is one the file system may answer with.</summary>
    public static bool Covers(Exception exception) => exception is IOException or UnauthorizedAccessException or NotSupportedException;

    /// <summary>Gives the line <c>ENOENT: no such file or directory, stat '/x'</c>.</summary>
    public string Describe(string call, string path) => $"{Code}: {Text}, {call} '{path}'";

    /// <summary>Makes the result of a write that failed.</summary>
    public ToolResult WriteFailure(string path) => Code switch
    {
        "EACCES" => ToolResult.Failure(ToolError.PermissionDenied, $"Permission denied writing to file: {path} ({Code})"),
        "ENOSPC" or "EDQUOT" => ToolResult.Failure(ToolError.NoSpaceLeft, $"No space left on device: {path} ({Code})"),
        "EISDIR" => ToolResult.Failure(ToolError.TargetIsDirectory, $"Target is a directory, not a file: {path} ({Code})"),
        _ => ToolResult.Failure(ToolError.FileWriteFailure, $"Error writing to file '{path}': {Text} ({Code})"),
    };
}
