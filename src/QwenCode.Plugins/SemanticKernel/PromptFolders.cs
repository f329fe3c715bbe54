using Microsoft.Extensions.AI;
using QwenCode.Plugins.Binding;
using QwenCode.Plugins.Reports;

namespace QwenCode.Plugins.SemanticKernel;

/// <summary>
/// Functions that are prompts in files, as Semantic Kernel lays them out: <c>plugin/function/skprompt.txt</c> with an optional
/// <c>config.json</c> beside it, and <c>plugin/*.yaml</c>. A place is the plugin's directory, relative to the plugin folder.
/// </summary>
internal static class PromptFolders
{
    private const string PromptFile = "skprompt.txt";
    private const string ConfigurationFile = "config.json";

    private static readonly EnumerationOptions Nearby =
        new() { RecurseSubdirectories = true, MaxRecursionDepth = 4, IgnoreInaccessible = true };

    /// <summary>Returns the places in a folder, in order of their names; each begins with <c>./</c>.</summary>
    public static IReadOnlyList<string> Find(string folder)
    {
        folder = Path.TrimEndingDirectorySeparator(folder);
        return [.. FindFiles(folder).Select(file => PlaceOf(file, folder)).Distinct().Order(StringComparer.Ordinal)];
    }

    /// <summary>Returns the files of all prompts in a folder, in order of their names.</summary>
    public static IReadOnlyList<string> FindFiles(string folder)
    {
        folder = Path.TrimEndingDirectorySeparator(folder);
        var files = Directory.EnumerateFiles(folder, PromptFile, Nearby).ToList();
        files.AddRange(
            Directory.EnumerateFiles(folder, "*.yaml", Nearby).Concat(Directory.EnumerateFiles(folder, "*.yml", Nearby)).Where(IsPrompt));
        files.Sort(StringComparer.Ordinal);
        return files;
    }

    /// <summary>Returns the configuration beside a prompt, if there is one.</summary>
    public static string? FindConfiguration(string prompt) =>
        Path.GetFileName(prompt) == PromptFile && Path.Combine(Path.GetDirectoryName(prompt)!, ConfigurationFile) is var path
            && File.Exists(path) ? path : null;

    /// <summary>Makes the functions of a place. One that cannot be made is reported and the others go on.</summary>
    public static KernelPlugin Create(string folder, string place, KernelGeneration generation)
    {
        var binding = generation.Binding;
        folder = Path.TrimEndingDirectorySeparator(folder);
        var shown = Path.GetDirectoryName(binding.File)!;
        var functions = new List<AIFunction>();
        foreach (var file in FindFiles(folder).Where(file => PlaceOf(file, folder) == place))
        {
            var shownFile = Path.Combine(shown, Path.GetRelativePath(folder, file));
            try
            {
                functions.Add(Path.GetFileName(file) == PromptFile
                    ? generation.Library.CreatePromptFunction(
                        Path.GetFileName(Path.GetDirectoryName(file)!),
                        File.ReadAllText(file),
                        FindConfiguration(file) is { } configuration ? File.ReadAllText(configuration) : null,
                        binding.Instances.Loggers)
                    : generation.Library.CreateYamlFunction(File.ReadAllText(file), binding.Instances.Loggers));
            }
            catch (PluginFaultException exception)
            {
                binding.Faults.Add(exception.Fault with { File = shownFile });
            }
            catch (Exception exception)
            {
                // The plugin's own library reads the files, and refuses what it cannot use in ways of its own.
                binding.Faults.Add(LoadFaults.FindMissingAssembly(exception, shownFile)
                    ?? new(PluginFaultReason.InvalidTool, shownFile,
                        $"Semantic Kernel cannot use the prompt: {exception.GetType().Name}: {exception.Message}",
                        $"Mend the file{(FindConfiguration(file) is null ? string.Empty : $" or the {ConfigurationFile} beside it")}."));
            }
        }

        var name = place.Length > 2 ? place[(place.LastIndexOf('/') + 1)..] : Path.GetFileName(shown);
        return generation.Library.CreatePlugin(string.Concat(name.Select(static c => char.IsAsciiLetterOrDigit(c) ? c : '_')), functions);
    }

    private static string PlaceOf(string file, string folder)
    {
        var directory = Path.GetDirectoryName(file)!;
        var place = Path.GetFileName(file) == PromptFile && directory.Length > folder.Length
            ? Path.GetDirectoryName(directory)! : directory;
        return "./" + (place.Length > folder.Length ? Path.GetRelativePath(folder, place).Replace('\\', '/') : string.Empty);
    }

    // Other YAML may lie in a plugin's folder; a prompt has its text under this key.
    private static bool IsPrompt(string path) =>
        File.ReadLines(path).Any(static line => line.StartsWith("template:", StringComparison.Ordinal));
}
