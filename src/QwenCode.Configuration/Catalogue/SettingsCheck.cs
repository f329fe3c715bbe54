using System.Text.Json;
using QwenCode.Configuration.Layers;

namespace QwenCode.Configuration.Catalogue;

/// <summary>Holds a settings file against the table.</summary>
internal static class SettingsCheck
{
    /// <summary>Returns what is the matter with a file, in the order of its lines.</summary>
    /// <param name="root">What it holds.</param>
    public static List<SettingIssue> Check(SettingsNode root)
    {
        var issues = new List<SettingIssue>();
        foreach (var (name, node) in root.Members)
        {
            Check(issues, SettingsTable.Of(name), SettingsTable.HasTop(name) ? name : null, name, node, string.Empty);
        }

        return issues;
    }

    /// <summary>Describes what a value is, without quoting it.</summary>
    internal static string Misfit(SettingKey row, string shown, SettingsNode node)
    {
        var found = SettingsKinds.Describe(node.Kind);
        var wanted = SettingFit.Describe(row);
        return row.Words.Count == 0 && wanted.StartsWith(found, StringComparison.Ordinal)
            ? $"'{shown}' must be {wanted}, and what it holds is not." : $"'{shown}' must be {wanted}, but is {Other(node, row, found)}.";
    }

    private static string Other(SettingsNode node, SettingKey row, string found) =>
        row.Words.Count > 0 && node.Kind == JsonValueKind.String ? "another word" : found;

    private static void Check(List<SettingIssue> issues, SettingKey[] rows, string? path, string shown, SettingsNode node, string parent)
    {
        var isPlain = !node.IsObject && node.Kind != JsonValueKind.Null;
        if (path is null || (isPlain && path.EndsWith(".*", StringComparison.Ordinal) && SettingsTable.Row(rows, path) is null))
        {
            var nearest = NearestKey.Find(rows, parent, shown);
            issues.Add(new(SettingIssueKind.Unknown, node.Origin, shown,
                $"'{shown}' is not known and has no effect.{(nearest is null ? string.Empty : $" Did you mean '{nearest}'?")}"));
            return;
        }

        var row = SettingsTable.Row(rows, path);
        if (row is { IsHonoured: false } && node.Kind != JsonValueKind.Null && !IsWhatHappens(row, node))
        {
            issues.Add(new(SettingIssueKind.Unsupported, node.Origin, shown, $"'{shown}' has no effect. {row.Text}"));
            return;
        }

        if (row is not null && !SettingFit.Fits(row, node))
        {
            issues.Add(new(SettingIssueKind.Unfit, node.Origin, shown, Misfit(row, shown, node)));
            return;
        }

        if (row is null && isPlain)
        {
            issues.Add(new(SettingIssueKind.Unfit, node.Origin, shown,
                $"'{shown}' must be an object, but is {SettingsKinds.Describe(node.Kind)}."));
            return;
        }

        foreach (var (name, member) in node.Members)
        {
            if (SettingsTable.HasMembers(rows, path))
            {
                Check(issues, rows, SettingsTable.Step(rows, path, name), $"{shown}.{name}", member, path);
            }
        }

        foreach (var item in node.Items)
        {
            foreach (var (name, member) in item.Members)
            {
                if (SettingsTable.HasMembers(rows, path + "[]"))
                {
                    Check(issues, rows, SettingsTable.Step(rows, path + "[]", name), $"{shown}[{item.Index}].{name}", member, path + "[]");
                }
            }
        }
    }

    // A file that asks for what happens anyway is not wrong.
    private static bool IsWhatHappens(SettingKey row, SettingsNode node) =>
        row.Always is { } always && (always == "*" || always == System.Text.Encoding.UTF8.GetString(node.ToUtf8()));
}
