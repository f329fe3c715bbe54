using System.Text.Json;

namespace QwenCode.Hooks;

/// <summary>Merges the outputs of several hooks into one outcome. A denial always wins, and no text is lost.</summary>
internal static class HookMerge
{
    public static HookOutcome Merge(HookEvent hookEvent, IReadOnlyList<HookOutput> outputs)
    {
        if (outputs.Count == 0)
        {
            return HookOutcome.None;
        }

        var isBlocking = outputs.Any(output => output.Blocks(hookEvent));
        var isStop = outputs.Any(static output => output.IsStop);
        var isAllowing = !isBlocking && outputs.Any(output => output.Allows(hookEvent));

        // A denial without effect is not the reason for the result of another hook.
        var deciding = outputs.Where(output => output.IsStop || (hookEvent is not HookEvent.PostToolUse && output.Blocks(hookEvent)))
            .ToArray();
        JsonElement? updated = isAllowing ? outputs.LastOrDefault(output =>
            output.UpdatedInput is not null && output.Allows(hookEvent))?.UpdatedInput : null;
        return new HookOutcome
        {
            IsBlocking = isBlocking,
            IsStopRequested = isStop,
            IsAllowing = isAllowing,
            Reason = Join((deciding.Length > 0 ? deciding : outputs).Select(output => output.ReasonFor(hookEvent))),
            AdditionalContext = Join(outputs.Select(static output => output.AdditionalContext)) is { } context ? Escape(context) : null,
            SystemMessage = Join(outputs.Select(static output => output.SystemMessage)),
            UpdatedInput = updated,
        };
    }

    // Text of a hook must not look like one of the tags that mark text of the framework.
    private static string Escape(string text) =>
        text.Replace("<", "&lt;", StringComparison.Ordinal).Replace(">", "&gt;", StringComparison.Ordinal);

    private static string? Join(IEnumerable<string?> texts) =>
        texts.Where(static text => !string.IsNullOrEmpty(text)).Distinct().ToArray() is { Length: > 0 } present
            ? string.Join('\n', present) : null;
}
