namespace QwenCode.Platform.Processes;

/// <summary>Runs programs to their end: input in, both outputs out, within bounds.</summary>
public static class ProcessRun
{
    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(10);
    private static readonly TimeSpan LongestPause = TimeSpan.FromMilliseconds(500);

    // What the program left in the background may hold its outputs open; that is waited for shortly.
    private static readonly TimeSpan DrainGrace = TimeSpan.FromSeconds(2);

    /// <summary>Runs a program.</summary>
    /// <param name="start">What to run. Its handlers, input and drain grace are set here.</param>
    /// <param name="options">The bounds.</param>
    /// <param name="time">The clock.</param>
    /// <param name="cancellationToken">Stops the program and all it started.</param>
    /// <exception cref="ProcessStartException">It could not be started.</exception>
    /// <exception cref="OperationCanceledException">The run was cancelled; the program was stopped.</exception>
    public static async Task<ProcessRunResult> RunAsync(
        ProcessStart start, ProcessRunOptions options, TimeProvider time, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(start);
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(time);
        var output = new OutputHead(options.MaxOutput);
        var error = new OutputHead(options.MaxOutput);
        var bound = start with
        {
            OnOutput = output.Append,
            OnError = error.Append,
            HasInput = !options.Input.IsEmpty,
            DrainGrace = DrainGrace,
        };

        // The time it takes to start counts: the caller waits no longer than the program may take.
        using var limit = new CancellationTokenSource(options.Timeout ?? Timeout.InfiniteTimeSpan, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        SupervisedProcess process;
        try
        {
            process = options.Timeout is null
                ? SupervisedProcess.Start(bound, time)
                : await StartAsync(() => SupervisedProcess.Start(bound, time), time, either.Token).ConfigureAwait(false);
        }
        catch (ProcessStartException)
        {
            cancellationToken.ThrowIfCancellationRequested();
            throw;
        }

        if (bound.HasInput)
        {
            BlockingWork.Start(() => Write(process.Input, options.Input), "process input");
        }

        return new ProcessRunResult(await FinishAsync(process, options.Stop, either.Token, cancellationToken).ConfigureAwait(false),
            output.Text, error.Text, output.IsCut, error.IsCut);
    }

    /// <summary>
    /// Starts something, again and again while the system has no room for it: a guard must not be passed over because the machine
    /// is busy.
    /// </summary>
    /// <param name="start">Starts it, or throws.</param>
    /// <param name="time">The clock.</param>
    /// <param name="cancellationToken">Ends the trying: what the next try throws is thrown.</param>
    internal static async Task<T> StartAsync<T>(Func<T> start, TimeProvider time, CancellationToken cancellationToken)
    {
        for (var pause = FirstPause; ; pause = pause * 2 < LongestPause ? pause * 2 : LongestPause)
        {
            try
            {
                return start();
            }
            catch (ProcessStartException exception) when (exception.IsTransient && !cancellationToken.IsCancellationRequested)
            {
                // The delay ends at once if the time is up, and then the next try is the last.
                await Task.Delay(pause, time, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }

    private static async Task<ProcessExit?> FinishAsync(
        SupervisedProcess process, ProcessStop stop, CancellationToken limit, CancellationToken cancellationToken)
    {
        try
        {
            return await process.Completion.WaitAsync(limit).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested && process.HasEnded)
        {
            // It was in time; only the news of it came late, as it does on a busy machine.
            return await process.Completion.ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            await process.StopAsync(stop).ConfigureAwait(false);
            cancellationToken.ThrowIfCancellationRequested();
            return null;
        }
    }

    private static void Write(Stream stream, ReadOnlyMemory<byte> input)
    {
        try
        {
            using (stream)
            {
                stream.Write(input.Span);
            }
        }
        catch (Exception exception) when (exception is IOException or ObjectDisposedException)
        {
            // A program need not read its input.
        }
    }
}
