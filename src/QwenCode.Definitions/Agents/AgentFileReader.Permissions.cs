using QwenCode.Definitions.Markdown;
using QwenCode.Permissions;

namespace QwenCode.Definitions.Agents;

/// <content>The permission rules of an agent.</content>
internal sealed partial class AgentFileReader
{
    // What is not understood of it makes the file unusable: a rule that is passed over might forbid something.
    private AgentPermissions? Permissions(string file)
    {
        const string key = "permissions";
        if (_document.Find(key) is not { } value)
        {
            return null;
        }

        if (_document.Entries.Count(static entry => entry.Key is key) > 1)
        {
            Error(value, $"'{key}' is there more than once; write all rules into one");
        }

        if (value.Members is null)
        {
            Error(value, $"'{key}' must be a map with the lists allow, ask and deny, but is {value.Kind}");
            return null;
        }

        foreach (var (name, list) in value.Members)
        {
            if (name is not ("allow" or "ask" or "deny"))
            {
                Error(list, $"'{key}.{name}' is no list of rules; the lists are allow, ask and deny");
            }
        }

        return new AgentPermissions($"{file}:{value.Line}: {key}")
        {
            Allow = Rules(file, value, "allow"),
            Ask = Rules(file, value, "ask") ?? [],
            Deny = Rules(file, value, "deny") ?? [],
        };
    }

    private List<PermissionRuleText>? Rules(string file, FrontMatterValue permissions, string list)
    {
        if (permissions.Members!.GetValueOrDefault(list) is not { } value)
        {
            return null;
        }

        var rules = new List<PermissionRuleText>();
        if (value.Members is not null || value.IsNull)
        {
            Error(value, $"'permissions.{list}' must be a list of rules, but is {value.Kind}");
            return rules;
        }

        foreach (var item in value.Items ?? [value])
        {
            if (item.Text is not { } text || !(item.IsQuoted || item.IsString))
            {
                Error(item, $"'permissions.{list}' must hold rules only, but holds {item.Kind}");
            }
            else if (_findRuleFault?.Invoke(text) is { } fault)
            {
                Error(item, $"'permissions.{list}': the rule \"{text}\" is not valid: {fault.TrimEnd('.')}");
            }
            else
            {
                rules.Add(new PermissionRuleText(text, $"{file}:{item.Line}: permissions.{list}"));
            }
        }

        return rules;
    }
}
