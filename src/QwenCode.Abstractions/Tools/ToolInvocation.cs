namespace QwenCode.Tools;

/// <summary>One call of a tool, checked and ready to be described, approved and run.</summary>
public abstract class ToolInvocation
{
    /// <summary>Gets one line for the user: what this call will do, such as <c>Writing to src/a.cs</c>.</summary>
    public abstract string Description { get; }

    /// <summary>Gets the files this call reads or changes, as absolute paths.</summary>
    public virtual IReadOnlyList<ToolLocation> Locations => [];

    /// <summary>
    /// Gets whether the tool itself sees a reason to ask. It is the starting point; permission rules and the approval mode
    /// have the last word.
    /// </summary>
    public abstract ToolConsent Consent { get; }

    /// <summary>Returns what the user would be asked. Called only if the user may have to be asked.</summary>
    /// <param name="cancellationToken">Abandons the question.</param>
    /// <exception cref="ToolArgumentException">The call can be seen to fail already; it is not asked about.</exception>
    public virtual ValueTask<ToolConfirmation> ConfirmAsync(CancellationToken cancellationToken) =>
        ValueTask.FromResult<ToolConfirmation>(new InfoConfirmation("Confirm", Description, []));

    /// <summary>Does it.</summary>
    /// <param name="cancellationToken">Stops the call; it then throws <see cref="OperationCanceledException"/> and leaves nothing
    /// running.</param>
    /// <returns>
    /// What the model and the user get. An expected failure is a result with <see cref="ToolResult.Error"/>, not an exception.
    /// </returns>
    public abstract ValueTask<ToolResult> ExecuteAsync(CancellationToken cancellationToken);

    /// <summary>
    /// Says that the call is done with. If it did not run, because it was refused, replaced or cancelled, what preparing it has
    /// taken is given back; after a call that ran there is nothing left to do.
    /// </summary>
    public virtual void Abandon()
    {
    }
}
