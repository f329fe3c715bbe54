using QwenCode.Platform.Processes.Custody;

namespace QwenCode.Platform.Processes;

/// <summary>What to start, and how.</summary>
/// <param name="Program">A path, or a name that is looked up on the PATH of this program and never in the current directory (Unix).</param>
/// <param name="Directory">The existing directory to run it in.</param>
public sealed record ProcessStart(string Program, string Directory)
{
    /// <summary>Gets the arguments.</summary>
    /// <value>The default is none.</value>
    public IReadOnlyList<string> Arguments { get; init; } = [];

    /// <summary>Gets the whole command line after the program, used on Windows instead of <see cref="Arguments"/> if it is set.</summary>
    /// <value>The default is <c>null</c>. For programs with quoting rules of their own, such as <c>cmd.exe</c>.</value>
    public string? CommandLine { get; init; }

    /// <summary>Gets all variables of the process.</summary>
    /// <value>The default is <c>null</c>: those of this program. Variables that mark the process and its descendants are added.</value>
    public IReadOnlyDictionary<string, string>? Environment { get; init; }

    /// <summary>Gets on whose behalf the process runs.</summary>
    /// <value>The default is <c>null</c>: <see cref="ProcessOwner.Default"/>.</value>
    public ProcessOwner? Owner { get; init; }

    /// <summary>Gets whether something is written to <see cref="SupervisedProcess.Input"/>.</summary>
    /// <value>The default is <c>false</c>: the process finds its input at its end.</value>
    public bool HasInput { get; init; }

    /// <summary>Gets what takes the output.</summary>
    /// <value>The default is <c>null</c>: it is read from <see cref="SupervisedProcess.Output"/>.</value>
    public OutputHandler? OnOutput { get; init; }

    /// <summary>Gets what takes the error output.</summary>
    /// <value>The default is <c>null</c>: <see cref="OnOutput"/> takes it as well, in the order of arrival.</value>
    public OutputHandler? OnError { get; init; }

    /// <summary>Gets how long outputs that a leftover process holds open are read after the end of the process itself.</summary>
    /// <value>The default is 200 ms.</value>
    public TimeSpan DrainGrace { get; init; } = TimeSpan.FromMilliseconds(200);

    /// <summary>Gets whether what the process leaves behind when it ends is still to be stopped.</summary>
    /// <value>The default is <c>false</c>: what a shell leaves in the background it leaves on purpose.</value>
    public bool OwnsLeftovers { get; init; }
}
