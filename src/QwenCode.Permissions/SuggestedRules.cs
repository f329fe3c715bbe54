using QwenCode.Permissions.Matching;
using QwenCode.Permissions.Shell;
using QwenCode.Tools;

namespace QwenCode.Permissions;

/// <summary>Finds the narrowest rules that would let a call run the next time. A rule that would not is never suggested.</summary>
public static class SuggestedRules
{
    /// <summary>Suggests rules for a call that is asked about.</summary>
    /// <param name="policy">The rules in force; what they allow already needs none.</param>
    /// <param name="tool">The tool.</param>
    /// <param name="arguments">Its arguments.</param>
    /// <returns>The rules; none where a lasting "yes" makes no sense.</returns>
    public static IReadOnlyList<string> For(PermissionPolicy policy, ToolDeclaration tool, ToolArguments arguments)
    {
        ArgumentNullException.ThrowIfNull(policy);
        ArgumentNullException.ThrowIfNull(tool);
        if (CallValues.Command(tool, arguments) is { } command)
        {
            return ForCommand(policy, tool, command, arguments.String("directory"));
        }

        if (ToolNames.IsMcp(tool.Name))
        {
            return [tool.Name];
        }

        var display = ToolNames.Display(tool.Name) ?? tool.Name;
        return tool.Name switch
        {
            "web_fetch" => CallValues.Host(arguments) is { } host ? [$"WebFetch({host})"] : [],
            "skill" or "agent" => CallValues.Literal(tool.Name, arguments) is { Length: > 0 } literal ? [$"{display}({literal})"] : [display],
            "read_file" or "edit" or "write_file" => ForDirectories(policy, tool, arguments, display, static path => Path.GetDirectoryName(path) ?? path),
            "grep_search" or "glob" or "list_directory" => ForDirectories(policy, tool, arguments, display, static path => path),
            _ => [display],
        };
    }

    /// <summary>Names the programs that a question about a command is about: those that neither rules nor their nature let run.</summary>
    /// <param name="policy">The rules in force.</param>
    /// <param name="tool">The tool.</param>
    /// <param name="arguments">Its arguments.</param>
    public static IReadOnlyList<string> RootsToApprove(PermissionPolicy policy, ToolDeclaration tool, ToolArguments arguments)
    {
        ArgumentNullException.ThrowIfNull(policy);
        ArgumentNullException.ThrowIfNull(tool);
        return CallValues.Command(tool, arguments) is not { } command
            ? []
            : [.. Open(policy, tool, command, arguments.String("directory")).Where(static unit => unit.Words.Count > 0 && !unit.IsOpaque)
                .Select(static unit => CommandVariants.Program(unit.Words[0]) ?? unit.Words[0].Text).Distinct()];
    }

    private static string[] ForDirectories(PermissionPolicy policy, ToolDeclaration tool, ToolArguments arguments, string display, Func<string, string> directory) =>
    [
        .. CallValues.Paths(tool.Name, arguments, policy.Workspace).SelectMany(PathCandidates.Of).Select(directory).Distinct()
            .Where(static path => !path.Any("*?[{".Contains))
            .Select(path => $"{display}(//{path.Replace('\\', '/').TrimStart('/')}{(path.EndsWith('/') ? "**" : "/**")})"),
    ];

    private static string[] ForCommand(PermissionPolicy policy, ToolDeclaration tool, string command, string? directory)
    {
        var rules = new List<string>();
        var name = ToolNames.Display(tool.Name) ?? tool.Name;
        foreach (var unit in Open(policy, tool, command, directory))
        {
            if (unit.Words.Count == 0 || unit.IsOpaque || unit.HasDangerousEnvironment || unit.Words[0].HasGlob)
            {
                return [];   // no rule would ever cover this part, so rules for the others would not spare the question
            }

            var rule = Pattern(unit.Words);
            if (rule.Length == 0 || rule.Any(char.IsControl) || !GlobPattern.ForCommand(rule).Covers(GlobSymbol.Command(unit.Words)))
            {
                return [];
            }

            if (!rules.Contains($"{name}({rule})"))
            {
                rules.Add($"{name}({rule})");
            }
        }

        return [.. rules];
    }

    private static IEnumerable<ShellUnit> Open(PermissionPolicy policy, ToolDeclaration tool, string command, string? directory)
    {
        var analysis = ShellAnalyzer.Analyze(command, Path.Combine(policy.Workspace.Root, directory ?? string.Empty));
        return analysis.IsComplete ? analysis.Units.SelectMany(unit => Open(policy, tool, unit)) : [ShellUnit.Hidden()];
    }

    private static IEnumerable<ShellUnit> Open(PermissionPolicy policy, ToolDeclaration tool, ShellUnit unit)
    {
        if (ShellJudge.Permits(policy.Rules, policy.Workspace, tool, unit))
        {
            return [];
        }

        return unit.IsTransparent ? unit.Children.SelectMany(child => Open(policy, tool, child)) : unit is { Words.Count: 0, HasDangerousEnvironment: false } ? [] : [unit];
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
