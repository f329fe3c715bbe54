namespace QwenCode.Definitions.Agents;

/// <summary>The names a tool goes by in agent files.</summary>
public static class AgentToolNames
{
    /// <summary>
    /// Gives the tool's name for a display name, an earlier display name or the name in files for other agents; other text as it
    /// is.
    /// </summary>
    /// <param name="name">The name as written.</param>
    public static string Normalise(string name) => name switch
    {
        "ReadFile" => "read_file",
        "WriteFile" => "write_file",
        "Edit" => "edit",
        "Grep" or "SearchFiles" => "grep_search",
        "Glob" or "FindFiles" => "glob",
        "ListFiles" or "ReadFolder" => "list_directory",
        "Shell" => "run_shell_command",
        "TodoWrite" => "todo_write",
        "WebFetch" => "web_fetch",
        "WebSearch" => "web_search",
        "SaveMemory" => "save_memory",
        "Skill" => "skill",
        "Agent" or "Task" or "task" => "agent",
        "Lsp" or "LSP" => "lsp",
        "AskUserQuestion" => "ask_user_question",
        "ExitPlanMode" => "exit_plan_mode",
        _ => name,
    };

    /// <summary>Returns our name for a tool of Claude's agent files; other text as it is.</summary>
    internal static string FromClaude(string name) => name switch
    {
        "Read" => "read_file",
        "Write" => "write_file",
        "MultiEdit" => "edit",
        "Bash" => "run_shell_command",
        "LS" => "list_directory",
        _ => Normalise(name),
    };
}
