using QwenCode.Hooks;
using QwenCode.Kernel.Agents;
using QwenCode.Permissions;

namespace QwenCode.Kernel.Compaction;

/// <summary>Tells hooks of a compaction. They cannot prevent it.</summary>
internal static class CompactionHooks
{
    /// <summary>The conversation is about to be compacted.</summary>
    public static ValueTask RunBeforeAsync(Agent agent, CompactionRequest request, CancellationToken cancellationToken) => RunAsync(
        agent, new HookInput(HookEvent.PreCompact, Trigger(request), writer =>
        {
            writer.WriteString("trigger"u8, Trigger(request));
            writer.WriteString("custom_instructions"u8, request.Instructions);
        }), cancellationToken);

    /// <summary>The conversation was compacted.</summary>
    public static async ValueTask RunAfterAsync(Agent agent, CompactionRequest request, string notes, CancellationToken cancellationToken)
    {
        if (agent.IsMain)
        {
            await RunAsync(agent, new HookInput(HookEvent.SessionStart, "compact", writer =>
            {
                writer.WriteString("permission_mode"u8, agent.Mode.ToWire());
                writer.WriteString("source"u8, "compact"u8);
                writer.WriteString("model"u8, agent.Model.Id);
            }), cancellationToken).ConfigureAwait(false);
        }

        await RunAsync(agent, new HookInput(HookEvent.PostCompact, Trigger(request), writer =>
        {
            writer.WriteString("trigger"u8, Trigger(request));
            writer.WriteString("compact_summary"u8, notes);
        }), cancellationToken).ConfigureAwait(false);
    }

    private static string Trigger(CompactionRequest request) => request.IsAutomatic ? "auto" : "manual";

    private static async ValueTask RunAsync(Agent agent, HookInput request, CancellationToken cancellationToken)
    {
        var hooks = agent.Session.Options.Hooks;
        if (!hooks.Handles(request.Event))
        {
            return;
        }

        try
        {
            await hooks.RunAsync(request, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception exception) when (!cancellationToken.IsCancellationRequested)
        {
            agent.Session.Tasks.Notice($"A {request.Event} hook failed: {exception.Message}");
        }
    }
}
