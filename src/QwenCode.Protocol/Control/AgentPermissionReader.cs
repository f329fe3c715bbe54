using System.Text.Json;
using QwenCode.Permissions;
using QwenCode.Platform.Json;

namespace QwenCode.Protocol.Control;

/// <summary>Reads the permission rules of a host's agent, which mean what they mean in an agent file.</summary>
/// <param name="findRuleFault">What is wrong with a rule; <c>null</c> for nothing.</param>
internal sealed class AgentPermissionReader(Func<string, string?> findRuleFault)
{
    /// <summary>Reads the member <c>permissions</c>.</summary>
    /// <param name="agent">The agent.</param>
    /// <param name="path">Its place in the request.</param>
    /// <returns>The rules; <c>null</c> if there is no such member.</returns>
    /// <exception cref="HostRequestException">
    /// Something of it is not understood: a rule that is passed over might forbid something.
    /// </exception>
    public AgentPermissions? Read(JsonElement agent, string path)
    {
        path += ".permissions";
        var given = agent.Member("permissions");
        if (given.ValueKind is JsonValueKind.Undefined or JsonValueKind.Null)
        {
            return null;
        }

        if (given.ValueKind is not JsonValueKind.Object)
        {
            throw new HostRequestException($"{path} must be an object with the lists allow, ask and deny.");
        }

        var lists = new Dictionary<string, IReadOnlyList<PermissionRuleText>>(StringComparer.Ordinal);
        foreach (var list in given.EnumerateObject())
        {
            var name = InitializeRequest.NameOf(list);
            if (name is not ("allow" or "ask" or "deny"))
            {
                throw new HostRequestException($"{path} holds something that is no list of rules; the lists are allow, ask and deny.");
            }

            if (!lists.TryAdd(name, Rules(list.Value, $"{path}.{name}")))
            {
                throw new HostRequestException($"{path}.{name} is there more than once.");
            }
        }

        return new AgentPermissions(path)
        {
            Allow = lists.GetValueOrDefault("allow"),
            Ask = lists.GetValueOrDefault("ask") ?? [],
            Deny = lists.GetValueOrDefault("deny") ?? [],
        };
    }

    private List<PermissionRuleText> Rules(JsonElement value, string path)
    {
        if (value.ValueKind is not (JsonValueKind.Array or JsonValueKind.String))
        {
            throw new HostRequestException($"{path} must be a list of rules.");
        }

        var rules = new List<PermissionRuleText>();
        foreach (var item in value.ValueKind is JsonValueKind.Array ? value.EnumerateArray().ToArray() : [value])
        {
            var place = value.ValueKind is JsonValueKind.Array ? $"{path}[{rules.Count}]" : path;
            if (item.ValueKind is not JsonValueKind.String || item.Text() is not { } text)
            {
                throw new HostRequestException($"{place} must be a string.");
            }

            if (findRuleFault(text) is { } fault)
            {
                throw new HostRequestException($"{place}: the rule \"{text}\" is not valid: {fault}");
            }

            rules.Add(new PermissionRuleText(text, place));
        }

        return rules;
    }
}
