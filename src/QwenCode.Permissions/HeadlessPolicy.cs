
namespace QwenCode.Permissions;

/// <summary>Lists the tools that are not offered if no user can approve calls.</summary>
public static class HeadlessPolicy
{
    /// <summary>Lists the tools to deny in a headless run with text input.</summary>
    /// <param name="mode">The approval mode.</param>
    /// <param name="allowRules">Every allow rule, as written.</param>
    /// <param name="coreTools">The list of core tools, as written.</param>
    /// <remarks>
    /// A rule lifts the denial only if it uses the registered name of the tool, as existing scripts expect; the core list may use aliases.
    /// </remarks>
    public static IReadOnlyList<string> DeniedTools(ApprovalMode mode, IEnumerable<string> allowRules, IEnumerable<string> coreTools)
    {
        string[] candidates = mode switch
        {
            ApprovalMode.Yolo => [],
            ApprovalMode.AutoEdit => [ToolNames.Shell],
            _ => [ToolNames.Shell, "edit", "write_file"],
        };
        var named = allowRules.Select(static rule => rule.Split('(')[0].Trim())
            .Concat(coreTools.Select(static entry => ToolNames.Canonical(entry.Split('(')[0].Trim())))
            .ToHashSet(StringComparer.Ordinal);
        return [.. candidates.Where(tool => !named.Contains(tool))];
    }
}
