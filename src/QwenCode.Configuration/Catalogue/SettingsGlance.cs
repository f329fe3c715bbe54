using System.Text.Json;
using QwenCode.Configuration.Layers;

namespace QwenCode.Configuration.Catalogue;

/// <summary>
/// Looks whether a file may hold something wrong. It needs no table, only one text that is made of it, so that a start with sound files
/// pays for a few searches in a text; the table is loaded if this finds something.
/// </summary>
internal static class SettingsGlance
{
    /// <summary>Returns whether every key is known and every value fits. False sends the file to <see cref="SettingsCheck"/>.</summary>
    /// <param name="node">The object.</param>
    /// <param name="path">Its key in the table; empty for the file itself.</param>
    public static bool IsSound(SettingsNode node, string path)
    {
        foreach (var member in node.Members)
        {
            var key = path.Length == 0 ? member.Key : string.Concat(path, ".", member.Key);
            var at = Find(key);
            if (at < 0 && path.Length > 0)
            {
                key = string.Concat(path, ".*");
                at = Find(key);
            }

            if (at < 0 || !Fits(at + key.Length + 2, member.Value, key))
            {
                return false;
            }
        }

        return true;
    }

    private static int Find(string key) => SettingsDigest.Text.IndexOf(string.Concat(" ", key, "="), StringComparison.Ordinal);

    // An entry is KEY=KINDS, with | and the words behind it where a string must be one of them, ! where numbers must be
    // at least 0 or 1, ^ where they have other bounds, and a where nothing below is known by name.
    private static bool Fits(int at, SettingsNode node, string key)
    {
        var line = SettingsDigest.Text.AsSpan(at);
        line = line[..line.IndexOf(' ')];
        var words = line.IndexOf('|');
        var kinds = words < 0 ? line : line[..words];
        switch (node.Kind)
        {
            case JsonValueKind.Null:
                return true;
            case JsonValueKind.True or JsonValueKind.False:
                return kinds.Contains('b');
            case JsonValueKind.Number:
                return !kinds.Contains('^') && (!kinds.Contains('!') || node.Text[0] is > '0' and <= '9')
                    && (kinds.Contains('n') || (kinds.Contains('w') && IsWhole(node.Text)));
            case JsonValueKind.String:
                return kinds.Contains('t')
                    ? words < 0 || line[words..].Contains(string.Concat("|", node.Text, "|"), StringComparison.Ordinal)
                    : kinds.Contains('l');
            case JsonValueKind.Object:
                return kinds.Contains('o') && (kinds.Contains('a') || IsSound(node, key));
        }

        if (kinds.Contains('i'))
        {
            return kinds.Contains('a') || HasSoundItems(node, key);
        }

        foreach (var item in node.Items)
        {
            if (item.Kind != JsonValueKind.String)
            {
                return false;
            }
        }

        return kinds.Contains('l');
    }

    private static bool HasSoundItems(SettingsNode node, string key)
    {
        var path = string.Concat(key, "[]");
        foreach (var item in node.Items)
        {
            if (item.IsObject && !IsSound(item, path))
            {
                return false;
            }
        }

        return true;
    }

    private static bool IsWhole(string text)
    {
        foreach (var character in text)
        {
            if (character is not ('-' or (>= '0' and <= '9')))
            {
                return false;
            }
        }

        return true;
    }
}
