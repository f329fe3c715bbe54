using QwenCode.Kernel.Sessions;

namespace QwenCode.Kernel.Cron;

/// <summary>A prompt that comes back at set times, or comes once.</summary>
internal sealed record CronJob(string Id, CronExpression Expression, string Prompt, bool IsRecurring, DateTimeOffset CreatedAt);

/// <summary>
/// The scheduled prompts of one session. They live as long as it does and fire into its inbox, where they wait their turn like
/// everything else. One timer, set to the next time anything is due.
/// </summary>
internal sealed class CronSchedule : IDisposable
{
    /// <summary>More jobs than this are taken for a mistake of the model.</summary>
    public const int MaxJobs = 50;

    /// <summary>A recurring job that is not deleted ends after this long.</summary>
    public static readonly TimeSpan Lifetime = TimeSpan.FromDays(3);

    private const string IdAlphabet = "abcdefghijklmnopqrstuvwxyz0123456789";

    private readonly Lock _gate = new();
    private readonly Inbox _inbox;
    private readonly TimeProvider _time;
    private readonly ITimer _timer;
    private readonly List<Scheduled> _jobs = [];

    /// <param name="inbox">Takes the prompts that are due.</param>
    /// <param name="time">The clock, and the time zone that expressions are in.</param>
    public CronSchedule(Inbox inbox, TimeProvider time)
    {
        (_inbox, _time) = (inbox, time);
        _timer = time.CreateTimer(static state => ((CronSchedule)state!).Fire(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    /// <summary>Gets whether any job is left, so that something may still come.</summary>
    public bool HasJobs
    {
        get
        {
            lock (_gate)
            {
                return _jobs.Count > 0;
            }
        }
    }

    /// <summary>Gets the jobs in the order they were added.</summary>
    public IReadOnlyList<CronJob> Jobs
    {
        get
        {
            lock (_gate)
            {
                return _jobs.ConvertAll(static scheduled => scheduled.Job);
            }
        }
    }

    /// <summary>Adds a job; <c>null</c> if there are too many.</summary>
    public CronJob? Add(CronExpression expression, string prompt, bool isRecurring)
    {
        lock (_gate)
        {
            if (_jobs.Count >= MaxJobs)
            {
                return null;
            }

            var job = new CronJob(string.Create(8, 0, static (span, _) => System.Security.Cryptography.RandomNumberGenerator.GetItems<char>(
                IdAlphabet, span)), expression, prompt, isRecurring, _time.GetUtcNow());

            // A job that matches the minute it is made in fires at once.
            var now = _time.GetLocalNow().DateTime;
            var minute = new DateTime(now.Year, now.Month, now.Day, now.Hour, now.Minute, 0, now.Kind);
            var expiry = isRecurring ? now + Lifetime : (DateTime?)null;
            _jobs.Add(new Scheduled(
                job, expiry, Due(job, expression.Matches(minute) ? minute : expression.Next(now), jitter: !expression.Matches(minute))));
            Arm();
            return job;
        }
    }

    /// <summary>Removes a job, and what of it has fired and waits for its turn.</summary>
    /// <returns>Whether there was one of that id.</returns>
    public bool Remove(string id)
    {
        bool removed;
        lock (_gate)
        {
            removed = _jobs.RemoveAll(scheduled => scheduled.Job.Id == id) > 0;
            removed |= _inbox.TryTake(item => item is CronItem cron && cron.JobId == id) is not null;
            Arm();
        }

        if (removed)
        {
            _inbox.TryAdd(WakeItem.Instance);
        }

        return removed;
    }

    /// <summary>Stops the clock; nothing fires any more.</summary>
    public void Dispose() => _timer.Dispose();

    private void Fire()
    {
        lock (_gate)
        {
            var now = _time.GetLocalNow().DateTime;
            var due = new List<Scheduled>();
            var expired = 0;
            for (var i = _jobs.Count - 1; i >= 0; i--)
            {
                var scheduled = _jobs[i];
                var job = scheduled.Job;
                var isDue = scheduled.Due is { } at && at <= now && !(at >= scheduled.Expiry);
                if (isDue)
                {
                    due.Add(scheduled);
                }

                if (now >= scheduled.Expiry || (isDue && !job.IsRecurring))
                {
                    _jobs.RemoveAt(i);
                    expired += isDue ? 0 : 1;
                }
                else if (isDue)
                {
                    // Fires that were missed, because the machine slept, are not made up for: at most one.
                    _jobs[i] = scheduled with { Due = Due(job, job.Expression.Next(now), jitter: true) };
                }
            }

            foreach (var scheduled in Enumerable.Reverse(due).OrderBy(static scheduled => scheduled.Due))
            {
                // Turns that take longer than the period would leave an ever longer queue.
                _inbox.AddOnce(new CronItem(scheduled.Job.Id, scheduled.Job.Prompt));
            }

            if (expired > 0)
            {
                _inbox.TryAdd(WakeItem.Instance);
            }

            Arm();
        }
    }

    // Recurring jobs come up to a tenth of their period late (at most 15 minutes), one-shot ones on a full or half hour up to 90 s
    // early, by a hash of their id: so that everybody's jobs do not hit a provider in the same second.
    private static DateTime? Due(CronJob job, DateTime? at, bool jitter)
    {
        if (at is not { } time || !jitter)
        {
            return at;
        }

        var hash = 0;
        foreach (var letter in job.Id)
        {
            hash = unchecked((hash * 31) + letter);
        }

        var positive = Math.Abs((long)hash);
        if (!job.IsRecurring)
        {
            return time.Minute is 0 or 30 ? time.AddSeconds(-(positive % 90)) : time;
        }

        var period = job.Expression.Next(time) is { } next ? next - time : TimeSpan.FromDays(1);
        var window = (long)Math.Min(period.TotalMilliseconds / 10, TimeSpan.FromMinutes(15).TotalMilliseconds);
        return window > 0 ? time.AddMilliseconds(positive % window) : time;
    }

    private void Arm()
    {
        DateTime? next = null;
        foreach (var scheduled in _jobs)
        {
            var at = scheduled.Expiry < scheduled.Due || scheduled.Due is null ? scheduled.Expiry : scheduled.Due;
            if (next is null || at < next)
            {
                next = at;
            }
        }

        // Looked at again every minute: the local clock may be set, or leave summer time, while the timer counts.
        var wait = next is { } time ? time - _time.GetLocalNow().DateTime : Timeout.InfiniteTimeSpan;
        _timer.Change(next is null ? Timeout.InfiniteTimeSpan : TimeSpan.FromTicks(Math.Clamp(wait.Ticks, 0, TimeSpan.TicksPerMinute)),
            Timeout.InfiniteTimeSpan);
    }

    private sealed record Scheduled(CronJob Job, DateTime? Expiry, DateTime? Due);
}
