using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using QwenCode.Agents;
using QwenCode.Permissions;
using QwenCode.Tools;

namespace QwenCode.Definitions.Agents;

/// <summary>The text of <c>qwen agents list</c>, <c>show</c> and <c>validate</c>.</summary>
public static class AgentReportText
{
    /// <summary>Lists what can be used, by level, and counts what cannot.</summary>
    /// <param name="report">What was found.</param>
    public static string List(AgentLoadReport report)
    {
        ArgumentNullException.ThrowIfNull(report);
        var text = new StringBuilder();
        foreach (var level in report.Usable.GroupBy(static definition => definition.Level))
        {
            text.Append(text.Length > 0 ? "\n" : string.Empty).Append(Title(level.Key)).Append('\n');
            foreach (var definition in level)
            {
                text.Append("  ").Append(definition.Name)
                    .Append(definition.Background ? " (background)" : string.Empty)
                    .Append(": ").Append(FirstLine(definition.Description)).Append('\n');
            }
        }

        if (report.Usable.Count == 0)
        {
            text.Append("No agents.\n");
        }

        if (report.Issues.Count > 0)
        {
            text.Append('\n').Append(report.Issues.Count).Append(report.Issues.Count == 1 ? " file" : " files")
                .Append(" cannot be used; 'qwen agents validate' says why.\n");
        }

        return text.ToString();
    }

    /// <summary>Shows one definition in full.</summary>
    /// <param name="definition">The definition.</param>
    public static string Show(AgentDefinition definition)
    {
        ArgumentNullException.ThrowIfNull(definition);
        var text = new StringBuilder();
        Line("name", definition.Name);
        Line("description", definition.Description);
        Line("level", definition.Level.ToString().ToLowerInvariant());
        Line("file", definition.FilePath);
        Line("tools", definition.Tools is { Count: > 0 } tools && !tools.Contains("*")
            ? string.Join(", ", tools.Select(ToolAliases.Canonical)) : "all its parent has");
        Line("disallowed", definition.DisallowedTools.Count == 0
            ? null : string.Join(", ", definition.DisallowedTools.Select(ToolAliases.Canonical)));
        Line("model", definition.Model ?? "its parent's");
        Line("approval mode", definition.ApprovalMode?.ToWire());
        Rules("allow", definition.Permissions?.Allow);
        Rules("ask", definition.Permissions?.Ask);
        Rules("deny", definition.Permissions?.Deny);
        Line("mcp servers", definition.Servers is not { } servers ? null : servers is { Names.Count: 0, Own.Count: 0 } ? "none"
            : string.Join(", ", servers.Names.Concat(servers.Own.Select(static server => $"{server.Name} (its own)"))));
        Line("background", definition.Background ? "always" : null);
        Line("color", definition.Color);
        Line("turns", definition.Budget.MaxTurns?.ToString(CultureInfo.InvariantCulture));
        Line("minutes", definition.Budget.MaxDuration?.TotalMinutes.ToString(CultureInfo.InvariantCulture));
        Line("tokens", definition.Budget.MaxTokens?.ToString(CultureInfo.InvariantCulture));
        Line("tool calls", definition.Budget.MaxToolCalls?.ToString(CultureInfo.InvariantCulture));
        foreach (var warning in definition.Warnings)
        {
            Line("warning", warning);
        }

        return text.Append('\n').Append(definition.SystemPrompt).Append('\n').ToString();

        void Rules(string list, IReadOnlyList<PermissionRuleText>? rules) => Line(
            $"permissions.{list}", rules is null || (rules.Count == 0 && list is not "allow") ? null
            : rules.Count == 0 ? "nothing beyond what needs no approval" : string.Join(", ", rules.Select(static rule => rule.Text)));

        void Line(string name, string? value)
        {
            if (value is not null)
            {
                text.Append(name).Append(": ").Append(value).Append('\n');
            }
        }
    }

    /// <summary>Returns everything that is wrong or unwise.</summary>
    /// <param name="report">What was found.</param>
    /// <param name="knownTools">The tools that exist; <c>null</c> does not check names of tools.</param>
    /// <returns>The text, and whether every file can be used as it says.</returns>
    public static (string Text, bool IsSound) Validate(AgentLoadReport report, IReadOnlyCollection<string>? knownTools = null)
    {
        ArgumentNullException.ThrowIfNull(report);
        var text = new StringBuilder();
        var errors = report.Issues.Count;
        foreach (var issue in report.Issues)
        {
            text.Append("error: ").Append(issue).Append('\n');
        }

        var hasUnknown = false;

        // What is shipped names tools that only some set-ups have, and makes do without them; and only we can heed a warning
        // about it.
        foreach (var definition in report.Usable.Concat(report.Shadowed).Where(static definition => definition.Level != AgentLevel.BuiltIn))
        {
            foreach (var tool in UnknownTools(definition, knownTools))
            {
                (errors, hasUnknown) = (errors + 1, true);
                text.Append("error: ").Append(Place(definition.FilePath, tool)).Append(": there is no tool '").Append(tool).Append("'\n");
            }

            foreach (var warning in definition.Warnings)
            {
                text.Append("warning: ").Append(definition.FilePath).Append(": ").Append(warning).Append('\n');
            }
        }

        foreach (var hidden in report.Shadowed)
        {
            text.Append("warning: ").Append(hidden.FilePath).Append(": '").Append(hidden.Name)
                .Append("' is hidden by another agent of that name\n");
        }

        if (hasUnknown)
        {
            text.Append("The tools that exist: ").AppendJoin(
                ", ", knownTools!.Where(static name => char.IsAsciiLetterLower(name[0])).Order(StringComparer.Ordinal)).Append('\n');
        }

        var count = report.Usable.Count + report.Shadowed.Count;
        text.Append(
            CultureInfo.InvariantCulture, $"{count} {(count == 1 ? "agent" : "agents")}, {errors} {(errors == 1 ? "error" : "errors")}\n");
        return (text.ToString(), errors == 0);
    }

    /// <summary>
    /// Gives the tools a definition names that do not exist. Names of MCP tools are known only once their server is connected, and
    /// pass.
    /// </summary>
    /// <param name="definition">The definition.</param>
    /// <param name="knownTools">The tools that exist; <c>null</c> knows everything.</param>
    public static IReadOnlyList<string> UnknownTools(AgentDefinition definition, IReadOnlyCollection<string>? knownTools)
    {
        ArgumentNullException.ThrowIfNull(definition);
        return knownTools is null ? [] : [
            .. (definition.Tools ?? []).Concat(definition.DisallowedTools)
                .Where(tool => !tool.EndsWith('*') && !tool.StartsWith("mcp__", StringComparison.Ordinal)
                    && !knownTools.Contains(ToolAliases.Canonical(tool.Split('(', 2)[0].Trim())))
                .Distinct(StringComparer.Ordinal),
        ];
    }

    // Definitions do not keep lines; for the few that are at fault the file is looked at once more.
    private static string? Place(string? file, string word)
    {
        try
        {
            var whole = new Regex($@"(?<!\w){Regex.Escape(word)}(?!\w)", RegexOptions.CultureInvariant);
            var line = file is null ? -1 : Array.FindIndex(File.ReadAllLines(file), whole.IsMatch);
            return line < 0 ? file : $"{file}:{line + 1}";
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // It was there a moment ago; its name is still worth telling.
            return file;
        }
    }

    private static string FirstLine(string text)
    {
        var end = text.IndexOf('\n', StringComparison.Ordinal);
        return end < 0 ? text : text[..end].TrimEnd() + " …";
    }

    private static string Title(AgentLevel level) => level switch
    {
        AgentLevel.Project => "Project agents",
        AgentLevel.User => "Your agents",
        AgentLevel.BuiltIn => "Built-in agents",
        AgentLevel.Session => "Session agents",
        _ => "Extension agents",
    };
}
