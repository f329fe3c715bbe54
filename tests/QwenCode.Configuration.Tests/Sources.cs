using System.Runtime.CompilerServices;

namespace QwenCode.Configuration.Tests;

/// <summary>The repository's own files.</summary>
internal static class Sources
{
    public static string Root { get; } = Find();

    /// <summary>Every source file of the program but those that describe settings instead of reading them.</summary>
    public static IReadOnlyDictionary<string, string> Code { get; } = new[] { "src", "plugins" }
        .SelectMany(static folder => Directory.EnumerateFiles(Path.Combine(Root, folder), "*.cs", SearchOption.AllDirectories))
        .Select(static file => Path.GetRelativePath(Root, file).Replace('\\', '/'))
        .Where(static file => !file.Contains("/obj/", StringComparison.Ordinal) && !file.Contains("/bin/", StringComparison.Ordinal)
            && !file.Contains("/Catalogue/", StringComparison.Ordinal) && !file.Contains("/Migration/", StringComparison.Ordinal)
            && !file.EndsWith("SettingsTolerance.cs", StringComparison.Ordinal)
            && !file.EndsWith("SettingsDefaults.cs", StringComparison.Ordinal)
            && !file.EndsWith("SettingsMerge.cs", StringComparison.Ordinal))
        .ToDictionary(static file => file, static file => File.ReadAllText(Path.Combine(Root, file)), StringComparer.Ordinal);

    private static string Find([CallerFilePath] string here = "") =>
        Path.GetFullPath(Path.Combine(Path.GetDirectoryName(here)!, "..", ".."));
}
