namespace QwenCode.Plugin.Shell.Processes;

/// <summary>A running command with all processes it has started.</summary>
internal abstract class CommandProcess
{
    /// <summary>Takes a piece of output, stdout and stderr in the order of their arrival. Called by one thread at a time.</summary>
    /// <param name="bytes">The piece; valid during the call only.</param>
    public delegate void OutputHandler(ReadOnlySpan<byte> bytes);

    /// <summary>Gets the process id.</summary>
    public abstract int Id { get; }

    /// <summary>Gets the process group; <c>null</c> where the system has none.</summary>
    public abstract int? Group { get; }

    /// <summary>Ends when the shell has ended and all it had written by then was handed on. Fails only with what the handler of the output threw.</summary>
    /// <remarks>
    /// What the shell left in the background may hold the pipe open. It is waited for shortly, then left alone: it goes on, and what it
    /// writes from then on is read and dropped, since a pipe nobody reads would kill it.
    /// </remarks>
    public abstract Task<CommandExit> Completion { get; }

    /// <summary>Ends the command and everything it started: asks, waits, kills.</summary>
    /// <returns>The processes that could not be ended, such as another user's.</returns>
    public abstract Task<IReadOnlyList<int>> StopAsync();

    /// <summary>Kills at once, without waiting; for the end of the host.</summary>
    public abstract void Kill();

    /// <summary>Starts a command with the shell of this system.</summary>
    /// <param name="start">What to run.</param>
    /// <param name="onOutput">Takes the output.</param>
    /// <param name="time">The clock for grace periods.</param>
    /// <exception cref="CommandStartException">The shell could not be started.</exception>
    public static CommandProcess Start(CommandStart start, OutputHandler onOutput, TimeProvider time) =>
        OperatingSystem.IsWindows() ? new PortableCommandProcess(start, onOutput, time) : UnixCommandProcess.Start(start, onOutput, time);
}

/// <summary>A shell could not be started.</summary>
internal sealed class CommandStartException(string message, Exception? innerException = null) : Exception(message, innerException);
