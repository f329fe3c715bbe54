using QwenCode.Permissions.Files;
using QwenCode.Permissions.Matching;
using QwenCode.Platform.Text;
using QwenCode.Tools;
using QwenCode.Workspaces;

namespace QwenCode.Permissions;

/// <summary>Judges calls of tools that run no commands: by deny rules, ask rules, allow rules, then by the consent of the tool.</summary>
internal static class CallJudge
{
    public static CallRuling Judge(RuleSet rules, Workspace workspace, PolicyReading reading, ToolConsent own)
    {
        if (reading.Command is not null)
        {
            return ShellJudge.Judge(rules, workspace, reading.Tool, reading.Analyze(), own);
        }

        var call = new Call(workspace, reading.Tool, reading.Arguments);
        if (Find(rules.Deny, call, out var isDoubtful) is { } deny)
        {
            return new CallRuling(PermissionDecision.Deny, deny, false, true, []);
        }

        var ask = Find(rules.Ask, call, out var isDoubtfulToo);
        if (ask is not null || isDoubtful || isDoubtfulToo)
        {
            return new CallRuling(PermissionDecision.Ask, ask, true, true, []);
        }

        var own2 = own is ToolConsent.Allow ? PermissionDecision.Allow : PermissionDecision.Ask;
        return FindAllowing(rules, call) is { } allow
            ? new CallRuling(PermissionDecision.Allow, own2 is PermissionDecision.Allow ? null : allow, false, true, [])
            : new CallRuling(own2, null, false, false, []);
    }

    private static PermissionRule? Find(IEnumerable<PermissionRule> rules, Call call, out bool isDoubtful)
    {
        isDoubtful = false;
        foreach (var rule in rules)
        {
            if (!rule.Names(call.Name, call.Source) && !rule.Names(call.Tool.Name, call.Tool.Source))
            {
                continue;
            }

            var matches = ToolNames.IsMcp(rule.Tool) ? true : rule.Kind switch
            {
                SpecifierKind.None => true,
                SpecifierKind.Path => call.Paths.Any(path => call.Matcher.Restricts(rule.Specifier!, path, isPattern: false)),
                SpecifierKind.Domain => call.Host is { } host && DomainRule.Matches(rule.Specifier!, host),
                SpecifierKind.Literal => string.Equals(rule.Specifier, call.Literal, StringComparison.OrdinalIgnoreCase),
                _ => false,
            };
            if (matches)
            {
                return rule;
            }

            // An address whose host is unknown may lead to any host.
            isDoubtful |= rule.Kind is SpecifierKind.Domain && call.Host is null;
        }

        return null;
    }

    private static PermissionRule? FindAllowing(RuleSet rules, Call call)
    {
        PermissionRule? last = null;
        var open = call.Paths.ToList();
        foreach (var rule in rules.Allow)
        {
            if (!rule.Permits(call.Name, call.Source) && !rule.Permits(call.Tool.Name, call.Tool.Source))
            {
                continue;
            }

            switch (rule.Kind)
            {
                // Files that programs obey later are more than the rule says; a rule with a path can name them.
                case SpecifierKind.None when !call.Paths.Any(call.ChangesObeyed):
                    return rule;
                case SpecifierKind.Domain when call.Host is { } host && DomainRule.Matches(rule.Specifier!, host):
                    return rule;
                case SpecifierKind.Literal when !ToolNames.IsMcp(rule.Tool) && rule.Specifier == call.Literal:
                    return rule;
                case SpecifierKind.Path when open.RemoveAll(path => call.Matcher.Allows(rule.Specifier!, path)
                    && !(rule.Specifier!.Contains("**", StringComparison.Ordinal) && call.ChangesObeyed(path))) > 0:
                    last = rule;
                    break;
            }
        }

        return open.Count == 0 ? last : null;
    }

    private sealed class Call(Workspace workspace, ToolDeclaration tool, ToolArguments arguments)
    {
        public PathRule Matcher { get; } = new(workspace);

        public ToolDeclaration Tool => tool;

        /// <summary>Gets the name that rules for an MCP server go by: reading a resource is a call of its server.</summary>
        public string Name => Server is { } server ? McpNames.Of(server, tool.Name) : tool.Name;

        public string Source => Server is { } server ? $"mcp:{server}" : tool.Source;

        private string? Server { get; } = tool.Name is "read_mcp_resource" ? arguments.String("server_name") : null;

        public IReadOnlyList<string> Paths { get; } = CallValues.Paths(tool.Name, arguments, workspace);

        public bool ChangesObeyed(string path) => Array.IndexOf(ToolNames.EditGroup, tool.Name) >= 0 && ObeyedFiles.Contains(path);

        public string? Host { get; } = CallValues.Host(arguments);

        public string? Literal { get; } = CallValues.Literal(tool.Name, arguments);
    }
}
