using System.Globalization;
using System.Text.Json;
using QwenCode.Configuration.Layers;

namespace QwenCode.Configuration.Migration;

/// <summary>Brings files of version 1 (flat names) and 2 (<c>disable…</c> switches) into the shape of version 3.</summary>
internal static class SettingsMigration
{
    public const string VersionKey = "$version";
    private const double CurrentVersion = 3;

    /// <summary>Changes the tree in place.</summary>
    public static MigrationChange Apply(SettingsNode root, string file, List<SettingsWarning> warnings)
    {
        var version = root.Member(VersionKey) is { Kind: JsonValueKind.Number } node
            ? double.Parse(node.Text, CultureInfo.InvariantCulture)
            : (double?)null;
        if (version >= CurrentVersion)
        {
            WarnOfLeftovers(root, file, warnings);
            return MigrationChange.None;
        }

        var changed = version is not >= 2 && IsFlat(root) && Nest(root);
        changed |= Invert(root, file, warnings);
        changed |= RenameThemes(root);
        WarnOfLeftovers(root, file, warnings);
        root.Members[VersionKey] = SettingsNode.Scalar(JsonValueKind.Number, "3", root.Origin);
        return changed ? MigrationChange.Rewritten : MigrationChange.VersionOnly;
    }

    private static bool IsFlat(SettingsNode root)
    {
        foreach (var member in root.Members)
        {
            if (!member.Value.IsObject && LegacyKeys.NewPath(member.Key) is not null)
            {
                return true;
            }
        }

        return false;
    }

    private static bool Nest(SettingsNode root)
    {
        var old = new List<(string[] Path, SettingsNode Value)>();
        foreach (var name in (string[])[.. root.Members.Keys])
        {
            // "model" and its like are names of both shapes: as an object they are in place already.
            if (LegacyKeys.NewPath(name) is { } path
                && !(root.Members[name].IsObject && path.StartsWith(name + ".", StringComparison.Ordinal)))
            {
                root.Members.Remove(name, out var value);
                old.Add((path.Split('.'), value!));
            }
        }

        foreach (var (path, value) in old)
        {
            Put(root, path, value);
        }

        return old.Count > 0;
    }

    private static bool Invert(SettingsNode root, string file, List<SettingsWarning> warnings)
    {
        var changed = false;
        foreach (var (oldPath, newPath) in LegacyKeys.Switches)
        {
            var parts = oldPath.Split('.');
            if (Parent(root, parts) is not { } parent || !parent.Members.Remove(parts[^1], out var value))
            {
                continue;
            }

            changed = true;
            if (Truth(value) is not { } disabled)
            {
                warnings.Add(new(file, value.Origin.Line, $"'{oldPath}' must be true or false, but is "
                    + $"{SettingsKinds.Describe(value.Kind)}; it was dropped. Set '{newPath}' instead."));
                continue;
            }

            // Two old switches may stand behind one new one: either of them turns it off. What was written under a name that still
            // holds stays.
            var target = newPath.Split('.');
            var before = Parent(root, target)?.Member(target[^1]);
            if (before is null || (disabled && newPath is not "disableAllHooks"))
            {
                Put(root, target, SettingsNode.Boolean(!disabled, value.Origin), overwrite: true);
            }
        }

        return changed;
    }

    private static bool RenameThemes(SettingsNode root)
    {
        if (root.Member("ui") is not { } ui || ui.Member("theme") is not { Kind: JsonValueKind.String } theme
            || theme.Text switch { "VS" => "Qwen Light", "VS2015" => "Qwen Dark", _ => null } is not { } name)
        {
            return false;
        }

        ui.Members["theme"] = theme.With(name);
        return true;
    }

    private static void WarnOfLeftovers(SettingsNode root, string file, List<SettingsWarning> warnings)
    {
        foreach (var member in root.Members)
        {
            if (LegacyKeys.NewPath(member.Key) is { } path
                && !(member.Value.IsObject && path.StartsWith(member.Key + ".", StringComparison.Ordinal)))
            {
                warnings.Add(new(
                    file, member.Value.Origin.Line, $"'{member.Key}' is a name of an earlier version and has no effect. Use '{path}'."));
            }
        }

        foreach (var (oldPath, newPath) in LegacyKeys.Switches)
        {
            var parts = oldPath.Split('.');
            if (Parent(root, parts)?.Member(parts[^1]) is { } value)
            {
                warnings.Add(new(file, value.Origin.Line,
                    $"'{oldPath}' is a name of an earlier version and has no effect. Use '{newPath}', which means the opposite."));
            }
        }
    }

    private static bool? Truth(SettingsNode value) => value.Kind switch
    {
        JsonValueKind.True => true,
        JsonValueKind.False => false,
        JsonValueKind.String when bool.TryParse(value.Text, out var truth) => truth,
        _ => null,
    };

    private static SettingsNode? Parent(SettingsNode root, string[] path)
    {
        var node = root;
        for (var i = 0; i < path.Length - 1; i++)
        {
            if (node.Member(path[i]) is not { IsObject: true } next)
            {
                return null;
            }

            node = next;
        }

        return node;
    }

    /// <summary>Places a value. What stands there in the new shape already is newer, and stays; objects are joined.</summary>
    private static void Put(SettingsNode root, string[] path, SettingsNode value, bool overwrite = false)
    {
        var node = root;
        foreach (var name in path.AsSpan(0, path.Length - 1))
        {
            if (node.Member(name) is not { IsObject: true } next)
            {
                next = SettingsNode.Object(value.Origin);
                node.Members[name] = next;
            }

            node = next;
        }

        node.Members[path[^1]] = overwrite || !node.Members.TryGetValue(path[^1], out var existing)
            ? value : SettingsMerge.Over(value, existing);
    }
}
