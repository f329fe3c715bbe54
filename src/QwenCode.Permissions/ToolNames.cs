using QwenCode.Platform.Text;
using QwenCode.Tools;

namespace QwenCode.Permissions;

/// <summary>The names of tools in rules.</summary>
internal static class ToolNames
{
    public const string Shell = "run_shell_command";

    // A language server returns the contents of files, so rules for reading apply to it.
    public static readonly string[] ReadGroup = ["read_file", "grep_search", "glob", "list_directory", "lsp"];

    public static readonly string[] EditGroup = ["edit", "write_file"];

    public static readonly HashSet<string> CoreSet =
    [
        "read_file", "write_file", "edit", "glob", "grep_search",
            Shell, "list_directory", "web_fetch", "web_search", "todo_write", "save_memory", "lsp",
        "cron_create", "cron_list", "cron_delete",
    ];

    /// <summary>Returns the registered name for a name in a rule; an unknown name is returned unchanged.</summary>
    public static string Canonical(string name) => ToolAliases.Canonical(name);

    /// <summary>Returns the name that suggested rules use.</summary>
    public static string? Display(string tool) => tool switch
    {
        Shell => "Bash",
        "read_file" or "grep_search" or "glob" or "list_directory" => "Read",
        "edit" or "write_file" => "Edit",
        "web_fetch" => "WebFetch",
        "web_search" => "WebSearch",
        "agent" => "Agent",
        "skill" => "Skill",
        "save_memory" => "SaveMemory",
        "todo_write" => "TodoWrite",
        "lsp" => "Lsp",
        "exit_plan_mode" => "ExitPlanMode",
        _ => null,
    };

    public static bool IsMcp(string name) => name.StartsWith("mcp__", StringComparison.Ordinal);

    /// <summary>Returns whether a rule for one tool applies to another: the read and edit groups stand for all their members.</summary>
    public static bool Covers(string ruleTool, string tool) =>
        ruleTool == tool
        || (ruleTool is "read_file" && Array.IndexOf(ReadGroup, tool) >= 0)
        || (ruleTool is "edit" && Array.IndexOf(EditGroup, tool) >= 0);

    /// <summary>Returns the name that an MCP tool is offered under.</summary>
    public static string SanitizeMcp(string name) => McpNames.Meant(name);
}
