namespace QwenCode.Platform.Processes.Custody;

/// <summary>
/// On whose behalf a process runs. It is written into a ledger of the project, so that the next run finds what a killed one left.
/// </summary>
/// <param name="ProjectDirectory">The directory that the program keeps for the project; the ledgers lie below it.</param>
/// <param name="Kind">What started it: <c>shell</c>, <c>hook</c>, <c>mcp</c>, <c>lsp</c>, or another word.</param>
public sealed record ProcessOwner(string ProjectDirectory, string Kind)
{
    /// <summary>Gets or sets the owner of processes that are started without one, such as those of a plugin.</summary>
    /// <value>The default is <c>null</c>: they are in no ledger.</value>
    public static ProcessOwner? Default { get; set; }

    /// <summary>Gets the session.</summary>
    /// <value>The default is empty: the process belongs to all sessions of the program.</value>
    public string Session { get; init; } = string.Empty;

    /// <summary>Gets the task, or the agent, within the session.</summary>
    /// <value>The default is empty.</value>
    public string Task { get; init; } = string.Empty;

    /// <summary>
    /// Gets what the user knows the process by, such as the name of a server. It must not hold arguments: they may be secret.
    /// </summary>
    /// <value>The default is empty: the file name of the program.</value>
    public string Name { get; init; } = string.Empty;
}
