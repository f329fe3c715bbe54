using QwenCode.Workspaces;

namespace QwenCode.Configuration;

/// <summary>The files that settings come from. Nothing needs to exist.</summary>
public sealed record SettingsLocations
{
    /// <summary>Gets the directory the program runs in; only its own <c>.qwen</c> counts, not those above it.</summary>
    public required string WorkingDirectory { get; init; }

    /// <summary>Gets the person's home.</summary>
    public required string HomeDirectory { get; init; }

    /// <summary>Gets the machine's overrides.</summary>
    public required string SystemFile { get; init; }

    /// <summary>Gets the machine's defaults.</summary>
    public required string SystemDefaultsFile { get; init; }

    /// <summary>Gets the rules that say which folders are trusted.</summary>
    public required string TrustedFoldersFile { get; init; }

    /// <summary>Gets the person's own directory.</summary>
    public string UserDirectory => Path.Combine(HomeDirectory, ".qwen");

    /// <summary>Gets the person's settings.</summary>
    public string UserFile => Path.Combine(UserDirectory, "settings.json");

    /// <summary>Gets the project's settings.</summary>
    public string ProjectFile => Path.Combine(WorkingDirectory, ".qwen", "settings.json");

    /// <summary>Gets whether the working directory is the home directory, where the project's file would be the person's own.</summary>
    public bool IsHome => string.Equals(
        Path.TrimEndingDirectorySeparator(Workspace.RealPath(WorkingDirectory)),
        Path.TrimEndingDirectorySeparator(Workspace.RealPath(HomeDirectory)),
        OperatingSystem.IsLinux() ? StringComparison.Ordinal : StringComparison.OrdinalIgnoreCase);

    /// <summary>Gives the usual places.</summary>
    /// <param name="workingDirectory">The directory the program runs in.</param>
    /// <param name="environment">The environment; some of its variables move files.</param>
    /// <param name="homeDirectory">The person's home. The default is the environment's.</param>
    public static SettingsLocations For(
        string workingDirectory, IReadOnlyDictionary<string, string> environment, string? homeDirectory = null)
    {
        ArgumentNullException.ThrowIfNull(environment);
        var home = homeDirectory ?? Value(OperatingSystem.IsWindows() ? "USERPROFILE" : "HOME") ?? Workspace.HomeDirectory;
        var system = Value("QWEN_CODE_SYSTEM_SETTINGS_PATH") ?? Path.Combine(SystemDirectory(), "settings.json");
        return new()
        {
            WorkingDirectory = Path.GetFullPath(workingDirectory),
            HomeDirectory = home,
            SystemFile = system,
            SystemDefaultsFile = Value("QWEN_CODE_SYSTEM_DEFAULTS_PATH")
                ?? Path.Combine(Path.GetDirectoryName(system) ?? string.Empty, "system-defaults.json"),
            TrustedFoldersFile = Value("QWEN_CODE_TRUSTED_FOLDERS_PATH") ?? Path.Combine(home, ".qwen", "trustedFolders.json"),
        };

        string? Value(string name) => environment.TryGetValue(name, out var value) && value.Length > 0 ? value : null;
    }

    /// <summary>Gives the file of a scope; <c>null</c> for what is built in.</summary>
    /// <param name="scope">The scope.</param>
    public string? FileOf(SettingsScope scope) => scope switch
    {
        SettingsScope.SystemDefaults => SystemDefaultsFile,
        SettingsScope.User => UserFile,
        SettingsScope.Project => ProjectFile,
        SettingsScope.System => SystemFile,
        _ => null,
    };

    private static string SystemDirectory() =>
        OperatingSystem.IsWindows() ? @"C:\ProgramData\qwen-code"
        : OperatingSystem.IsMacOS() ? "/Library/Application Support/QwenCode"
        : "/etc/qwen-code";
}
