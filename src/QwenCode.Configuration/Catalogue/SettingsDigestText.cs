using System.Text;

namespace QwenCode.Configuration.Catalogue;

/// <summary>Makes the text of <see cref="SettingsDigest"/> out of the table; a test holds the two together.</summary>
internal static class SettingsDigestText
{
    /// <summary>Returns the text.</summary>
    public static string Make()
    {
        var text = new StringBuilder(" ");
        var done = new HashSet<string>(StringComparer.Ordinal);
        foreach (var row in SettingsTable.All)
        {
            // The groups above a row: model, model.chatCompression. Items have no entry of their own.
            for (var at = row.Key.IndexOf('.', StringComparison.Ordinal); at >= 0; at = row.Key.IndexOf('.', at + 1))
            {
                var group = row.Key[..at];
                if (!group.EndsWith("[]", StringComparison.Ordinal) && done.Add(group)
                    && SettingsTable.Row(SettingsTable.Of(row.Group), group) is null)
                {
                    text.Append(group).Append("=o ");
                }
            }

            text.Append(row.Key).Append('=').Append(Kinds(row));
            if (row.Words.Count > 0)
            {
                text.Append('|').AppendJoin('|', row.Words).Append('|');
            }

            text.Append(' ');
        }

        return text.ToString();
    }

    private static string Kinds(SettingKey row)
    {
        var kinds = new StringBuilder();
        Add(SettingKind.Boolean, 'b');
        Add(SettingKind.Text, 't');
        Add(SettingKind.Number, 'n');
        Add(SettingKind.Whole, 'w');
        Add(SettingKind.List, 'l');
        Add(SettingKind.Items, 'i');
        Add(SettingKind.Map, 'o');
        if (row.Least is not null || row.Most is not null)
        {
            kinds.Append(row is { Least: <= 1, Most: null } ? '!' : '^');
        }

        if (!SettingsTable.HasMembers(SettingsTable.Of(row.Group), row.Key))
        {
            kinds.Append('a');
        }

        return kinds.ToString();

        void Add(SettingKind kind, char letter)
        {
            if ((row.Kind & kind) != 0)
            {
                kinds.Append(letter);
            }
        }
    }
}
