using QwenCode.Permissions.Files;
using QwenCode.Permissions.Matching;
using QwenCode.Permissions.Shell;
using QwenCode.Tools;
using QwenCode.Workspaces;

namespace QwenCode.Permissions;

/// <summary>Finds the narrowest rules that would let a call run the next time. A rule that would not is never suggested.</summary>
internal static class SuggestedRules
{
    /// <summary>Suggests rules for a call that runs no command.</summary>
    /// <returns>The rules; none if a lasting "yes" cannot be offered.</returns>
    public static IReadOnlyList<string> For(Workspace workspace, ToolDeclaration tool, ToolArguments arguments)
    {
        if (ToolNames.IsMcp(tool.Name))
        {
            return [tool.Name];
        }

        var display = ToolNames.Display(tool.Name) ?? tool.Name;
        return tool.Name switch
        {
            "web_fetch" => CallValues.Host(arguments) is { } host ? [$"WebFetch({host})"] : [],
            "skill" or "agent" =>
                CallValues.Literal(tool.Name, arguments) is { Length: > 0 } literal ? [$"{display}({literal})"] : [display],
            "read_file" => ForPaths(workspace, tool, arguments, display, Around),
            "edit" or "write_file" => ForPaths(workspace, tool, arguments, display, static path =>
                ObeyedFiles.Contains(path) ? path : Around(path)),   // a rule for a folder would not allow it
            "grep_search" or "glob" or "list_directory" => ForPaths(workspace, tool, arguments, display, Below),
            _ => [display],
        };
    }

    /// <summary>Suggests rules for a command.</summary>
    /// <param name="workspace">The workspace it runs in.</param>
    /// <param name="tool">The tool that runs it.</param>
    /// <param name="open">Its parts that still need approval, see <see cref="Open(RuleSet, Workspace, ToolDeclaration,
    /// ShellAnalysis)"/>.</param>
    /// <returns>The rules; none if no rules would let the whole command run.</returns>
    public static IReadOnlyList<string> For(Workspace workspace, ToolDeclaration tool, IReadOnlyList<ShellUnit> open)
    {
        var rules = new List<string>();
        var name = ToolNames.Display(tool.Name) ?? tool.Name;
        foreach (var unit in open)
        {
            if (!ShellJudge.CanBeAllowed(workspace, unit) || unit.IsOpaque || unit.Words[0].HasGlob)
            {
                return [];   // no rule can cover this part, so rules for the others would not avoid the question
            }

            var rule = Pattern(unit.Words);
            if (rule.Length == 0 || rule.Any(char.IsControl) || !RulePattern.ForCommand(rule).Covers(GlobSymbol.Command(unit.Words)))
            {
                return [];
            }

            if (!rules.Contains($"{name}({rule})"))
            {
                rules.Add($"{name}({rule})");
            }
        }

        return rules;
    }

    /// <summary>Names the programs of the parts that still need approval, each once.</summary>
    public static IReadOnlyList<string> Roots(IReadOnlyList<ShellUnit> open) =>
    [
        .. open.Where(static unit => unit.Words.Count > 0 && !unit.IsOpaque)
            .Select(static unit => CommandVariants.Program(unit.Words[0]) ?? unit.Words[0].Text).Distinct(),
    ];

    /// <summary>Lists the parts of a command that still need approval.</summary>
    public static ShellUnit[] Open(RuleSet rules, Workspace workspace, ToolDeclaration tool, ShellAnalysis analysis) =>
        analysis.IsComplete ? [.. analysis.Units.SelectMany(unit => Open(rules, workspace, tool, unit))] : [ShellUnit.Hidden()];

    private static string[] ForPaths(Workspace workspace, ToolDeclaration tool, ToolArguments arguments, string display,
        Func<string, string> pattern) =>
    [
        .. CallValues.Paths(tool.Name, arguments, workspace).SelectMany(PathCandidates.Of).Where(static path => !path.Any("*?[{".Contains))
            .Select(path => $"{display}(//{pattern(path).Replace('\\', '/').TrimStart('/')})").Distinct(),
    ];

    private static string Around(string path) => Below(Path.GetDirectoryName(path) ?? path);

    private static string Below(string folder) => folder.EndsWith('/') ? folder + "**" : folder + "/**";

    private static IEnumerable<ShellUnit> Open(RuleSet rules, Workspace workspace, ToolDeclaration tool, ShellUnit unit)
    {
        if (ShellJudge.Permits(rules, workspace, tool, unit))
        {
            return [];
        }

        return unit.IsTransparent ? unit.Children.SelectMany(child => Open(rules, workspace, tool, child))
            : unit is { Words.Count: 0, HasDangerousEnvironment: false } ? []
            : [unit];
    }

    private static string Pattern(IReadOnlyList<ShellWord> words)
    {
        var root = words[0].Text;
        var program = CommandVariants.Program(words[0]) ?? root;
        var sub = GlobalOptions.Skip(program, words);
        if (sub < words.Count && words[sub].Literal is { } name && SubCommands.IsKnown(program, name))
        {
            var kept = sub + 1;
            if (kept < words.Count && words[kept].Literal is { } third && SubCommands.IsKnown($"{program} {name}", third))
            {
                kept++;
            }

            return words.Take(kept).Any(static word => word.IsDynamic || word.HasGlob)
                ? string.Empty
                : string.Join(' ', words.Take(kept).Select(static word => word.Text)) + (words.Count > kept ? " *" : string.Empty);
        }

        return words.Count > 1 ? root + " *" : root;
    }
}
