using Microsoft.Extensions.Logging;
using QwenCode.Plugins.Reports;

namespace QwenCode.Plugins;

/// <summary>What the plugin host logs. Messages name plugins, tools and faults; never arguments or results of calls.</summary>
internal static partial class PluginLog
{
    [LoggerMessage(Level = LogLevel.Warning, Message = "Some plugins are still running calls and were not unloaded")]
    public static partial void StillRunning(this ILogger log);

    [LoggerMessage(Level = LogLevel.Warning, Message = "A plugin was not collected: {Fault}")]
    public static partial void NotCollected(this ILogger log, PluginFault fault);

    [LoggerMessage(Level = LogLevel.Warning, Message = "A plugin was skipped: {Fault}")]
    public static partial void Skipped(this ILogger log, PluginFault fault);

    [LoggerMessage(Level = LogLevel.Information, Message = "A manifest in the cache is made again: {Fault}")]
    public static partial void ManifestStale(this ILogger log, PluginFault fault);

    [LoggerMessage(Level = LogLevel.Warning,
        Message = "The manifest of {Assembly} could not be kept and is made again next time: {Reason}")]
    public static partial void ManifestNotKept(this ILogger log, string assembly, string reason);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Plugin {Plugin}: {Fault}")]
    public static partial void Unusable(this ILogger log, string plugin, PluginFault fault);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Plugin {Plugin}: the tool {Tool} threw while a call was prepared")]
    public static partial void PrepareThrew(this ILogger log, Exception exception, string plugin, string tool);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Plugin {Plugin}: the tool {Tool} threw while a question was prepared")]
    public static partial void ConfirmThrew(this ILogger log, Exception exception, string plugin, string tool);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Plugin {Plugin}: the tool {Tool} threw while it described a call")]
    public static partial void DescribeThrew(this ILogger log, Exception exception, string plugin, string tool);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Plugin {Plugin}: the tool {Tool} threw")]
    public static partial void CallThrew(this ILogger log, Exception exception, string plugin, string tool);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Plugin {Plugin}: the tool {Tool} was abandoned")]
    public static partial void Abandoned(this ILogger log, string plugin, string tool);

    [LoggerMessage(Level = LogLevel.Warning, Message = "A tool of {File} failed while it was disposed")]
    public static partial void DisposeThrew(this ILogger log, Exception exception, string file);
}
