using System.Diagnostics;
using Microsoft.Extensions.AI;
using QwenCode.Kernel.Tasks;
using QwenCode.Tasks;

namespace QwenCode.Kernel.Telemetry;

/// <summary>
/// A span that begins and ends by the kernel's clock. <c>default</c> is one that is not recorded: all of it does nothing.
/// </summary>
/// <param name="activity">The activity; <c>null</c> if it is not sampled.</param>
/// <param name="time">The clock.</param>
internal readonly struct KernelSpan(Activity? activity, TimeProvider time) : IDisposable
{
    /// <summary>Sets an attribute.</summary>
    public void Set(string name, string value) => activity?.SetTag(name, value);

    /// <summary>Sets what a request took, if the provider said.</summary>
    public void SetUsage(UsageDetails? usage)
    {
        if (activity is not null && usage is not null)
        {
            activity.SetTag(GenAI.InputTokens, usage.InputTokenCount);
            activity.SetTag(GenAI.OutputTokens, usage.OutputTokenCount);
        }
    }

    /// <summary>Notes the kind of failure that what the span stands for ended with; <c>null</c> for none.</summary>
    public void SetError(string? errorType)
    {
        if (errorType is not null)
        {
            activity?.SetTag(GenAI.ErrorType, errorType);
            if (errorType != GenAI.Cancelled)
            {
                activity?.SetStatus(ActivityStatusCode.Error);
            }
        }
    }

    /// <summary>Notes why an agent, a turn or a task ended.</summary>
    /// <param name="reason">The reason.</param>
    /// <param name="error">What was thrown, if something was.</param>
    public void SetEnd(TaskEndReason reason, Exception? error = null)
    {
        if (activity is null)
        {
            return;
        }

        var word = reason.ToWire();
        activity.SetTag(GenAI.EndReason, word);
        SetError(reason switch
        {
            TaskEndReason.Goal => null,
            TaskEndReason.Cancelled => GenAI.Cancelled,
            TaskEndReason.Error when error is not null => GenAI.NameOfError(error, isCancelled: false),
            _ => word,
        });
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (activity is not null)
        {
            activity.SetEndTime(time.GetUtcNow().UtcDateTime);
            activity.Dispose();
        }
    }
}
