using System.Globalization;
using QwenCode.Tools;
using QwenCode.Workspaces;

namespace QwenCode.Plugin.Search;

/// <summary>The settings that searches go by.</summary>
internal static class SearchSettings
{
    private const int DefaultTimeoutSeconds = 20;

    /// <summary>Says which ignore files count: both, unless switched off.</summary>
    public static IgnoreFiles IgnoreFiles(ToolContext context) =>
        (IsOff(context, "context.fileFiltering.respectGitIgnore") ? Workspaces.IgnoreFiles.None : Workspaces.IgnoreFiles.Git)
        | (IsOff(context, "context.fileFiltering.respectQwenIgnore") ? Workspaces.IgnoreFiles.None : Workspaces.IgnoreFiles.Qwen);

    /// <summary>
    /// Gives how long a content search may take: <c>tools.grep.timeoutSeconds</c>, 20 s by default. What was found by then is the
    /// result.
    /// </summary>
    public static TimeSpan Timeout(ToolContext context) => TimeSpan.FromSeconds(
        int.TryParse(context.Setting("tools.grep.timeoutSeconds"), NumberStyles.None, CultureInfo.InvariantCulture, out var seconds)
            && seconds > 0 ? seconds : DefaultTimeoutSeconds);

    /// <summary>Says in words what was left out by rules; <c>null</c> if nothing was.</summary>
    public static string? LeftOut(int hidden) => hidden == 0 ? null
        : $"[{hidden} {(hidden == 1 ? "file or directory was" : "files or directories were")} left out by permission rules]";

    private static bool IsOff(ToolContext context, string key) =>
        string.Equals(context.Setting(key), "false", StringComparison.OrdinalIgnoreCase);
}
