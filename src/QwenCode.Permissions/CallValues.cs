using QwenCode.Permissions.Matching;
using QwenCode.Tools;
using QwenCode.Workspaces;

namespace QwenCode.Permissions;

/// <summary>Extracts from the arguments of a call what specifiers are compared with.</summary>
internal static class CallValues
{
    /// <summary>Lists the absolute paths of a call, dots not resolved.</summary>
    public static IReadOnlyList<string> Paths(string tool, ToolArguments arguments, Workspace workspace)
    {
        // Each tool has one name for its path. Another name beside it would be judged in its place.
        var given = arguments.String(tool switch
        {
            "grep_search" or "glob" or "list_directory" => "path",
            "lsp" => "filePath",
            _ => "file_path",
        });
        if (string.IsNullOrEmpty(given))
        {
            // A search without a path searches the whole workspace.
            given = tool is "grep_search" or "glob" or "list_directory" ? workspace.Root : null;
        }

        if (given is null)
        {
            return [];
        }

        var paths = new List<string> { Path.Combine(workspace.Root, given) };
        if (given is "~" or ['~', '/' or '\\', ..])
        {
            // Some tools take this as the home directory, others as a name; rules apply to both.
            paths.Add(Workspace.HomeDirectory + given[1..]);
        }

        if (tool is "glob" && arguments.String("pattern") is { } pattern
            && (Path.IsPathRooted(pattern) || pattern.Contains("..", StringComparison.Ordinal) || pattern.StartsWith('~')))
        {
            var wildcard = pattern.AsSpan().IndexOfAny("*?[{");
            var directory = wildcard < 0 ? pattern : pattern[..(pattern.LastIndexOf('/', wildcard) + 1)];
            paths.AddRange(paths.ToArray().Select(path => Path.Combine(path, directory)));
            if (pattern.StartsWith("~/", StringComparison.Ordinal))
            {
                paths.Add(Workspace.HomeDirectory + directory[1..]);
            }
        }

        return [.. paths.Where(static path => !path.Contains('\0', StringComparison.Ordinal))];
    }

    /// <summary>Returns the host of a fetch; <c>null</c> if the address has none.</summary>
    public static string? Host(ToolArguments arguments) => arguments.String("url") is { } url ? DomainRule.HostOf(url) : null;

    /// <summary>Returns the skill or the type of the agent.</summary>
    public static string? Literal(string tool, ToolArguments arguments) => tool switch
    {
        "skill" => arguments.String("skill"),
        "agent" => arguments.String("subagent_type"),
        _ => null,
    };

    /// <summary>Returns the shell command that a call runs; <c>null</c> if it runs none.</summary>
    public static string? Command(ToolDeclaration tool, ToolArguments arguments) =>
        tool.Kind is ToolKind.Execute || tool.Name == ToolNames.Shell ? arguments.String("command") : null;
}
