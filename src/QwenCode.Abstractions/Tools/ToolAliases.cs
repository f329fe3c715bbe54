namespace QwenCode.Tools;

/// <summary>
/// The other names of the tools: shown and former ones, and those that other programs use. Permission rules, matchers of hooks and agent
/// files mean the same tool by the same name.
/// </summary>
public static class ToolAliases
{
    private static readonly Dictionary<string, string[]> Names = new(StringComparer.Ordinal)
    {
        ["run_shell_command"] = ["Shell", "ShellTool", "Bash"],
        ["edit"] = ["Edit", "EditTool", "MultiEdit", "replace"],
        ["write_file"] = ["WriteFile", "WriteFileTool", "Write"],
        ["read_file"] = ["ReadFile", "ReadFileTool", "Read"],
        ["grep_search"] = ["Grep", "GrepTool", "search_file_content", "SearchFiles"],
        ["glob"] = ["Glob", "GlobTool", "FindFiles"],
        ["list_directory"] = ["ListFiles", "ListFilesTool", "ReadFolder", "LS"],
        ["todo_write"] = ["TodoWrite", "TodoWriteTool"],
        ["web_fetch"] = ["WebFetch", "WebFetchTool"],
        ["web_search"] = ["WebSearch", "WebSearchTool"],
        ["agent"] = ["Agent", "AgentTool", "task", "Task", "TaskTool"],
        ["skill"] = ["Skill", "SkillTool"],
        ["exit_plan_mode"] = ["ExitPlanMode", "ExitPlanModeTool"],
        ["lsp"] = ["Lsp", "LspTool", "LSP"],
        ["save_memory"] = ["SaveMemory", "SaveMemoryTool"],
        ["task_stop"] = ["TaskStop"],
        ["task_list"] = ["TaskList"],
        ["send_message"] = ["SendMessage"],
        ["cron_create"] = ["CronCreate"],
        ["cron_list"] = ["CronList"],
        ["cron_delete"] = ["CronDelete"],
    };

    private static readonly Dictionary<string, string> Tools = Reverse();

    /// <summary>Returns the registered name of the tool that a name means; a name that is no alias is returned unchanged.</summary>
    /// <remarks>
    /// A name of a group, such as that of reading in a rule, is resolved to the one tool it is named after; who knows groups widens it.
    /// </remarks>
    /// <param name="name">The name as it was written. Case counts.</param>
    public static string Canonical(string name) => Tools.GetValueOrDefault(name, name);

    /// <summary>Returns the other names of a tool; none if it has none.</summary>
    /// <remarks>What a tool is shown as is not among them if no rule means the tool by it.</remarks>
    /// <param name="tool">The registered name.</param>
    public static IReadOnlyList<string> Of(string tool) => Names.GetValueOrDefault(tool, []);

    /// <summary>Turns the table round.</summary>
    /// <remarks>Without LINQ: each start would compile eight methods for it.</remarks>
    /// <returns>The registered name of the tool by each other name.</returns>
    private static Dictionary<string, string> Reverse()
    {
        var tools = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var (tool, names) in Names)
        {
            foreach (var name in names)
            {
                tools.Add(name, tool);
            }
        }

        return tools;
    }
}
