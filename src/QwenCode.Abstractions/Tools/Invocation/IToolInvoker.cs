namespace QwenCode.Tools.Invocation;

/// <summary>
/// Invokes the tool calls of one agent, between the permission check with its hooks and the tool. Safe for calls that run side by side.
/// </summary>
public interface IToolInvoker
{
    /// <summary>Gets the agent's services: its Semantic Kernel <c>Kernel</c>, its model, and what the host registered.</summary>
    IServiceProvider Services { get; }

    /// <summary>Creates the invoker of another agent of the same session.</summary>
    /// <param name="agent">The other agent.</param>
    IToolInvoker CreateFor(ToolCaller agent);

    /// <summary>Invokes a call: runs what the host put around it, and in its middle <see cref="ToolCall.RunAsync"/>.</summary>
    /// <param name="call">The call.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>The result, which is the one <see cref="ToolCall.RunAsync"/> returned unless the host's code replaced it.</returns>
    /// <exception cref="OperationCanceledException">The call was cancelled.</exception>
    /// <exception cref="Exception">Code of the host failed; it is a failed call and no more.</exception>
    ValueTask<ToolCallReply> InvokeAsync(ToolCall call, CancellationToken cancellationToken);
}
