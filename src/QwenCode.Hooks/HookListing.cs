using System.Text;

namespace QwenCode.Hooks;

/// <summary>Renders hooks and outcomes as plain text.</summary>
public static class HookListing
{
    /// <summary>Renders all hooks by event, in the order they run in.</summary>
    /// <param name="hooks">The hooks.</param>
    public static string Render(HookSet hooks)
    {
        ArgumentNullException.ThrowIfNull(hooks);
        var text = new StringBuilder();
        foreach (var hookEvent in Enum.GetValues<HookEvent>())
        {
            if (hooks[hookEvent].Count > 0)
            {
                text.Append(hookEvent).Append('\n').Append(Render(hooks[hookEvent]));
            }
        }

        return text.Length == 0 ? "No hooks are configured.\n" : text.ToString();
    }

    /// <summary>Renders hooks, one per line.</summary>
    /// <param name="entries">The hooks.</param>
    public static string Render(IEnumerable<HookEntry> entries)
    {
        ArgumentNullException.ThrowIfNull(entries);
        var text = new StringBuilder();
        foreach (var entry in entries)
        {
            var definition = entry.Definition;
            var notes = string.Concat(
                entry.IsSequential ? ", sequential" : string.Empty,
                definition is CommandHook { IsAsync: true } ? ", async" : string.Empty,
                definition is HttpHook { IsOnce: true } ? ", once" : string.Empty,
                HookMatcher.IsLiteral(entry.Event, entry.Matcher) ? ", the matcher is no valid pattern and is compared as it stands"
                    : string.Empty);
            var matcher = string.IsNullOrWhiteSpace(entry.Matcher) ? "*" : entry.Matcher;
            text.Append(System.Globalization.CultureInfo.InvariantCulture,
                $"  [{entry.Source.ToString().ToLowerInvariant()}] {matcher}: {definition.Kind} ");
            text.Append(
                System.Globalization.CultureInfo.InvariantCulture,
                $"{OneLine(definition.Label)} (timeout {definition.Timeout.TotalSeconds:0.###} s{notes})\n");
        }

        return text.ToString();
    }

    /// <summary>Renders the result of hooks.</summary>
    /// <param name="outcome">The merged outcome.</param>
    public static string Render(HookOutcome outcome)
    {
        ArgumentNullException.ThrowIfNull(outcome);
        var text = new StringBuilder();
        text.Append("decision: ").Append(outcome.IsBlocking ? "block" : outcome.IsStopRequested ? "stop" : outcome.IsAllowing ? "allow"
            : "none").Append('\n');
        Add("reason", outcome.Reason);
        Add("context", outcome.AdditionalContext);
        Add("message", outcome.SystemMessage);
        Add("arguments", outcome.UpdatedInput?.GetRawText());
        return text.ToString();

        void Add(string name, string? value)
        {
            if (value is not null)
            {
                text.Append(name).Append(": ").Append(value).Append('\n');
            }
        }
    }

    private static string OneLine(string text) => text.ReplaceLineEndings(" ");
}
