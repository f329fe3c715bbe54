using QwenCode.Configuration.Layers;
using QwenCode.Permissions;

namespace QwenCode.Configuration.Options;

/// <summary>The permission rules of all sources.</summary>
/// <param name="Allow"><c>permissions.allow</c>, <c>tools.allowed</c> and <c>--allowed-tools</c>.</param>
/// <param name="Ask"><c>permissions.ask</c>.</param>
/// <param name="Deny"><c>permissions.deny</c>, <c>tools.exclude</c> and <c>--exclude-tools</c>.</param>
public sealed record PermissionSettings(
    IReadOnlyList<PermissionSetting> Allow, IReadOnlyList<PermissionSetting> Ask, IReadOnlyList<PermissionSetting> Deny)
{
    /// <summary>
    /// Gets the rules of agents by their names (<c>agents.NAME.permissions</c>), one for each file that has some: no file lifts what
    /// another says.
    /// </summary>
    public IReadOnlyDictionary<string, IReadOnlyList<AgentPermissions>> Agents { get; init; } =
        new Dictionary<string, IReadOnlyList<AgentPermissions>>();

    /// <summary>Reads the rules.</summary>
    /// <param name="settings">The settings.</param>
    /// <param name="allowedTools"><c>--allowed-tools</c>.</param>
    /// <param name="excludedTools"><c>--exclude-tools</c>.</param>
    /// <exception cref="SettingsException">A list is no list of strings. A rule that cannot be read must not be skipped: it might
    /// deny.</exception>
    public static PermissionSettings From(
        Settings settings, IReadOnlyList<string>? allowedTools = null, IReadOnlyList<string>? excludedTools = null)
    {
        ArgumentNullException.ThrowIfNull(settings);
        return new(
            [.. Rules(settings, "permissions.allow"), .. Rules(settings, "tools.allowed"), .. Flags("--allowed-tools", allowedTools)],
            Rules(settings, "permissions.ask"),
            [.. Rules(settings, "permissions.deny"), .. Rules(settings, "tools.exclude"), .. Flags("--exclude-tools", excludedTools)])
        {
            Agents = AgentRules.Read(settings),
        };
    }

    /// <summary>Reads the rules of one file alone: of a settings file, or of a file that holds its <c>permissions</c> object.</summary>
    /// <param name="file">The file.</param>
    /// <param name="settings">The settings in force, for the variables that rules may name.</param>
    /// <exception cref="SettingsException">The file cannot be read, or holds something else.</exception>
    public static PermissionSettings FromFile(string file, Settings settings)
    {
        ArgumentNullException.ThrowIfNull(settings);
        return From(settings.Only(RulesFile.Read(Path.GetFullPath(file))));
    }

    private static List<PermissionSetting> Rules(Settings settings, string key) =>
        settings.Entries(key)?.ConvertAll(entry => new PermissionSetting(entry.Text, entry.Origin.ToString(), key, entry.Index)) ?? [];

    private static IEnumerable<PermissionSetting> Flags(string flag, IReadOnlyList<string>? rules) =>
        (rules ?? []).Select((rule, index) => new PermissionSetting(rule, flag, flag, index));
}
