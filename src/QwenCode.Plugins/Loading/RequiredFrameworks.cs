using System.Text.Json;
using QwenCode.Platform.Json;
using QwenCode.Plugins.Reports;

namespace QwenCode.Plugins.Loading;

/// <summary>The shared frameworks a plugin was built on, as its <c>.runtimeconfig.json</c> names them.</summary>
internal static class RequiredFrameworks
{
    private const string ConfigurationSuffix = ".runtimeconfig.json";

    /// <summary>Explains a missing assembly by a framework the host does not run on.</summary>
    /// <param name="reference">The full name of the assembly.</param>
    /// <param name="file">The plugin's assembly or folder.</param>
    /// <returns><c>null</c> if the host has all frameworks of the plugin, or the plugin itself should bring the assembly.</returns>
    public static PluginFault? Explain(string reference, string file)
    {
        if (FindConfiguration(file) is not { } configuration || IsOwn(reference, configuration))
        {
            return null;
        }

        foreach (var (name, version) in Read(configuration))
        {
            var present = HostFrameworks.FindVersion(name);
            if (present is not null && (version is null || present >= version))
            {
                continue;
            }

            var has = present is null ? "this host does not have it" : $"this host has version {present}";
            return new(
                PluginFaultReason.MissingFramework,
                configuration,
                $"It needs the shared framework '{name}'{(version is null ? string.Empty : $" {version}")}, and {has}.",
                $"Use the plugin in a host that runs on {name}, or build it without that framework; "
                + "copying single assemblies of it does not help.");
        }

        return null;
    }

    private static string? FindConfiguration(string file)
    {
        if (!Directory.Exists(file))
        {
            return Path.ChangeExtension(file, ConfigurationSuffix) is var beside && File.Exists(beside) ? beside : null;
        }

        return Directory.EnumerateFiles(file, "*" + ConfigurationSuffix).Order(StringComparer.Ordinal).FirstOrDefault();
    }

    // deps.json lists what the build meant to lie beside the plugin, and nothing of a framework.
    private static bool IsOwn(string reference, string configuration)
    {
        var dependencies = string.Concat(configuration.AsSpan(0, configuration.Length - ConfigurationSuffix.Length), ".deps.json");
        try
        {
            return File.Exists(dependencies)
                && File.ReadAllText(dependencies).Contains($"{reference.Split(',')[0]}.dll\"", StringComparison.OrdinalIgnoreCase);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    private static List<(string Name, Version? Version)> Read(string configuration)
    {
        var found = new List<(string, Version?)>();
        try
        {
            using var document = JsonDocument.Parse(File.ReadAllBytes(configuration));
            if (document.RootElement.ValueKind is JsonValueKind.Object
                && document.RootElement.TryGetProperty("runtimeOptions", out var options)
                && options.ValueKind is JsonValueKind.Object)
            {
                // One framework, or a list of several.
                if (options.TryGetProperty("framework", out var single))
                {
                    Add(single, found);
                }

                if (options.TryGetProperty("frameworks", out var several) && several.ValueKind is JsonValueKind.Array)
                {
                    foreach (var item in several.EnumerateArray())
                    {
                        Add(item, found);
                    }
                }
            }
        }
        catch (Exception exception) when (exception is JsonException or IOException or UnauthorizedAccessException)
        {
            // A file that cannot be read explains nothing; the fault then names the assembly.
        }

        return found;
    }

    private static void Add(JsonElement framework, List<(string Name, Version? Version)> found)
    {
        if (framework.Text("name") is { } name)
        {
            found.Add((name, Version.TryParse(framework.Text("version")?.Split('-')[0], out var version) ? version : null));
        }
    }
}
