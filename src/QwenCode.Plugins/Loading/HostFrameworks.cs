namespace QwenCode.Plugins.Loading;

/// <summary>The shared frameworks the process runs on beside the base one, such as <c>Microsoft.AspNetCore.App</c>.</summary>
internal static class HostFrameworks
{
    // Read when something is missing, and by no ordinary start.
    private static readonly Lazy<Dictionary<string, string>> Directories = new(FindDirectories);

    /// <summary>Returns whether one of them holds an assembly.</summary>
    public static bool Brings(string name) =>
        Directories.Value.Values.Any(directory => File.Exists(Path.Combine(directory, name + ".dll")));

    /// <summary>Returns the version of a framework, or <c>null</c> if the process does not run on it.</summary>
    public static Version? FindVersion(string framework) =>
        Directories.Value.TryGetValue(framework, out var directory)
        && Version.TryParse(Path.GetFileName(directory).Split('-')[0], out var version)
            ? version
            : null;

    // The runtime is handed every assembly of its frameworks by path: …/shared/<framework>/<version>/<assembly>.dll.
    private static Dictionary<string, string> FindDirectories()
    {
        var found = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        var paths = AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES") as string ?? string.Empty;
        foreach (var path in paths.Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries))
        {
            if (Path.GetDirectoryName(path) is { } directory
                && Path.GetDirectoryName(directory) is { } framework
                && Path.GetFileName(Path.GetDirectoryName(framework)) == "shared")
            {
                found[Path.GetFileName(framework)] = directory;
            }
        }

        return found;
    }
}
