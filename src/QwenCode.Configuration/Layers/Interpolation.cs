using System.Text;
using System.Text.Json;

namespace QwenCode.Configuration.Layers;

/// <summary>Puts variables into strings: <c>$NAME</c> and <c>${NAME}</c>. A name nobody knows stays as it stands.</summary>
internal static class Interpolation
{
    public static SettingsNode Apply(SettingsNode node, IReadOnlyDictionary<string, string> variables)
    {
        switch (node.Kind)
        {
            case JsonValueKind.String:
                var text = Apply(node.Text, variables);
                return ReferenceEquals(text, node.Text) ? node : node.With(text);
            case JsonValueKind.Object:
                var copy = SettingsNode.Object(node.Origin, index: node.Index);
                var changed = false;
                foreach (var member in node.Members)
                {
                    var value = Apply(member.Value, variables);
                    changed |= !ReferenceEquals(value, member.Value);
                    copy.Members[member.Key] = value;
                }

                return changed ? copy : node;
            case JsonValueKind.Array:
                var array = SettingsNode.Array(node.Origin, index: node.Index);
                var differs = false;
                foreach (var item in node.Items)
                {
                    var value = Apply(item, variables);
                    differs |= !ReferenceEquals(value, item);
                    array.Items.Add(value);
                }

                return differs ? array : node;
            default:
                return node;
        }
    }

    public static string Apply(string text, IReadOnlyDictionary<string, string> variables)
    {
        var dollar = text.IndexOf('$', StringComparison.Ordinal);
        if (dollar < 0)
        {
            return text;
        }

        var result = new StringBuilder(text.Length).Append(text, 0, dollar);
        for (var i = dollar; i < text.Length;)
        {
            if (text[i] == '$' && NameAt(text, i, out var length) is { } name && variables.TryGetValue(name, out var value))
            {
                result.Append(value);
                i += length;
            }
            else
            {
                result.Append(text[i++]);
            }
        }

        return result.ToString();
    }

    private static string? NameAt(string text, int dollar, out int length)
    {
        var start = dollar + 1;
        if (start < text.Length && text[start] == '{')
        {
            var close = text.IndexOf('}', start);
            length = close - dollar + 1;
            return close > start + 1 ? text[(start + 1)..close] : null;
        }

        var end = start;
        while (end < text.Length && (char.IsAsciiLetterOrDigit(text[end]) || text[end] == '_'))
        {
            end++;
        }

        length = end - dollar;
        return end > start ? text[start..end] : null;
    }
}
