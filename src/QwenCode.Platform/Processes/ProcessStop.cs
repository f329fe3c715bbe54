namespace QwenCode.Platform.Processes;

/// <summary>How a process tree is ended: wait, ask, wait, kill.</summary>
public sealed record ProcessStop
{
    /// <summary>Gets how long the process may take to end by itself before anything is sent to it.</summary>
    /// <value>The default is zero.</value>
    public TimeSpan Patience { get; init; }

    /// <summary>Gets how long the tree may take to end after it was asked to (SIGTERM; Windows cannot ask).</summary>
    /// <value>The default is 200 ms. Zero kills without asking.</value>
    public TimeSpan Grace { get; init; } = TimeSpan.FromMilliseconds(200);

    /// <summary>Gets how long killing is repeated before what survives it is reported.</summary>
    /// <value>The default is 5 s.</value>
    public TimeSpan KillPatience { get; init; } = TimeSpan.FromSeconds(5);
}
