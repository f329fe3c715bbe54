using QwenCode.Permissions;

namespace QwenCode.Configuration.Layers;

/// <summary>Reads <c>agents.NAME.permissions</c>. What is not understood is an error: it might forbid something.</summary>
internal static class AgentRules
{
    /// <summary>Reads the rules of all agents, by name without regard to case.</summary>
    /// <exception cref="SettingsException">Something is no list of rules.</exception>
    public static Dictionary<string, IReadOnlyList<AgentPermissions>> Read(Settings settings)
    {
        var all = new Dictionary<string, IReadOnlyList<AgentPermissions>>(StringComparer.OrdinalIgnoreCase);
        if (settings.Find("agents") is not { IsObject: true } agents)
        {
            return all;
        }

        foreach (var (name, agent) in agents.Members)
        {
            if (agent.Member("permissions") is { Kind: not System.Text.Json.JsonValueKind.Null } node)
            {
                var key = $"agents.{name}.permissions";
                all[name] = [.. all.GetValueOrDefault(name) ?? [], .. (node.IsArray ? node.Items : [node]).Select(part => Read(key, part))];
            }
        }

        return all;
    }

    private static AgentPermissions Read(string key, SettingsNode node)
    {
        if (!node.IsObject)
        {
            throw Settings.WrongKind(key, node, "an object with the lists allow, ask and deny");
        }

        foreach (var (name, list) in node.Members)
        {
            if (name is not ("allow" or "ask" or "deny"))
            {
                throw new SettingsException(list.Origin.File, list.Origin.Line, $"{key}.{name}",
                    "is no list of rules. The lists are allow, ask and deny.");
            }
        }

        return new AgentPermissions($"{node.Origin}: {key}")
        {
            Allow = List("allow"),
            Ask = List("ask") ?? [],
            Deny = List("deny") ?? [],
        };

        List<PermissionRuleText>? List(string name) => node.Member(name) is { Kind: not System.Text.Json.JsonValueKind.Null } list
            ? Settings.Entries($"{key}.{name}", list)
                .ConvertAll(entry => new PermissionRuleText(entry.Text, $"{entry.Origin}: {key}.{name}[{entry.Index}]"))
            : null;
    }
}
