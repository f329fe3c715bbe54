using QwenCode.Agents;
using QwenCode.Tools;

namespace QwenCode.Kernel.Agents;

/// <summary>Which of its parent's tools an agent of a definition keeps.</summary>
public static class ToolFilter
{
    internal const string ExitPlanMode = "exit_plan_mode";

    // An agent that could launch, stop or schedule others would escape the bounds its own launch was given.
    private static readonly HashSet<string> Excluded = new(StringComparer.Ordinal)
    {
        "agent", "task_stop", "task_list", "send_message", "cron_create", "cron_list", "cron_delete",
    };

    /// <summary>
    /// Returns whether a tool does nothing for an agent below the main one, forks included, which are offered what their parent is offered:
    /// the plan that the user agrees to is the main agent's, and so is the mode that follows.
    /// </summary>
    /// <param name="tool">The tool.</param>
    public static bool IsForMain(ToolDeclaration tool)
    {
        ArgumentNullException.ThrowIfNull(tool);
        return tool.Name == ExitPlanMode || tool.Traits.HasFlag(ToolTraits.MainAgentOnly);
    }

    /// <summary>Returns which tools of its parent a definition's agents have.</summary>
    /// <param name="definition">The definition.</param>
    public static Func<ToolDeclaration, bool> For(AgentDefinition definition)
    {
        ArgumentNullException.ThrowIfNull(definition);
        var wanted = definition.Tools is { Count: > 0 } tools && !tools.Contains("*") ? tools : null;
        return tool =>
            !Excluded.Contains(tool.Name)
            && !IsForMain(tool)
            && definition.Servers?.Keeps(tool.Source) is not false
            && (wanted is null || IsOfNamedServer(definition, tool) || wanted.Any(name => Names(name, tool)))
            && !definition.DisallowedTools.Any(pattern => Forbids(pattern, tool));
    }

    /// <summary>Returns whether an agent may have a tool of a server that its definition describes.</summary>
    /// <param name="definition">The definition.</param>
    /// <param name="tool">The tool.</param>
    public static bool KeepsOwn(AgentDefinition definition, ToolDeclaration tool)
    {
        ArgumentNullException.ThrowIfNull(definition);
        return !definition.DisallowedTools.Any(pattern => Forbids(pattern, tool));
    }

    // Who names a server wants its tools, whatever else is chosen by name.
    private static bool IsOfNamedServer(AgentDefinition definition, ToolDeclaration tool) =>
        definition.Servers is { } servers && tool.Source.StartsWith("mcp:", StringComparison.Ordinal) && servers.Keeps(tool.Source);

    private static bool Names(string name, ToolDeclaration tool) =>
        name == tool.Name || name == tool.DisplayName || ToolAliases.Canonical(name) == tool.Name;

    private static bool Forbids(string pattern, ToolDeclaration tool)
    {
        // What would forbid some calls of a tool forbids all of them: calls are judged by permission rules alone.
        var name = pattern.Split('(', 2)[0].Trim();
        if (name.EndsWith('*'))
        {
            var start = name[..^1];
            return tool.Name.StartsWith(start, StringComparison.Ordinal)
                || ToolAliases.Of(tool.Name).Any(alias => alias.StartsWith(start, StringComparison.Ordinal));
        }

        // Two segments are a whole server.
        return Names(name, tool)
            || (name.StartsWith("mcp__", StringComparison.Ordinal) && name.IndexOf("__", "mcp__".Length, StringComparison.Ordinal) < 0
                && tool.Name.StartsWith(name + "__", StringComparison.Ordinal));
    }
}
