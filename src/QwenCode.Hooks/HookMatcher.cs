using System.Buffers;
using System.Collections.Concurrent;
using System.Text.RegularExpressions;
using QwenCode.Tools;

namespace QwenCode.Hooks;

/// <summary>Returns whether the matcher of a hook matches the subject of an event.</summary>
internal static class HookMatcher
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);
    private static readonly ConcurrentDictionary<string, Regex?> Patterns = new();

    // Without one of these a text is a valid pattern, and no pattern has to be made to know it.
    private static readonly SearchValues<char> Marks = SearchValues.Create("()[]{}*+?\\");

    public static bool Fits(HookEntry entry, string subject) =>
        entry.Source is HookSource.Session ? FitsInSession(entry, subject) : FitsConfigured(entry, subject);

    /// <summary>Returns whether a matcher is not a valid regular expression and is compared as plain text.</summary>
    public static bool IsLiteral(HookEvent hookEvent, string matcher) =>
        UsesPattern(hookEvent) && matcher.AsSpan().ContainsAny(Marks) && matcher.Trim() is not "*" && Find(matcher.Trim()) is null;

    private static bool UsesPattern(HookEvent hookEvent) =>
        IsAboutTools(hookEvent) || hookEvent is HookEvent.SubagentStart or HookEvent.SubagentStop or HookEvent.SessionStart
            or HookEvent.SessionEnd;

    private static bool IsAboutTools(HookEvent hookEvent) =>
        hookEvent is HookEvent.PreToolUse or HookEvent.PostToolUse or HookEvent.PostToolUseFailure or HookEvent.PermissionRequest;

    private static bool FitsConfigured(HookEntry entry, string subject)
    {
        var matcher = entry.Matcher.Trim();
        return matcher is "" or "*"
            || entry.Event is HookEvent.UserPromptSubmit or HookEvent.Stop
            || (UsesPattern(entry.Event) ? IsMatch(matcher, subject) || FitsAlias(entry.Event, matcher, subject) : matcher == subject);
    }

    // An alias has to fit as a whole: "Write" means write_file and not TodoWrite.
    // A pattern that excludes names is for the names it was written for: each tool has some that it does not exclude.
    private static bool FitsAlias(HookEvent hookEvent, string matcher, string subject) =>
        IsAboutTools(hookEvent) && !matcher.Contains("(?!", StringComparison.Ordinal) && !matcher.Contains("(?<!", StringComparison.Ordinal)
        && !matcher.Contains("[^", StringComparison.Ordinal)
        && ToolAliases.Of(subject).Any(Find(matcher) is null ? name => name == matcher : name => IsMatch($"^(?:{matcher})$", name));

    // Skills and hosts use another syntax than settings: whole names, and alternatives without brackets.
    private static bool FitsInSession(HookEntry entry, string subject)
    {
        var target = IsAboutTools(entry.Event) ? subject : string.Empty;
        var matcher = entry.Matcher.Trim();
        if (matcher == "*")
        {
            return true;
        }

        return matcher.Contains('|', StringComparison.Ordinal) && !matcher.StartsWith('^') && !matcher.StartsWith('(')
            ? matcher.Split('|', StringSplitOptions.TrimEntries).Any(one => one == target || ToolAliases.Canonical(one) == target)
            : Find(matcher) is null ? matcher == target : IsMatch($"^(?:{matcher})$", target) || FitsAlias(entry.Event, matcher, target);
    }

    private static bool IsMatch(string pattern, string subject)
    {
        try
        {
            return Find(pattern)?.IsMatch(subject) ?? pattern == subject;
        }
        catch (RegexMatchTimeoutException)
        {
            // Running a hook once too often is safer than not running a guard.
            return true;
        }
    }

    private static Regex? Find(string pattern) => Patterns.GetOrAdd(pattern, static pattern =>
    {
        try
        {
            return new Regex(pattern, RegexOptions.CultureInvariant, Patience);
        }
        catch (ArgumentException)
        {
            return null;
        }
    });
}
