using System.Text;
using System.Text.Json;
using QwenCode.Configuration.Layers;

namespace QwenCode.Configuration.Servers;

/// <summary>
/// Puts variables into the entry of an MCP server that a project brings: <c>${NAME}</c>, and <c>${NAME:-TEXT}</c> with what stands there if
/// the variable is not set or empty.
/// </summary>
public static class ServerVariables
{
    /// <summary>Fills in the variables.</summary>
    /// <param name="entry">The entry.</param>
    /// <param name="variables">The variables.</param>
    /// <returns>The entry, and a sentence about the first variable that is missing; <c>null</c> if none is.</returns>
    public static (JsonElement Entry, string? Problem) Fill(JsonElement entry, IReadOnlyDictionary<string, string> variables)
    {
        var origin = new SettingsOrigin(SettingsScope.Project, string.Empty, 0);
        var node = SettingsReader.Parse(Encoding.UTF8.GetBytes(entry.GetRawText()), origin.Scope, string.Empty);
        string? problem = null;
        return (Fill(node, string.Empty, variables, ref problem).ToElement(), problem);
    }

    internal static SettingsNode Fill(SettingsNode node, string key, IReadOnlyDictionary<string, string> variables, ref string? problem)
    {
        switch (node.Kind)
        {
            case JsonValueKind.String:
                return node.With(Fill(node.Text, key, variables, ref problem));
            case JsonValueKind.Object:
                var map = SettingsNode.Object(node.Origin, index: node.Index);
                foreach (var (name, value) in node.Members)
                {
                    map.Members[name] = Fill(value, key.Length == 0 ? name : $"{key}.{name}", variables, ref problem);
                }

                return map;
            case JsonValueKind.Array:
                var list = SettingsNode.Array(node.Origin, index: node.Index);
                foreach (var item in node.Items)
                {
                    list.Items.Add(Fill(item, $"{key}[{list.Items.Count}]", variables, ref problem));
                }

                return list;
            default:
                return node;
        }
    }

    private static string Fill(string text, string key, IReadOnlyDictionary<string, string> variables, ref string? problem)
    {
        var filled = new StringBuilder(text.Length);
        for (var at = 0; at < text.Length;)
        {
            var start = text.IndexOf("${", at, StringComparison.Ordinal);
            var end = start < 0 ? -1 : text.IndexOf('}', start);
            if (end < 0)
            {
                return filled.Append(text, at, text.Length - at).ToString();
            }

            var inside = text[(start + 2)..end];
            var dash = inside.IndexOf(":-", StringComparison.Ordinal);
            var name = dash < 0 ? inside : inside[..dash];
            filled.Append(text, at, start - at);
            at = end + 1;
            if (name.Length == 0 || !name.All(static character => char.IsAsciiLetterOrDigit(character) || character is '_'))
            {
                filled.Append(text, start, at - start);
            }
            else if (variables.GetValueOrDefault(name) is { Length: > 0 } value)
            {
                filled.Append(value);
            }
            else if (dash >= 0)
            {
                filled.Append(inside, dash + 2, inside.Length - dash - 2);
            }
            else
            {
                problem ??= $"\"{key}\" needs the variable {name}, which is not set; set it, or write ${{{name}:-TEXT}}.";
            }
        }

        return filled.ToString();
    }
}
