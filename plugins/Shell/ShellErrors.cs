namespace QwenCode.Plugin.Shell;

/// <summary>The error types of this plugin.</summary>
internal static class ShellErrors
{
    /// <summary>The command could not be started.</summary>
    public const string Execute = "shell_execute_error";
}
