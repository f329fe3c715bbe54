using System.Text.Json;
using Microsoft.Extensions.Time.Testing;
using QwenCode.Configuration.Models;

namespace QwenCode.Configuration.Tests;

/// <summary>A home, a project and a machine of its own in a temporary directory.</summary>
public sealed class SettingsFixture : IDisposable
{
    private readonly DirectoryInfo _root = Directory.CreateTempSubdirectory("qwen-settings-");

    public SettingsFixture()
    {
        Directory.CreateDirectory(Project);
        Directory.CreateDirectory(Home);
    }

    public string Root => _root.FullName;

    public string Home => Path.Combine(Root, "home");

    public string Project => Path.Combine(Root, "work", "project");

    public Dictionary<string, string> Environment { get; } = [];

    public FakeTimeProvider Clock { get; } = new(DateTimeOffset.FromUnixTimeMilliseconds(1_700_000_000_000));

    public SettingsLocations Locations => new()
    {
        WorkingDirectory = Project,
        HomeDirectory = Home,
        SystemFile = Path.Combine(Root, "etc", "settings.json"),
        SystemDefaultsFile = Path.Combine(Root, "etc", "system-defaults.json"),
        TrustedFoldersFile = Path.Combine(Home, ".qwen", "trustedFolders.json"),
    };

    public string User(string json) => Write(Locations.UserFile, json);

    public string ProjectFile(string json) => Write(Locations.ProjectFile, json);

    public string System(string json) => Write(Locations.SystemFile, json);

    public string SystemDefaults(string json) => Write(Locations.SystemDefaultsFile, json);

    public static string Write(string file, string text)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        File.WriteAllText(file, text);
        return file;
    }

    public Settings Load(bool? editorTrust = null) => SettingsLoader.Load(Locations, Environment, editorTrust);

    public Settings LoadWith(string servers) => SettingsLoader.Load(Locations, Environment, servers: servers);

    public ModelConfiguration Models(ModelFlags? flags = null) => ModelConfiguration.Resolve(Load(), flags);

    public static JsonElement Json(string json)
    {
        using var document = JsonDocument.Parse(json);
        return document.RootElement.Clone();
    }

    public void Dispose() => _root.Delete(recursive: true);
}
