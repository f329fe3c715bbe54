using System.Text;
using Microsoft.Extensions.DependencyInjection;
using QwenCode.Cli.CommandLine;
using QwenCode.Cli.IO;
using QwenCode.Cli.Running;
using QwenCode.Definitions.Agents;
using QwenCode.Hosting;
using QwenCode.Permissions;
using QwenCode.Tools;

namespace QwenCode.Cli.Commands;

/// <summary><c>qwen agents list|show|validate</c>.</summary>
internal static class AgentsCommand
{
    public static int Run(CliOptions options)
    {
        using var host = Composition.Build(options);
        var catalog = host.Services.GetRequiredService<AgentCatalog>();
        var report = catalog.Inspect();
        var name = options.CommandWords.Count > 0 ? options.CommandWords[0] : null;
        switch (options.Verb)
        {
            case "show":
                if (name is null || catalog.Find(name) is not { } definition)
                {
                    StandardStreams.ErrorLine(name is null ? "Name the agent: qwen agents show NAME (see qwen agents list)."
                        : $"There is no agent '{name}' (see qwen agents "
                        + $"list{(report.IsSound ? string.Empty : "; files that cannot be used are named by qwen agents validate")}).");
                    return ExitCodes.Failure;
                }

                StandardStreams.Out(AgentReportText.Show(definition));
                return ExitCodes.Success;
            case "validate":
                var known = KnownTools.Of(host.Services.GetServices<IToolSource>());
                var (text, isSound) = AgentReportText.Validate(report, known);
                var faults = RuleFaults(host.Services.GetRequiredService<WorkspaceServices>(), report, known);
                StandardStreams.Out(faults + text);
                return isSound && faults.Length == 0 ? ExitCodes.Success : ExitCodes.Failure;
            default:
                StandardStreams.Out(AgentReportText.List(report));
                return ExitCodes.Success;
        }
    }

    // Rules that would restrict nothing: of agents that do not exist, and of tools that do not.
    private static string RuleFaults(WorkspaceServices project, AgentLoadReport report, IReadOnlyCollection<string> known)
    {
        var text = new StringBuilder();
        foreach (var (name, rules) in SessionRules.ForAgents(project.Permissions))
        {
            if (!report.Usable.Any(definition => definition.Name.Equals(name, StringComparison.OrdinalIgnoreCase)))
            {
                text.Append("error: ").Append(rules[0].Origin).Append(": there is no agent '").Append(PlainText.Of(name)).Append("'\n");
            }
        }

        var own = report.Usable.Concat(report.Shadowed).Select(static definition => definition.Permissions).OfType<AgentPermissions>();
        foreach (var rule in own.Concat(project.Permissions.Agents.Values.SelectMany(static rules => rules))
            .SelectMany(static rules => (PermissionRuleText[])[.. rules.Allow ?? [], .. rules.Ask, .. rules.Deny]))
        {
            var tool = PermissionRule.Parse(rule.Text, rule.Origin).Tool;
            if (!tool.StartsWith("mcp__", StringComparison.Ordinal) && !known.Contains(tool))
            {
                text.Append("error: ").Append(rule.Origin).Append(": there is no tool '").Append(PlainText.Of(tool)).Append("'\n");
            }
        }

        return text.ToString();
    }
}
