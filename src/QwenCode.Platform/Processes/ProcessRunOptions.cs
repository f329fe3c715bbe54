namespace QwenCode.Platform.Processes;

/// <summary>The bounds of a program that is run to its end.</summary>
public sealed record ProcessRunOptions
{
    /// <summary>Gets what is written to the program's input.</summary>
    /// <value>The default is nothing.</value>
    public ReadOnlyMemory<byte> Input { get; init; }

    /// <summary>
    /// Gets how long the program may take, its start included. A start that fails in passing is repeated within this time.
    /// </summary>
    /// <value>The default is <c>null</c>: no limit, and one try to start it.</value>
    public TimeSpan? Timeout { get; init; }

    /// <summary>Gets how many bytes of each output are kept.</summary>
    /// <value>The default is 1 MiB. What is over the bound is read and dropped.</value>
    public int MaxOutput { get; init; } = 1024 * 1024;

    /// <summary>Gets how the program is ended if its time is up or the run is cancelled.</summary>
    public ProcessStop Stop { get; init; } = new();
}
