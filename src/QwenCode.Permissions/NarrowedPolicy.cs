using QwenCode.Tools;
using QwenCode.Workspaces;

namespace QwenCode.Permissions;

/// <summary>The policy of an agent with rules of its own: of two verdicts the stricter counts.</summary>
internal sealed class NarrowedPolicy : IPermissionPolicy
{
    private readonly IPermissionPolicy _above;
    private readonly Workspace _workspace;
    private readonly PermissionPolicy _restrictions;
    private readonly PermissionPolicy? _list;
    private readonly string _origin;

    /// <param name="above">The policy of the agent that launches it.</param>
    /// <param name="workspace">The workspace that the rules apply to.</param>
    /// <param name="permissions">The agent's own rules.</param>
    /// <exception cref="PermissionRuleException">A deny or ask rule is not valid.</exception>
    public NarrowedPolicy(IPermissionPolicy above, Workspace workspace, AgentPermissions permissions)
    {
        ArgumentNullException.ThrowIfNull(permissions);
        (_above, _workspace, _origin) = (above, workspace, permissions.Origin);
        _restrictions = new PermissionPolicy(
            new PermissionPolicyOptions { Workspace = workspace, Ask = permissions.Ask, Deny = permissions.Deny });
        _list = permissions.Allow is { } list
            ? new PermissionPolicy(new PermissionPolicyOptions { Workspace = workspace, Allow = list }) : null;
    }

    /// <inheritdoc/>
    public string? FindBan(string toolName) => _above.FindBan(toolName) ?? _restrictions.FindBan(toolName);

    /// <inheritdoc/>
    public CallReading Read(ToolDeclaration tool, ToolArguments arguments) => new Reading(this, tool, arguments);

    /// <inheritdoc/>
    public Func<string, bool>? ReadableBy(string toolName) =>
        (_above.ReadableBy(toolName), _restrictions.ReadableBy(toolName)) switch
        {
            (null, var own) => own,
            (var above, null) => above,
            var (above, own) => path => above(path) && own(path),
        };

    /// <inheritdoc/>
    public IPermissionPolicy NarrowTo(AgentPermissions permissions) => new NarrowedPolicy(this, _workspace, permissions);

    /// <inheritdoc/>
    public void Allow(IReadOnlyList<string> rules, PermissionScope scope) => _above.Allow(rules, scope);

    private sealed class Reading(NarrowedPolicy policy, ToolDeclaration tool, ToolArguments arguments) : CallReading(tool, arguments)
    {
        private readonly PolicyReading _own = new(policy._list ?? policy._restrictions, tool, arguments);
        private readonly CallReading _above = policy._above.Read(tool, arguments);
        private readonly CallReading _restrictions = policy._restrictions.Read(tool, arguments);

        public override bool IsReadOnlyCommand => _own.IsReadOnlyCommand;

        public override PermissionVerdict Judge(ToolConsent own)
        {
            var above = _above.Judge(own);
            if (above.Decision is PermissionDecision.Deny)
            {
                return above;
            }

            var restricted = _restrictions.Judge(own);
            return restricted.Decision is PermissionDecision.Deny ? restricted
                : above.IsBeyondAgent ? above
                : policy._list is not null && _own.Judge(own).Decision is not PermissionDecision.Allow
                    ? new PermissionVerdict(PermissionDecision.Ask, $"{policy._origin}: allow", true) { IsBeyondAgent = true }
                : restricted.IsExplicitAsk ? restricted
                : above;
        }

        // What the session allows anyway is asked about only because of the agent, so the agent's rules say what is open in it.
        public override ToolConfirmation Refine(ToolConfirmation confirmation) => _above.Refine(confirmation) switch
        {
            ExecuteConfirmation { Roots.Count: 0 } bare when _own.Refine(bare) is ExecuteConfirmation own =>
                own with { SuggestedRules = [] },
            var refined => refined,
        };

        protected override bool StaysInside(Workspace workspace, IReadOnlyList<ToolLocation> locations) => _own.Stays(workspace, locations);
    }
}
