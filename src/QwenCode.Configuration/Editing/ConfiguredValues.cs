using System.Text;
using System.Text.Json;
using QwenCode.Configuration.Catalogue;
using QwenCode.Configuration.Layers;

namespace QwenCode.Configuration.Editing;

/// <summary>Lists settings without giving secrets away, and reads new values as a user types them.</summary>
public static class ConfiguredValues
{
    private const string CommandLine = "<command line>";
    private const string Stars = "********";

    private static readonly string[] SecretNames =
        ["key", "token", "secret", "password", "passwd", "credential", "authorization", "cookie"];

    /// <summary>Returns what the files say below a key, one entry for each value that holds no others.</summary>
    /// <param name="settings">The settings.</param>
    /// <param name="key">The dotted key; empty for all.</param>
    public static IReadOnlyList<ConfiguredValue> List(Settings settings, string key = "")
    {
        ArgumentNullException.ThrowIfNull(settings);
        ArgumentNullException.ThrowIfNull(key);
        var found = new List<ConfiguredValue>();
        var node = settings.AsWritten();
        foreach (var name in key.Length == 0 ? [] : key.Split('.'))
        {
            if (node?.Member(name) is not { Kind: not JsonValueKind.Null } member)
            {
                return [];
            }

            node = member;
        }

        if (node is not null)
        {
            Add(found, key, node);
        }

        return found;
    }

    /// <summary>Reads a value for a setting.</summary>
    /// <param name="key">The dotted key.</param>
    /// <param name="text">The value: JSON, or a plain text for a setting that takes one.</param>
    /// <returns>The value as JSON.</returns>
    /// <exception cref="SettingsException">The key is not known, or the value does not fit it; the message says what does.</exception>
    public static JsonElement Parse(string key, string text)
    {
        ArgumentException.ThrowIfNullOrEmpty(key);
        ArgumentNullException.ThrowIfNull(text);
        var row = RowOf(key);
        var node = Read(text) is { } json && row.Kind != SettingKind.Text && Fits(row, json) ? json : Plain(row, text);
        if (node is null || !Fits(row, node))
        {
            throw new SettingsException(CommandLine, 0, key, $"must be {SettingFit.Describe(row)}.");
        }

        return node.ToElement();
    }

    /// <summary>Returns the row of a key that can be set.</summary>
    /// <param name="key">The dotted key.</param>
    /// <exception cref="SettingsException">The key is not known, or groups others.</exception>
    public static SettingKey RowOf(string key)
    {
        ArgumentException.ThrowIfNullOrEmpty(key);
        if (SettingsTable.Find(key) is { } row)
        {
            return row;
        }

        var nearest = NearestKey.Find(key);
        throw new SettingsException(CommandLine, 0, key, SettingsTable.IsGroup(key) ? "holds other settings; name one of them."
            : nearest is null ? "is not known." : $"is not known. Did you mean '{nearest}'?");
    }

    /// <summary>Returns whether the value of a key is never printed.</summary>
    /// <param name="key">The dotted key.</param>
    public static bool IsSecret(string key)
    {
        ArgumentNullException.ThrowIfNull(key);
        var last = key[(key.LastIndexOf('.') + 1)..];
        return SettingsTable.Find(key) is { IsSecret: true } || key.Contains(".env.", StringComparison.Ordinal)
            || key.StartsWith("env.", StringComparison.Ordinal) || key.Contains("eaders.", StringComparison.Ordinal)
            || (last is not ("envKey" or "keyFile") && SecretNames.Any(name => last.EndsWith(name, StringComparison.OrdinalIgnoreCase)));
    }

    private static void Add(List<ConfiguredValue> found, string key, SettingsNode node)
    {
        if (node.IsObject && node.Members.Count > 0)
        {
            foreach (var (name, member) in node.Members)
            {
                if (member.Kind != JsonValueKind.Null && !(key.Length == 0 && name.StartsWith('$')))
                {
                    Add(found, key.Length == 0 ? name : $"{key}.{name}", member);
                }
            }

            return;
        }

        found.Add(new(key, IsSecret(key) && !IsReference(node) ? Starred(node.Origin) : Masked(key, node).ToElement(), node.Origin));
    }

    // The items of an array, such as the entries of a provider, may hold secrets, too.
    private static SettingsNode Masked(string key, SettingsNode node)
    {
        if (!node.IsArray && !node.IsObject)
        {
            return node;
        }

        var copy = node.IsArray ? SettingsNode.Array(node.Origin) : SettingsNode.Object(node.Origin);
        foreach (var item in node.Items)
        {
            copy.Items.Add(Masked(key + "[]", item));
        }

        foreach (var (name, member) in node.Members)
        {
            var below = $"{key}.{name}";
            copy.Members[name] = IsSecret(below) && !IsReference(member) && !member.IsObject && !member.IsArray
                ? SettingsNode.Scalar(JsonValueKind.String, Stars, member.Origin) : Masked(below, member);
        }

        return copy;
    }

    // A variable's name is no secret.
    private static bool IsReference(SettingsNode node) => node.Kind == JsonValueKind.String
        && node.Text.StartsWith('$') && node.Text.AsSpan(1).Trim("{}").IndexOfAnyExcept(NameLetters) < 0;

    private static readonly System.Buffers.SearchValues<char> NameLetters =
        System.Buffers.SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_");

    private static JsonElement Starred(SettingsOrigin origin) => SettingsNode.Scalar(JsonValueKind.String, Stars, origin).ToElement();

    private static bool Fits(SettingKey row, SettingsNode node) => node.Kind != JsonValueKind.Null && SettingFit.Fits(row, node);

    private static SettingsNode? Plain(SettingKey row, string text)
    {
        var origin = new SettingsOrigin(SettingsScope.CommandLine, CommandLine, 0);
        var node = SettingsNode.Scalar(JsonValueKind.String, text, origin);
        if ((row.Kind & SettingKind.Text) != 0)
        {
            return node;
        }

        if ((row.Kind & SettingKind.List) == 0)
        {
            return null;
        }

        var list = SettingsNode.Array(origin);
        list.Items.Add(node);
        return list;
    }

    private static SettingsNode? Read(string text)
    {
        try
        {
            return SettingsReader.Parse(Encoding.UTF8.GetBytes($"{{\"value\":{text}\n}}"), SettingsScope.CommandLine, CommandLine)
                is { Members.Count: 1 } root ? root.Member("value") : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
