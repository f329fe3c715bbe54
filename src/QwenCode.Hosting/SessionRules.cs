using QwenCode.Configuration.Editing;
using QwenCode.Configuration.Options;
using QwenCode.Permissions;

namespace QwenCode.Hosting;

/// <summary>The permission rules and the approval mode that a session has. Needs no host.</summary>
public static class SessionRules
{
    private const string BasicRule = "basic tools only (--bare)";

    private static readonly string[] BasicTools = ["read_file", "edit", "notebook_edit", "write_file", "run_shell_command"];

    private const string HeadlessRule = "headless run, where nobody can be asked";

    /// <summary>Returns the approval mode. A folder that is not trusted has the stricter ones alone.</summary>
    /// <param name="project">The project.</param>
    /// <param name="request">What a front end would want.</param>
    public static ApprovalMode ModeFor(WorkspaceServices project, SessionRequest request)
    {
        ArgumentNullException.ThrowIfNull(project);
        ArgumentNullException.ThrowIfNull(request);
        var mode = request.Mode ?? project.Tools.ApprovalMode;
        return project.Settings.IsTrusted || mode is ApprovalMode.Default or ApprovalMode.Plan ? mode : ApprovalMode.Default;
    }

    /// <summary>Returns the rules.</summary>
    /// <param name="project">The project.</param>
    /// <param name="request">What a front end would want.</param>
    /// <param name="rules">Rules to use in place of those of the project; <c>null</c> uses these.</param>
    public static PermissionPolicyOptions For(WorkspaceServices project, SessionRequest request, PermissionSettings? rules = null)
    {
        ArgumentNullException.ThrowIfNull(project);
        ArgumentNullException.ThrowIfNull(request);
        rules ??= project.Permissions;
        var core = project.Options.CoreTools.Count > 0 ? project.Options.CoreTools : project.Tools.Core ?? [];

        // If the user cannot be asked, a tool that always needs asking is not offered at all: a model that sees it would only be refused.
        var headless = request.WithholdUnapprovable
            ? HeadlessPolicy.DeniedTools(ModeFor(project, request), rules.Allow.Select(static rule => rule.Text), core) : [];
        var isBasic = project.Options.OffersBasicToolsOnly && project.Options.CoreTools.Count == 0;
        return new PermissionPolicyOptions
        {
            Workspace = project.Workspace,
            Allow = Texts(rules.Allow),
            Ask = Texts(rules.Ask),
            Deny = 
            [
                .. Texts(rules.Deny), .. headless.Select(static tool => new PermissionRuleText(tool, HeadlessRule)),
                .. isBasic ? (PermissionRuleText[])[new PermissionRuleText("agent", BasicRule)] : [],
            ],
            CoreTools = isBasic ? BasicTools : core,
            Persist = new RulePersistence(new SettingsWriter(project.Settings.Locations)).Allow,
        };
    }

    /// <summary>Returns the rules of agents in the settings, by the names of their definitions.</summary>
    /// <param name="rules">The rules of the settings.</param>
    /// <exception cref="PermissionRuleException">A rule is not valid.</exception>
    public static IReadOnlyDictionary<string, IReadOnlyList<AgentPermissions>> ForAgents(PermissionSettings rules)
    {
        ArgumentNullException.ThrowIfNull(rules);
        foreach (var permissions in rules.Agents.Values)
        {
            foreach (var own in permissions)
            {
                foreach (var rule in (PermissionRuleText[])[.. own.Allow ?? [], .. own.Ask, .. own.Deny])
                {
                    PermissionRule.Parse(rule.Text, rule.Origin);
                }
            }
        }

        return rules.Agents;
    }

    private static PermissionRuleText[] Texts(IReadOnlyList<PermissionSetting> rules) =>
        [.. rules.Select(static rule => new PermissionRuleText(rule.Text, $"{rule.Source}: {rule.Key}[{rule.Index}]"))];
}
