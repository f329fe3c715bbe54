using Microsoft.Extensions.AI;

namespace QwenCode.Tools.Invocation;

/// <summary>A call of the model that has passed the permission check and its hooks.</summary>
public abstract class ToolCall
{
    /// <summary>Gets the id that the model gave to the call.</summary>
    public abstract string CallId { get; }

    /// <summary>Gets the tool.</summary>
    public abstract Tool Tool { get; }

    /// <summary>Gets the arguments, valid under the tool's schema.</summary>
    public abstract ToolArguments Arguments { get; }

    /// <summary>Gets the number of the model request in its turn whose answer holds the call, from 0.</summary>
    public abstract int RequestIndex { get; }

    /// <summary>Gets the call's place among those of its answer, from 0.</summary>
    public abstract int Index { get; }

    /// <summary>Gets how many calls the answer holds.</summary>
    public abstract int Count { get; }

    /// <summary>Gets the conversation up to the answer with the call.</summary>
    public abstract IReadOnlyList<ChatMessage> History { get; }

    /// <summary>
    /// Runs the tool. The first run with the arguments as they are runs what was approved. Changed arguments are validated, prepared and
    /// judged like those of a new call, and a further run is prepared and judged anew.
    /// </summary>
    /// <param name="changed">Other arguments than the call's; <c>null</c> leaves them.</param>
    /// <param name="body">Runs in place of the tool's own code; <c>null</c> runs that. What comes before it is the same.</param>
    /// <param name="cancellationToken">Cancels the run.</param>
    /// <returns>The result; a refusal or failure has its <see cref="ToolResult.Error"/> set.</returns>
    /// <exception cref="OperationCanceledException">The run was cancelled.</exception>
    public abstract ValueTask<ToolResult> RunAsync(
        ToolArguments? changed, Func<CancellationToken, ValueTask<ToolResult>>? body, CancellationToken cancellationToken);
}
