using System.Globalization;
using System.Text.Json;
using QwenCode.Configuration.Layers;

namespace QwenCode.Configuration.Catalogue;

/// <summary>What values fit a setting.</summary>
internal static class SettingFit
{
    public const SettingKind Anything = SettingKind.Boolean | SettingKind.Text | SettingKind.Number | SettingKind.List | SettingKind.Items
        | SettingKind.Map;

    /// <summary>Returns whether a value fits, also in a form that other versions write and that is understood.</summary>
    public static bool Fits(SettingKey key, SettingsNode node) => node.Kind switch
    {
        JsonValueKind.Null => true,
        JsonValueKind.True or JsonValueKind.False => Takes(key, SettingKind.Boolean),
        JsonValueKind.Object => Takes(key, SettingKind.Map)
            || (Takes(key, SettingKind.Boolean) && SettingsTolerance.AsBoolean(node) is not null),
        JsonValueKind.Array => Takes(key, SettingKind.Items)
            || (Takes(key, SettingKind.List) && node.Items.TrueForAll(static item => item.Kind == JsonValueKind.String)),
        JsonValueKind.Number => Takes(key, SettingKind.Number | SettingKind.Whole) && IsNumber(key, node.Text),
        _ => FitsText(key, node),
    };

    /// <summary>Describes what a setting takes.</summary>
    public static string Describe(SettingKey key)
    {
        if (key.Words.Count > 0)
        {
            return $"one of {string.Join(", ", key.Words)}";
        }

        var kinds = new List<string>();
        Add(SettingKind.Boolean, "true or false");
        Add(SettingKind.Text, "a string");
        Add(SettingKind.Whole, "a whole number");
        Add(SettingKind.Number, "a number");
        Add(SettingKind.List, "a list of strings");
        Add(SettingKind.Items, "an array");
        Add(SettingKind.Map, "an object");
        var bounds = (key.Least, key.Most) switch
        {
            ({ } least, { } most) => string.Create(CultureInfo.InvariantCulture, $" from {least} to {most}"),
            ({ } least, null) => string.Create(CultureInfo.InvariantCulture, $" of at least {least}"),
            _ => string.Empty,
        };
        return string.Join(" or ", kinds) + bounds;

        void Add(SettingKind kind, string text)
        {
            if (Takes(key, kind))
            {
                kinds.Add(text);
            }
        }
    }

    private static bool FitsText(SettingKey key, SettingsNode node)
    {
        if (Takes(key, SettingKind.Text))
        {
            return key.Words.Count == 0 || IsWord(key, node.Text) || node.Text.Contains('$', StringComparison.Ordinal);
        }

        // What Settings understands all the same: a list of one, a number or a boolean in quotes.
        return Takes(key, SettingKind.List)
            || (Takes(key, SettingKind.Boolean) && SettingsTolerance.AsBoolean(node) is not null)
            || (Takes(key, SettingKind.Number | SettingKind.Whole) && IsNumber(key, node.Text));
    }

    private static bool IsWord(SettingKey key, string text)
    {
        foreach (var word in key.Words)
        {
            if (word == text)
            {
                return true;
            }
        }

        return key.Key == "tools.approvalMode" && QwenCode.Permissions.ApprovalModes.TryParseLenient(text, out _);
    }

    private static bool IsNumber(SettingKey key, string text) =>
        double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && double.IsFinite(number)
        && (Takes(key, SettingKind.Number) || number == Math.Truncate(number))
        && !(number < key.Least) && !(number > key.Most);

    private static bool Takes(SettingKey key, SettingKind kind) => (key.Kind & kind) != 0;
}
