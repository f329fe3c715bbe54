using QwenCode.Platform.Processes.Custody;

namespace QwenCode.Platform.Processes;

/// <summary>A running program with all processes it has started. It dies with the host.</summary>
public abstract class SupervisedProcess
{
    private protected SupervisedProcess(ProcessMark mark) => Mark = mark;

    /// <summary>Gets what marks the process and all it starts.</summary>
    internal ProcessMark Mark { get; }

    /// <summary>Gets the process id.</summary>
    public abstract int Id { get; }

    /// <summary>Gets the process group, which is also the session; <c>null</c> if the system has none.</summary>
    public abstract int? Group { get; }

    /// <summary>Gets the stream to the process's input.</summary>
    /// <exception cref="InvalidOperationException"><see cref="ProcessStart.HasInput"/> is <c>false</c>.</exception>
    public abstract Stream Input { get; }

    /// <summary>Gets the stream of the process's output.</summary>
    /// <exception cref="InvalidOperationException"><see cref="ProcessStart.OnOutput"/> takes the output.</exception>
    public abstract Stream Output { get; }

    /// <summary>Gets whether the process has ended, although <see cref="Exit"/> may not have heard of it yet.</summary>
    public abstract bool HasEnded { get; }

    /// <summary>Gets a task that ends when the process has ended. It never fails.</summary>
    public abstract Task<ProcessExit> Exit { get; }

    /// <summary>Gets a task that ends when the process has ended and the handlers have all it had written by then.</summary>
    /// <remarks>
    /// It fails only with what a handler threw. What the process left in the background may hold an output open. That is read for
    /// <see cref="ProcessStart.DrainGrace"/>; then it goes on, and what it writes is read and dropped, since a pipe nobody reads
    /// would kill it.
    /// </remarks>
    public abstract Task<ProcessExit> Completion { get; }

    /// <summary>Ends the program and everything it started: waits, asks, waits, kills. Ends at once if it is over.</summary>
    /// <param name="stop">How much time is given.</param>
    /// <param name="cancellationToken">Cuts that time short: what still runs is killed now.</param>
    /// <returns>The processes that could not be ended, such as another user's.</returns>
    public abstract Task<IReadOnlyList<int>> StopAsync(ProcessStop stop, CancellationToken cancellationToken = default);

    /// <summary>Kills at once, without waiting.</summary>
    public abstract void Kill();

    /// <summary>Starts a program in a session of its own (Unix).</summary>
    /// <param name="start">What to run.</param>
    /// <param name="time">The clock for grace periods.</param>
    /// <exception cref="ProcessStartException">It could not be started.</exception>
    /// <exception cref="ArgumentException">The output is read as a stream, and nothing takes the error output.</exception>
    public static SupervisedProcess Start(ProcessStart start, TimeProvider time)
    {
        ArgumentNullException.ThrowIfNull(start);
        ArgumentNullException.ThrowIfNull(time);
        if (start is { OnOutput: null, OnError: null })
        {
            throw new ArgumentException("The error output needs a handler if the output is read as a stream.", nameof(start));
        }

        var mark = ProcessMark.Announce(start);
        try
        {
            SupervisedProcess process =
                OperatingSystem.IsWindows() ? new PortableProcess(start, mark, time) : UnixProcess.Start(start, mark, time);
            mark.Born(process.Id);
            return process;
        }
        catch
        {
            mark.End();
            throw;
        }
    }

    /// <summary>Notes in the ledger of the project which task the process has become.</summary>
    /// <param name="task">The task.</param>
    public void AssignTask(string task) => Mark.Assign(task);
}
