namespace QwenCode.Configuration.Catalogue;

/// <summary>
/// Every setting that this version or another one knows. The schema, the checks of files, <c>qwen config</c> and the list of what has no
/// effect are made of it.
/// </summary>
public static class SettingsTable
{
    private static readonly string[] Groups =
        ["model", "modelProviders", "tools", "permissions", "context", "mcpServers", "mcp", "hooks", "agents", "security", "general",
            "output", "dualOutput", "ui", "ide", "privacy", "memory", "skills", "slashCommands", "webSearch", "experimental", "advanced",
            "telemetry"];

    /// <summary>Gets all settings, group by group.</summary>
    public static IReadOnlyList<SettingKey> All { get; } = [.. OtherKeys.Alone, .. Groups.SelectMany(Of)];

    /// <summary>Finds the row of a key as it is written in a file; a row for any name counts if there is none for this one.</summary>
    /// <param name="key">The dotted key, without items of arrays.</param>
    /// <returns>The row; <c>null</c> if there is none.</returns>
    public static SettingKey? Find(string key)
    {
        ArgumentNullException.ThrowIfNull(key);
        var names = key.Split('.');
        var rows = Of(names[0]);
        var path = names[0];
        for (var i = 1; i < names.Length; i++)
        {
            if (Step(rows, path, names[i]) is not { } next)
            {
                return null;
            }

            path = next;
        }

        return Row(rows, path);
    }

    /// <summary>Returns whether a key holds others.</summary>
    /// <param name="key">The dotted key.</param>
    public static bool IsGroup(string key)
    {
        ArgumentNullException.ThrowIfNull(key);
        return HasMembers(Of(key.IndexOf('.', StringComparison.Ordinal) is > 0 and var dot ? key[..dot] : key), key);
    }

    /// <summary>Returns the rows that a top-level name is looked for in. Only they are made, so that a start makes few.</summary>
    internal static SettingKey[] Of(string name) => name switch
    {
        "model" => ModelKeys.Model,
        "modelProviders" => ModelKeys.Providers,
        "tools" => ToolKeys.Tools,
        "permissions" => ToolKeys.Permissions,
        "context" => ContextKeys.Context,
        "mcpServers" => ServerKeys.Servers,
        "mcp" => ServerKeys.Mcp,
        "hooks" => AgentKeys.Hooks,
        "agents" => AgentKeys.Agents,
        "security" => SecurityKeys.Security,
        "general" => GeneralKeys.General,
        "output" => GeneralKeys.Output,
        "dualOutput" => GeneralKeys.DualOutput,
        "ui" => UiKeys.Ui,
        "ide" => UiKeys.Ide,
        "privacy" => UiKeys.Privacy,
        "memory" => ContextKeys.Memories,
        "skills" => ContextKeys.Skills,
        "slashCommands" => ContextKeys.SlashCommands,
        "webSearch" => ToolKeys.WebSearch,
        "experimental" => AgentKeys.Experimental,
        "advanced" => SecurityKeys.Advanced,
        "telemetry" => SecurityKeys.Telemetry,
        _ => OtherKeys.Alone,
    };

    /// <summary>Returns whether a top-level name is known.</summary>
    internal static bool HasTop(string name) => Row(Of(name), name) is not null || HasMembers(Of(name), name);

    /// <summary>Returns the row of exactly that key.</summary>
    internal static SettingKey? Row(SettingKey[] rows, string key)
    {
        foreach (var row in rows)
        {
            if (row.Key == key)
            {
                return row;
            }
        }

        return null;
    }

    /// <summary>Goes one name down: to the row or group of that name, else to that of any name.</summary>
    /// <returns>The key in the table; <c>null</c> if there is none.</returns>
    internal static string? Step(SettingKey[] rows, string parent, string name)
    {
        var exact = $"{parent}.{name}";
        if (Row(rows, exact) is not null || HasMembers(rows, exact))
        {
            return exact;
        }

        var any = parent + ".*";
        return Row(rows, any) is not null || HasMembers(rows, any) ? any : null;
    }

    /// <summary>Returns whether rows lie below a key.</summary>
    internal static bool HasMembers(SettingKey[] rows, string key)
    {
        foreach (var row in rows)
        {
            if (row.Key.Length > key.Length && row.Key[key.Length] is '.' or '[' && row.Key.StartsWith(key, StringComparison.Ordinal))
            {
                return true;
            }
        }

        return false;
    }
}
