using System.Collections.Immutable;
using QwenCode.Permissions.Matching;
using QwenCode.Tools;
using QwenCode.Workspaces;

namespace QwenCode.Permissions;

/// <summary>Judges calls by rules. Safe on any thread; each verdict uses one snapshot of the rules.</summary>
public sealed class PermissionPolicy : IPermissionPolicy
{
    private readonly PermissionPolicyOptions _options;
    private readonly HashSet<string>? _coreTools;
    private RuleSet _rules;
    private int _parsedScripts;

    /// <summary>Initializes the policy.</summary>
    /// <param name="options">The rules and the workspace they apply to.</param>
    /// <exception cref="PermissionRuleException">A deny or ask rule is not valid. Ignoring it would allow what it forbids.</exception>
    public PermissionPolicy(PermissionPolicyOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        _options = options;
        _coreTools = options.CoreTools.Count == 0 ? null
            : [.. options.CoreTools.Select(static entry => ToolNames.Canonical(entry.Split('(')[0].Trim()))];
        var problems = new List<string>();
        _rules = new RuleSet(
            ParseAllow(options.Allow, problems),
            [.. options.Ask.Select(static rule => PermissionRule.Parse(rule.Text, rule.Origin))],
            [.. options.Deny.Select(static rule => PermissionRule.Parse(rule.Text, rule.Origin))]);
        Problems = problems;
    }

    /// <summary>Gets messages for the user about allow rules that are ignored. Ignoring them allows less, never more.</summary>
    public IReadOnlyList<string> Problems { get; }

    /// <summary>Gets the workspace the rules apply to.</summary>
    public Workspace Workspace => _options.Workspace;

    internal RuleSet Rules => Volatile.Read(ref _rules);

    /// <summary>Gets how many scripts have been parsed for the calls that this policy has read.</summary>
    internal int ParsedScripts => Volatile.Read(ref _parsedScripts);

    /// <inheritdoc/>
    public string? FindBan(string toolName)
    {
        ArgumentNullException.ThrowIfNull(toolName);
        foreach (var rule in Rules.Deny)
        {
            if ((rule.Kind is SpecifierKind.None || ToolNames.IsMcp(rule.Tool)) && rule.Names(toolName))
            {
                return rule.Raw;
            }
        }

        return _coreTools is not null && ToolNames.CoreSet.Contains(toolName) && !_coreTools.Contains(toolName) ? "tools.core" : null;
    }

    /// <inheritdoc/>
    public CallReading Read(ToolDeclaration tool, ToolArguments arguments) => new PolicyReading(this, tool, arguments);

    /// <inheritdoc/>
    public Func<string, bool>? ReadableBy(string toolName)
    {
        ArgumentNullException.ThrowIfNull(toolName);
        var rules = Rules;
        if (toolName is "web_fetch")
        {
            var domains = rules.Deny.Concat(rules.Ask).Where(static rule => rule.Kind is SpecifierKind.Domain)
                .Select(static rule => rule.Specifier!).ToArray();
            return domains.Length == 0 ? null : url => DomainRule.HostOf(url) is { } host
                && !Array.Exists(domains, domain => DomainRule.Matches(domain, host));
        }

        if (Array.IndexOf(ToolNames.ReadGroup, toolName) < 0)
        {
            return null;
        }

        var specifiers = rules.Deny.Concat(rules.Ask).Where(rule => rule.Kind is SpecifierKind.Path && rule.Names(toolName))
            .Select(static rule => rule.Specifier!).ToArray();
        return specifiers.Length == 0 ? null : PathRule.Unrestricted(specifiers, Workspace);
    }

    /// <inheritdoc/>
    /// <exception cref="PermissionRuleException">A deny or ask rule is not valid.</exception>
    public IPermissionPolicy NarrowTo(AgentPermissions permissions) => new NarrowedPolicy(this, Workspace, permissions);

    /// <summary>Reads and judges a call that is not asked about again.</summary>
    /// <param name="tool">The tool that is called.</param>
    /// <param name="arguments">The arguments of the call.</param>
    /// <param name="own">Whether the tool itself wants approval.</param>
    public PermissionVerdict Judge(ToolDeclaration tool, ToolArguments arguments, ToolConsent own) => Read(tool, arguments).Judge(own);

    /// <inheritdoc/>
    /// <exception cref="PermissionRuleException">A rule is not valid; none was added.</exception>
    public void Allow(IReadOnlyList<string> rules, PermissionScope scope)
    {
        ArgumentNullException.ThrowIfNull(rules);
        AllowForSession(rules);
        _options.Persist(rules, scope);
    }

    /// <summary>Adds rules until the session ends.</summary>
    /// <param name="rules">The rules.</param>
    /// <exception cref="PermissionRuleException">A rule is not valid; none was added.</exception>
    public void AllowForSession(IReadOnlyList<string> rules)
    {
        ArgumentNullException.ThrowIfNull(rules);
        var parsed = rules.Select(static rule => PermissionRule.Parse(rule, "session")).ToImmutableArray();
        Swap(current =>
            current with { Allow = [.. parsed.Where(rule => !current.Allow.Any(known => known.Raw == rule.Raw)), .. current.Allow] });
    }

    /// <summary>Returns the rules in force with more that allow.</summary>
    internal RuleSet RulesWith(IReadOnlyList<string> allow)
    {
        var rules = Rules;
        return rules with { Allow = [.. allow.Select(static rule => PermissionRule.Parse(rule, "session")), .. rules.Allow] };
    }

    internal void CountParse() => Interlocked.Increment(ref _parsedScripts);

    private void Swap(Func<RuleSet, RuleSet> change)
    {
        while (true)
        {
            var current = Rules;
            if (Interlocked.CompareExchange(ref _rules, change(current), current) == current)
            {
                return;
            }
        }
    }

    private static ImmutableArray<PermissionRule> ParseAllow(IReadOnlyList<PermissionRuleText> texts, List<string> problems)
    {
        var rules = ImmutableArray.CreateBuilder<PermissionRule>(texts.Count);
        foreach (var text in texts)
        {
            try
            {
                var rule = PermissionRule.Parse(text.Text, text.Origin);
                rules.Add(rule);
                if (ToolNames.IsMcp(rule.Tool) && rule.Specifier is not null)
                {
                    problems.Add($"{text.Origin}: \"{text.Text}\" allows nothing, because tools of MCP servers have no specifiers. "
                        + $"Write \"{rule.Tool}\" to allow every call.");
                }
            }
            catch (PermissionRuleException problem)
            {
                problems.Add(problem.Message);
            }
        }

        return rules.ToImmutable();
    }
}
