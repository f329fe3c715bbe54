using QwenCode.Agents;
using QwenCode.Tools;

namespace QwenCode.Kernel.Agents;

/// <summary>Which of its parent's tools an agent of a definition keeps.</summary>
internal static class ToolFilter
{
    private const string ExitPlanMode = "exit_plan_mode";

    // An agent that could launch, stop or schedule others would escape the bounds its own launch was given.
    private static readonly HashSet<string> Excluded = new(StringComparer.Ordinal)
    {
        "agent", "task_stop", "task_list", "send_message", "cron_create", "cron_list", "cron_delete", ExitPlanMode,
    };

    // Names that older definitions use for today's tools.
    private static readonly Dictionary<string, string> FormerNames = new(StringComparer.Ordinal)
    {
        ["SearchFiles"] = "grep_search", ["FindFiles"] = "glob", ["ReadFolder"] = "list_directory", ["Task"] = "agent", ["task"] = "agent",
        ["search_file_content"] = "grep_search", ["replace"] = "edit",
    };

    /// <summary>
    /// Returns whether a tool does nothing for an agent below the main one, forks included, which are offered what their parent is offered:
    /// the plan that the user agrees to is the main agent's, and so is the mode that follows.
    /// </summary>
    public static bool IsForMain(string name) => name == ExitPlanMode;

    /// <summary>Returns which tools of its parent a definition's agents have.</summary>
    public static Func<Tool, bool> For(AgentDefinition definition)
    {
        var wanted = definition.Tools is { Count: > 0 } tools && !tools.Contains("*") ? tools : null;
        return tool =>
            !Excluded.Contains(tool.Name)
            && (wanted is null || wanted.Any(name => Names(name, tool)))
            && !definition.DisallowedTools.Any(pattern => Forbids(pattern, tool));
    }

    private static bool Names(string name, Tool tool) =>
        name == tool.Name || name == tool.Declaration.DisplayName || FormerNames.GetValueOrDefault(name) == tool.Name;

    private static bool Forbids(string pattern, Tool tool)
    {
        if (!pattern.StartsWith("mcp__", StringComparison.Ordinal))
        {
            return Names(pattern, tool);
        }

        if (pattern.EndsWith('*'))
        {
            return tool.Name.StartsWith(pattern[..^1], StringComparison.Ordinal);
        }

        // Two segments are a whole server.
        var isServer = pattern.IndexOf("__", "mcp__".Length, StringComparison.Ordinal) < 0;
        return tool.Name == pattern || (isServer && tool.Name.StartsWith(pattern + "__", StringComparison.Ordinal));
    }
}
