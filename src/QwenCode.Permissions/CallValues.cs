using QwenCode.Permissions.Matching;
using QwenCode.Tools;
using QwenCode.Workspaces;

namespace QwenCode.Permissions;

/// <summary>Finds in a call's arguments what specifiers are compared with.</summary>
internal static class CallValues
{
    /// <summary>Lists the absolute paths a call is about, dots still in them.</summary>
    public static IReadOnlyList<string> Paths(string tool, ToolArguments arguments, Workspace workspace)
    {
        var given = arguments.String("file_path") ?? arguments.String("path") ?? (tool is "lsp" ? arguments.String("filePath") : null);
        if (string.IsNullOrEmpty(given))
        {
            // A search without a path searches the project.
            given = tool is "grep_search" or "glob" or "list_directory" ? workspace.Root : null;
        }

        if (given is null)
        {
            return [];
        }

        var paths = new List<string> { Path.Combine(workspace.Root, given) };
        if (given is "~" or ['~', '/' or '\\', ..])
        {
            // One tool reads this as the home directory, another as a name; rules hold for both.
            paths.Add(Workspace.HomeDirectory + given[1..]);
        }

        if (tool is "glob" && arguments.String("pattern") is { } pattern && (Path.IsPathRooted(pattern) || pattern.Contains("..", StringComparison.Ordinal) || pattern.StartsWith('~')))
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

    /// <summary>Gives the host of a fetch; <c>null</c> where the address has none.</summary>
    public static string? Host(ToolArguments arguments) => arguments.String("url") is { } url ? DomainRule.HostOf(url) : null;

    /// <summary>Gives the skill or the agent's type.</summary>
    public static string? Literal(string tool, ToolArguments arguments) => tool switch
    {
        "skill" => arguments.String("skill"),
        "agent" => arguments.String("subagent_type"),
        _ => null,
    };

    /// <summary>Says whether a call runs a shell command, and which.</summary>
    public static string? Command(ToolDeclaration tool, ToolArguments arguments) =>
        tool.Kind is ToolKind.Execute || tool.Name == ToolNames.Shell ? arguments.String("command") : null;
}
