using System.Text.Json;
using QwenCode.Configuration.Catalogue;
using QwenCode.Configuration.Layers;
using QwenCode.Configuration.Trust;
using QwenCode.Configuration.Variables;

namespace QwenCode.Configuration;

/// <summary>Reads all settings files and lays them over one another.</summary>
public static class SettingsLoader
{
    /// <summary>
    /// Reads the settings. Files of earlier versions are brought up to date on disk; the old content stays beside them as
    /// <c>.orig</c>.
    /// </summary>
    /// <param name="locations">Where to look.</param>
    /// <param name="environment">The environment; it is not changed, <see cref="Settings.Environment"/> is the extended copy.</param>
    /// <param name="editorTrust">What the editor says of the folder's trust, which counts more than the rules; <c>null</c> where
    /// it says nothing.</param>
    /// <param name="servers">MCP servers of the command line, as JSON or as a file that holds it; <c>null</c> if it names none.</param>
    /// <returns>The settings. Problems that need not stop the program are in <see cref="Settings.Warnings"/>.</returns>
    /// <exception cref="SettingsException">A file cannot be read, or is no JSON object.</exception>
    public static Settings Load(SettingsLocations locations, IReadOnlyDictionary<string, string> environment,
        bool? editorTrust = null, string? servers = null)
    {
        ArgumentNullException.ThrowIfNull(locations);
        ArgumentNullException.ThrowIfNull(environment);
        var warnings = new List<SettingsWarning>();
        var files = new SettingsFile(warnings);
        var defaults = files.Read(SettingsScope.SystemDefaults, locations.SystemDefaultsFile);
        var user = files.Read(SettingsScope.User, locations.UserFile);
        var system = files.Read(SettingsScope.System, locations.SystemFile);

        // The project's file has no say in whether it may be read.
        var trust = Judge(locations, Merge(defaults, user, null, system), editorTrust);
        var project = trust == FolderTrust.Untrusted || locations.IsHome ? null : files.Read(SettingsScope.Project, locations.ProjectFile);
        var flag = servers is null ? null : ServersFlag.Read(servers, locations.WorkingDirectory);
        var root = Merge(defaults, user, project, flag, system);
        if (defaults is not null || user is not null || project is not null || flag is not null || system is not null)
        {
            root = root.Copy();
            SettingsTolerance.Apply(root, warnings);
        }

        SettingsNode?[] layers = [defaults, user, project, system];
        foreach (var layer in layers)
        {
            if (layer is not null && !SettingsGlance.IsSound(layer, string.Empty))
            {
                SettingsWarnings.Add(layer, warnings);
            }
        }

        var variables = new Dictionary<string, string>(environment, EnvironmentVariables.Comparer);
        var raw = Wrap(root, variables, null);
        var environmentFile = DotEnvFile.Find(locations, trust != FolderTrust.Untrusted);
        if (environmentFile is not null)
        {
            DotEnvFile.Apply(environmentFile, variables, [.. raw.StringList("advanced.excludedEnvVars") ?? []], warnings);
        }

        AddEnvironmentSettings(raw, variables);
        return Wrap(Interpolation.Apply(root, variables), variables, environmentFile);

        Settings Wrap(SettingsNode node, Dictionary<string, string> known, string? file) =>
            new(node, locations, known, trust, warnings, file, layers);
    }

    private static SettingsNode Merge(params ReadOnlySpan<SettingsNode?> layers)
    {
        var root = SettingsDefaults.Read();
        foreach (var layer in layers)
        {
            root = layer is null ? root : SettingsMerge.Over(root, layer);
        }

        return root;
    }

    private static FolderTrust Judge(SettingsLocations locations, SettingsNode root, bool? editorTrust)
    {
        // What cannot be understood counts as switched on, which is stricter.
        var setting = root.Member("security")?.Member("folderTrust");
        var enabled = setting is { IsObject: true } ? setting.Member("enabled") : setting;
        if (enabled is null or { Kind: JsonValueKind.Null } || SettingsTolerance.AsBoolean(enabled) == false)
        {
            return FolderTrust.Trusted;
        }

        var byRules = TrustedFolders.Judge(locations.TrustedFoldersFile, locations.WorkingDirectory);
        return editorTrust switch { true => FolderTrust.Trusted, false => FolderTrust.Untrusted, _ => byRules };
    }

    private static void AddEnvironmentSettings(Settings raw, Dictionary<string, string> variables)
    {
        if (raw.Find("env") is not { } env)
        {
            return;
        }

        if (!env.IsObject)
        {
            throw Settings.WrongKind("env", env, "an object");
        }

        foreach (var entry in env.Members)
        {
            var value = entry.Value.Kind switch
            {
                JsonValueKind.String => entry.Value.Text,
                JsonValueKind.Number => entry.Value.Text,
                JsonValueKind.True => "true",
                JsonValueKind.False => "false",
                JsonValueKind.Null => null,
                _ => throw Settings.WrongKind("env." + entry.Key, entry.Value, "a string"),
            };
            if (value is not null && !variables.ContainsKey(entry.Key))
            {
                variables[entry.Key] = Interpolation.Apply(value, variables);
            }
        }
    }
}
