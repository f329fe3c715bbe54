using Microsoft.Extensions.Logging;
using QwenCode.Tasks;

namespace QwenCode.Kernel.Tasks;

/// <content>What the registry does about tasks that show no sign of life, and its log.</content>
public sealed partial class TaskRegistry
{
    private void LookForStalled()
    {
        foreach (var entry in _running.Keys)
        {
            var silence = entry.Silence(_time);
            if (_options.StallLimit > TimeSpan.Zero && silence >= _options.StallLimit)
            {
                LogStalled(entry.Id, silence);
                End(entry, new TaskResult(TaskEndReason.Stalled, null,
                    $"No sign of life for {silence.TotalMinutes:0} minutes (StallLimit).", entry.Body?.Stats ?? TaskStats.Zero));
                CancelWork(entry);

                // A stalled task may ignore cancellation; free its slot now.
                entry.Slot?.Dispose();
            }
            else if (_options.StallWarning > TimeSpan.Zero && silence >= _options.StallWarning && entry.ShouldReportStall())
            {
                LogStalled(entry.Id, silence);
                entry.Session.Notice($"Task {entry.Id} has shown no sign of life for {silence.TotalMinutes:0} minutes.");
            }
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "What listened to the cancellation of task {Task} failed.")]
    private partial void LogCancelFailed(string task, Exception exception);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Task {Task} has shown no sign of life for {Silence}.")]
    private partial void LogStalled(string task, TimeSpan silence);

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Count} stopped tasks did not end within the grace period.")]
    private partial void LogWorkLeft(int count);
}
