using System.Text.Json;

namespace QwenCode.Configuration.Layers;

/// <summary>Lays a stronger file over a weaker one.</summary>
internal static class SettingsMerge
{
    private enum Rule
    {
        /// <summary>Objects member by member, everything else as a whole.</summary>
        Deep,

        /// <summary>The members of this object as wholes.</summary>
        Shallow,

        /// <summary>The stronger file's items behind the weaker one's.</summary>
        Concatenate,

        /// <summary>As <see cref="Concatenate"/>, each text once.</summary>
        Union,

        /// <summary>A list of what each file says, the weaker one first.</summary>
        Stack,
    }

    public static SettingsNode Over(SettingsNode weaker, SettingsNode stronger) => Merge(weaker, stronger, string.Empty);

    private static SettingsNode Merge(SettingsNode weaker, SettingsNode stronger, string path)
    {
        // A null says nothing. Were it a value, "permissions": null in a project would wipe out the person's denials.
        if (stronger.Kind == JsonValueKind.Null)
        {
            return weaker;
        }

        var rule = RuleOf(path);
        if (rule is Rule.Stack)
        {
            return Join(AsList(weaker), AsList(stronger), rule);
        }

        // A lone string is a list of one. Were it not, a project that writes one would wipe out the person's denials.
        if (rule is Rule.Concatenate or Rule.Union && IsList(weaker) && IsList(stronger))
        {
            return Join(AsList(weaker), AsList(stronger), rule);
        }

        if (!weaker.IsObject || !stronger.IsObject)
        {
            // Nor does a value of the wrong kind lift rules.
            return weaker.IsObject && HoldsRules(path) ? weaker : stronger;
        }

        var merged = SettingsNode.Object(stronger.Origin);
        foreach (var member in weaker.Members)
        {
            merged.Members[member.Key] = member.Value;
        }

        foreach (var member in stronger.Members)
        {
            merged.Members[member.Key] = rule != Rule.Shallow && weaker.Members.TryGetValue(member.Key, out var below)
                ? Merge(below, member.Value, path.Length == 0 ? member.Key : path + "." + member.Key)
                : member.Value;
        }

        return merged;
    }

    private static bool HoldsRules(string path) =>
        path is "permissions" or "agents" || path.StartsWith("agents.", StringComparison.Ordinal);

    private static SettingsNode Join(SettingsNode weaker, SettingsNode stronger, Rule rule)
    {
        var joined = SettingsNode.Array(stronger.Origin);
        HashSet<string>? seen = rule == Rule.Union ? new(StringComparer.Ordinal) : null;
        foreach (var item in (SettingsNode[])[.. weaker.Items, .. stronger.Items])
        {
            if (seen is null || item.Kind != JsonValueKind.String || seen.Add(item.Text))
            {
                joined.Items.Add(item);
            }
        }

        return joined;
    }

    private static bool IsList(SettingsNode node) => node.IsArray || node.Kind == JsonValueKind.String;

    private static SettingsNode AsList(SettingsNode node)
    {
        if (node.IsArray)
        {
            return node;
        }

        var list = SettingsNode.Array(node.Origin);
        list.Items.Add(node);
        return list;
    }

    private static Rule RuleOf(string path) => path switch
    {
        "mcpServers" or "channels" or "env" => Rule.Shallow,
        "context.includeDirectories" or "mcp.allowed" or "mcp.excluded" => Rule.Concatenate,
        "permissions.allow" or "permissions.ask" or "permissions.deny" or "tools.exclude" or "advanced.excludedEnvVars" => Rule.Union,
        _ => path.StartsWith("hooks.", StringComparison.Ordinal) ? Rule.Concatenate
            : path.StartsWith("agents.", StringComparison.Ordinal) && path.EndsWith(".permissions", StringComparison.Ordinal) ? Rule.Stack
            : Rule.Deep,
    };
}
