namespace QwenCode.Configuration.Options;

/// <summary>The permission rules of all sources.</summary>
/// <param name="Allow"><c>permissions.allow</c>, <c>tools.allowed</c> and <c>--allowed-tools</c>.</param>
/// <param name="Ask"><c>permissions.ask</c>.</param>
/// <param name="Deny"><c>permissions.deny</c>, <c>tools.exclude</c> and <c>--exclude-tools</c>.</param>
public sealed record PermissionSettings(
    IReadOnlyList<PermissionSetting> Allow, IReadOnlyList<PermissionSetting> Ask, IReadOnlyList<PermissionSetting> Deny)
{
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
            [.. Rules(settings, "permissions.deny"), .. Rules(settings, "tools.exclude"), .. Flags("--exclude-tools", excludedTools)]);
    }

    private static List<PermissionSetting> Rules(Settings settings, string key) =>
        settings.Entries(key)?.ConvertAll(entry => new PermissionSetting(entry.Text, entry.Origin.ToString(), key, entry.Index)) ?? [];

    private static IEnumerable<PermissionSetting> Flags(string flag, IReadOnlyList<string>? rules) =>
        (rules ?? []).Select((rule, index) => new PermissionSetting(rule, flag, flag, index));
}
