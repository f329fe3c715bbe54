using QwenCode.Checkpoints;
using QwenCode.Kernel.Agents;
using QwenCode.Tools;

namespace QwenCode.Kernel.Tools;

/// <summary>Has the files kept that a call may change, from just before its tool runs until the hooks behind it are through.</summary>
internal static class WatchedCalls
{
    /// <summary>Begins to watch a call, if it may change files and somebody keeps them.</summary>
    public static async ValueTask BeginAsync(Agent agent, PendingCall call, CancellationToken cancellationToken)
    {
        if (agent.Session.Options.Checkpoints is { } checkpoints && call.Request is { } request && MayChange(request))
        {
            // A filter of the host may run a call again, with other arguments.
            await EndAsync(call, cancellationToken).ConfigureAwait(false);
            call.Watch = await checkpoints.WatchAsync(
                new WatchedCall(agent.Id, request.CallId, request.Tool.Name, PathsOf(request, call.Invocation!)), cancellationToken)
                .ConfigureAwait(false);
        }
    }

    /// <summary>Records what a call has changed. Throws nothing but cancellation.</summary>
    public static ValueTask EndAsync(PendingCall call, CancellationToken cancellationToken)
    {
        var watch = call.Watch;
        call.Watch = null;
        return watch?.CompleteAsync(cancellationToken) ?? ValueTask.CompletedTask;
    }

    // The kernel's own tools act through agents, whose calls are watched themselves.
    private static bool MayChange(CallRequest request) => request.Tool is not KernelTool
        && !request.Tool.Declaration.Traits.HasFlag(ToolTraits.ReadOnly)
        && request.Tool.Declaration.Kind is not (ToolKind.Read or ToolKind.Search or ToolKind.Fetch or ToolKind.Think)
        && !request.Reading.IsReadOnlyCommand;

    private static string[]? PathsOf(CallRequest request, ToolInvocation invocation) =>
        request.Tool.Declaration.Kind is ToolKind.Edit && invocation.Locations is { Count: > 0 } files
            ? [.. files.Select(static file => file.Path)] : null;
}
