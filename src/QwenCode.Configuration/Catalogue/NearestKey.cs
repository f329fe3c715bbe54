namespace QwenCode.Configuration.Catalogue;

/// <summary>Finds the key that was meant by one that does not exist.</summary>
internal static class NearestKey
{
    /// <summary>Returns the nearest key, or <c>null</c> if none is near.</summary>
    /// <param name="key">The dotted key.</param>
    public static string? Find(string key)
    {
        ArgumentNullException.ThrowIfNull(key);
        var dot = key.LastIndexOf('.');
        var group = key.IndexOf('.', StringComparison.Ordinal) is > 0 and var first ? key[..first] : key;
        return Find(SettingsTable.Of(group), dot < 0 ? string.Empty : key[..dot], key);
    }

    /// <summary>Returns the nearest key, or <c>null</c> if none is near: a name of the same group, else the same name elsewhere.</summary>
    /// <param name="rows">The group's rows.</param>
    /// <param name="parent">The key in the table that lies above; empty for none.</param>
    /// <param name="shown">The key as it was written.</param>
    public static string? Find(SettingKey[] rows, string parent, string shown)
    {
        var dot = shown.LastIndexOf('.');
        var name = shown[(dot + 1)..];
        string? best = null;
        var least = Math.Max(1, name.Length / 3) + 1;
        foreach (var candidate in Siblings(rows, parent))
        {
            var distance = Distance(name, candidate);
            if (distance < least)
            {
                (best, least) = (candidate, distance);
            }
        }

        if (best is not null)
        {
            return dot < 0 ? best : $"{shown[..dot]}.{best}";
        }

        // The right name in the wrong place: "approvalMode" for tools.approvalMode.
        foreach (var row in SettingsTable.All)
        {
            if (row.IsHonoured && !row.Key.Contains('*', StringComparison.Ordinal) && row.Key.Contains('.', StringComparison.Ordinal)
                && row.Key[(row.Key.LastIndexOf('.') + 1)..].Equals(name, StringComparison.OrdinalIgnoreCase))
            {
                return row.Key;
            }
        }

        return null;
    }

    private static IEnumerable<string> Siblings(SettingKey[] rows, string parent)
    {
        if (parent.Length == 0)
        {
            foreach (var row in SettingsTable.All)
            {
                yield return row.Group;
            }

            yield break;
        }

        foreach (var row in rows)
        {
            if (row.Key.Length > parent.Length + 1 && row.Key[parent.Length] == '.' && row.Key.StartsWith(parent, StringComparison.Ordinal))
            {
                var rest = row.Key[(parent.Length + 1)..];
                var end = rest.AsSpan().IndexOfAny('.', '[');
                yield return end < 0 ? rest : rest[..end];
            }
        }
    }

    /// <summary>Counts the letters to add, take out, change or swap with their neighbour; case counts for nothing.</summary>
    internal static int Distance(string left, string right)
    {
        var (a, b) = (left.ToUpperInvariant(), right.ToUpperInvariant());
        var table = new int[a.Length + 1, b.Length + 1];
        for (var i = 0; i <= a.Length; i++)
        {
            for (var j = 0; j <= b.Length; j++)
            {
                table[i, j] = i == 0 ? j : j == 0 ? i : Math.Min(
                    Math.Min(table[i - 1, j], table[i, j - 1]) + 1, table[i - 1, j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1));
                if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
                {
                    table[i, j] = Math.Min(table[i, j], table[i - 2, j - 2] + 1);
                }
            }
        }

        return table[a.Length, b.Length];
    }
}
