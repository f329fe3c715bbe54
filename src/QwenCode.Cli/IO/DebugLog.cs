using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace QwenCode.Cli.IO;

/// <summary>The log of <c>--debug</c>: what our own code reports, one line each, on standard error.</summary>
internal sealed class DebugLog : ILoggerProvider, ILogger
{
    private const string OwnCategories = "QwenCode";

    private DebugLog()
    {
    }

    /// <summary>Adds the log to a host. Libraries are left out: at this level they print arguments and headers.</summary>
    public static void AddTo(IHostApplicationBuilder builder)
    {
        builder.Logging.SetMinimumLevel(LogLevel.Debug);
        builder.Services.AddSingleton<ILoggerProvider>(new DebugLog());
    }

    public ILogger CreateLogger(string categoryName) => categoryName.StartsWith(OwnCategories, StringComparison.Ordinal)
        ? this : Microsoft.Extensions.Logging.Abstractions.NullLogger.Instance;

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => logLevel is not LogLevel.None;

    public void Log<TState>(
        LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        var level = logLevel switch { LogLevel.Trace or LogLevel.Debug => "DEBUG", LogLevel.Information => "INFO",
            LogLevel.Warning => "WARN", _ => "ERROR" };
        StandardStreams.ErrorLine(PlainText.Of(
            $"[{level}] {formatter(state, exception)}{(exception is null ? string.Empty : $" ({exception.Message})")}"
                .ReplaceLineEndings(" ")));
    }

    public void Dispose()
    {
    }
}
