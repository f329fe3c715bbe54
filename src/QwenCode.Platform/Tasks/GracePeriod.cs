namespace QwenCode.Platform.Tasks;

/// <summary>Waits for work that may ignore its cancellation, and leaves it behind once its time is up.</summary>
public static class GracePeriod
{
    /// <summary>Waits until work ends, or has been asked to stop and has used up its grace.</summary>
    /// <param name="work">The work. It is not awaited for its outcome: a failure is thrown to the caller that awaits it.</param>
    /// <param name="grace">How long it may go on after it was asked to stop.</param>
    /// <param name="time">The clock.</param>
    /// <param name="stop">Asks the work to stop; the same token that the work has.</param>
    /// <returns>
    /// Whether the work has ended. If not, it is abandoned: it may run on, and what it throws later is observed here.
    /// </returns>
    public static async Task<bool> EndsAsync(Task work, TimeSpan grace, TimeProvider time, CancellationToken stop)
    {
        ArgumentNullException.ThrowIfNull(work);
        ArgumentNullException.ThrowIfNull(time);
        if (!work.IsCompleted)
        {
            await work.WaitAsync(stop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        if (!work.IsCompleted)
        {
            await work.WaitAsync(grace, time, CancellationToken.None).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        if (work.IsCompleted)
        {
            return true;
        }

        _ = work.ContinueWith(
            static ended => _ = ended.Exception,
            CancellationToken.None,
            TaskContinuationOptions.OnlyOnFaulted | TaskContinuationOptions.ExecuteSynchronously,
            TaskScheduler.Default);
        return false;
    }
}
