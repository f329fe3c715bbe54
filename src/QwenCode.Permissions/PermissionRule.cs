using QwenCode.Permissions.Matching;

namespace QwenCode.Permissions;

/// <summary>What the specifier of a rule is compared with.</summary>
public enum SpecifierKind
{
    /// <summary>No specifier: the rule applies to every call.</summary>
    None,

    /// <summary>A shell command.</summary>
    Command,

    /// <summary>A path.</summary>
    Path,

    /// <summary>A host.</summary>
    Domain,

    /// <summary>The type of an agent or the name of a skill, exactly.</summary>
    Literal,
}

/// <summary>One permission rule: <c>Tool</c> or <c>Tool(specifier)</c>.</summary>
public sealed record PermissionRule
{
    private PermissionRule(string raw, string origin, string tool, SpecifierKind kind, string? specifier)
    {
        (Raw, Origin, Tool, Kind, Specifier) = (raw, origin, tool, kind, specifier);
        Command = kind is SpecifierKind.Command ? RulePattern.ForCommand(specifier!) : null;
    }

    /// <summary>Gets the rule as written.</summary>
    public string Raw { get; }

    /// <summary>Gets where the rule is written.</summary>
    public string Origin { get; }

    /// <summary>Gets the tool by its own name, aliases resolved; an MCP pattern as written.</summary>
    public string Tool { get; }

    /// <summary>Gets what the specifier is compared with.</summary>
    public SpecifierKind Kind { get; }

    /// <summary>Gets the specifier, with <c>:*</c> replaced by <c> *</c>.</summary>
    public string? Specifier { get; }

    internal RulePattern? Command { get; }

    /// <summary>Gets the names that any command has which the rule covers, in order: the program, and what follows it.</summary>
    internal IReadOnlyList<string> Mentioned => field ??= NamesIn(Specifier);

    /// <summary>Parses a rule.</summary>
    /// <param name="text">The rule.</param>
    /// <param name="origin">Where the rule is written, for messages.</param>
    /// <exception cref="PermissionRuleException">The rule is not valid.</exception>
    public static PermissionRule Parse(string text, string origin)
    {
        ArgumentNullException.ThrowIfNull(text);
        var rule = text.Trim();
        PermissionRuleException Bad(string problem) => new(text, origin, problem);
        if (rule.Length == 0)
        {
            throw Bad("it is empty. Remove it.");
        }

        if (rule.Any(static c => c < ' ' && c is not ('\t' or '\n')))
        {
            throw Bad("it holds control characters. Remove them.");
        }

        var open = rule.IndexOf('(', StringComparison.Ordinal);
        if (ToolNames.IsMcp(rule) && rule.AsSpan(0, rule.Length - 1).Contains('*'))
        {
            throw Bad("a '*' in the name of an MCP tool may only stand at its end, as in mcp__server__*. Name each server, or write "
                + "mcp__*.");
        }

        if (open < 0)
        {
            return rule.Contains(')', StringComparison.Ordinal)
                ? throw Bad("a ')' closes nothing. Write Tool or Tool(specifier).")
                : new PermissionRule(rule, origin, ToolNames.Canonical(rule), SpecifierKind.None, null);
        }

        var name = rule[..open].Trim();
        if (name.Length == 0)
        {
            throw Bad("no tool is named before '('. Write Tool(specifier).");
        }

        if (!rule.EndsWith(')'))
        {
            throw Bad("the last character should be ')'. Write Tool(specifier).");
        }

        var specifier = rule[(open + 1)..^1].Trim();
        var colon = specifier.IndexOf(":*", StringComparison.Ordinal);
        specifier = colon < 0 ? specifier : $"{specifier[..colon]} *{specifier[(colon + 2)..]}";
        if (specifier.Trim().Length == 0)
        {
            throw Bad("nothing stands between the parentheses. Leave them out to mean every call.");
        }

        var tool = ToolNames.Canonical(name);
        return new PermissionRule(rule, origin, tool, KindOf(tool), specifier);
    }

    /// <summary>Returns what is wrong with a rule and how to mend it; <c>null</c> if nothing is.</summary>
    /// <param name="text">The rule.</param>
    public static string? FindFault(string text)
    {
        try
        {
            Parse(text, string.Empty);
            return null;
        }
        catch (PermissionRuleException fault)
        {
            return fault.Problem;
        }
    }

    /// <summary>Returns whether the rule applies to a tool.</summary>
    /// <param name="toolName">The registered name of the tool.</param>
    /// <param name="source">The source of the tool, from its declaration.</param>
    internal bool Names(string toolName, string? source = null) => ToolNames.IsMcp(Tool)
        ? ToolNames.IsMcp(toolName) && McpPattern.Matches(Tool, toolName, source)
        : ToolNames.Covers(Tool, toolName);

    /// <summary>Returns whether the rule, as one that allows, applies to a tool. Names that only look alike are not enough.</summary>
    /// <param name="toolName">The registered name of the tool.</param>
    /// <param name="source">The source of the tool, from its declaration.</param>
    internal bool Permits(string toolName, string? source = null) => ToolNames.IsMcp(Tool)
        ? ToolNames.IsMcp(toolName) && McpPattern.Allows(Tool, toolName, source)
        : ToolNames.Covers(Tool, toolName);

    private static List<string> NamesIn(string? specifier)
    {
        var names = new List<string>();
        var known = (specifier ?? string.Empty).Split('*')[0];
        var isCut = known.Length < (specifier?.Length ?? 0) && !known.EndsWith(' ');
        var end = isCut ? known.LastIndexOf(' ') : known.Length;
        Shell.Mentions.Add(names, end <= 0 ? string.Empty : known[..end]);
        return names;
    }

    private static SpecifierKind KindOf(string tool) => tool switch
    {
        ToolNames.Shell => SpecifierKind.Command,
        "web_fetch" => SpecifierKind.Domain,
        _ when Array.IndexOf(ToolNames.ReadGroup, tool) >= 0 || Array.IndexOf(ToolNames.EditGroup, tool) >= 0 => SpecifierKind.Path,
        _ => SpecifierKind.Literal,
    };
}
