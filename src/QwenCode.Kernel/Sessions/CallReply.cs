using Microsoft.Extensions.AI;
using QwenCode.Tools;

namespace QwenCode.Kernel.Sessions;

/// <summary>What a caller gets of a call.</summary>
/// <param name="Parts">The content, in order; never empty.</param>
public sealed record CallReply(IReadOnlyList<AIContent> Parts)
{
    /// <summary>Gets why the call failed or was refused.</summary>
    /// <value>The default is <c>null</c>: it did what it should.</value>
    public ToolError? Error { get; init; }

    /// <summary>Gets what the tool itself gave; <c>null</c> if it did not run.</summary>
    public ToolResult? Result { get; init; }
}
