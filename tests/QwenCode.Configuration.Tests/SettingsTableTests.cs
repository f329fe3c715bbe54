using System.Text.RegularExpressions;
using QwenCode.Configuration.Catalogue;

namespace QwenCode.Configuration.Tests;

/// <summary>Holds the table of settings against the code that reads them.</summary>
public sealed partial class SettingsTableTests
{
    // Keys that are read name by name: where, and by which text.
    private static readonly (string Keys, string File, string? Text)[] Proofs =
    [
        ("$version", "src/QwenCode.Configuration/Layers/SettingsFile.cs", "SettingsMigration.Apply"),
        ("general.checkpointing.>", "src/QwenCode.Configuration/Options/CheckpointSettings.cs", null),
        ("env.*", "src/QwenCode.Configuration/SettingsLoader.cs", "\"env.\" + entry.Key"),
        (Generation + "samplingParams.*", Wire, "SamplingParams"),
        (Generation + "reasoning.effort", "src/QwenCode.Models/", "\"effort\""),
        (Generation + "reasoning.budget_tokens", "src/QwenCode.Models/", "\"budget_tokens\""),
        (Generation + "customHeaders.*", Wire, "CustomHeaders"),
        (Generation + "extra_body.*", Wire, "ExtraBody"),
        (Generation + ">", "src/QwenCode.Configuration/Models/GenerationConfigReader.cs", null),
        ("modelProviders.*", "src/QwenCode.Configuration/Models/ModelProvidersReader.cs", "Protocols.Named"),
        ("modelProviders.>", "src/QwenCode.Configuration/Models/ModelProvidersReader.cs", null),
        ("mcpServers.*", "src/QwenCode.Hosting/ConfiguredMcpServers.cs", "\"mcpServers\""),
        ("mcpServers.*.env.*", "src/QwenCode.Mcp/Configuration/McpServerEntry.cs", "Map(\"env\")"),
        ("mcpServers.*.headers.*", "src/QwenCode.Mcp/Configuration/McpServerEntry.cs", "Map(\"headers\")"),
        ("mcpServers.*.oauth.*", "src/QwenCode.Mcp/Configuration/OAuthEntry.cs", "\"authorizationUrl\""),
        ("mcpServers.>", "src/QwenCode.Mcp/Configuration/", null),
        ("hooks.*", "src/QwenCode.Hosting/HookConfiguration.cs", "\"hooks\""),
        ("hooks.*[].hooks[].env.*", "src/QwenCode.Hooks/HookSettingsReader.cs", "Map(hook, \"env\""),
        ("hooks.*[].hooks[].headers.*", "src/QwenCode.Hooks/HookSettingsReader.cs", "Map(hook, \"headers\""),
        ("hooks.>", "src/QwenCode.Hooks/HookSettingsReader.cs", null),
        ("agents.*.>", "src/QwenCode.Configuration/Layers/AgentRules.cs", "agents.{name}.permissions"),
        ("security.folderTrust", "src/QwenCode.Configuration/SettingsLoader.cs", "\"folderTrust\""),
        ("security.folderTrust.enabled", "src/QwenCode.Configuration/SettingsLoader.cs", "setting.Member(\"enabled\")"),
        ("general.gitCoAuthor.commit", "src/QwenCode.Configuration/Layers/SettingsTolerance.cs", "node.Member(\"commit\")"),
        ("webSearch.provider[].*", "plugins/Web/Searching/SearchProviders.cs", "\"searchEngineId\"), entry)"),
        ("webSearch.>", "plugins/Web/Searching/SearchProviders.cs", null),
    ];

    // Stands for model.generationConfig and for the same in an entry of modelProviders.
    private const string Generation = "generationConfig.";
    private const string Wire = "src/QwenCode.Hosting/ConfiguredModels.cs";

    // Read, and passed to nobody: the name that nothing else may use as long as the table says so.
    private static readonly Dictionary<string, string> ReadInVain = new(StringComparer.Ordinal)
    {
        ["model.sessionTokenLimit"] = "SessionTokenLimit",
    };

    [Fact]
    public void Every_setting_that_has_an_effect_is_read_by_the_code()
    {
        var unread = SettingsTable.All.Where(static row => row.IsHonoured && !IsRead(row.Key)).Select(static row => row.Key).ToArray();

        unread.ShouldBeEmpty();
    }

    [Fact]
    public void No_setting_without_effect_is_read_by_the_code()
    {
        var read = SettingsTable.All.Where(static row => !row.IsHonoured && !ReadInVain.ContainsKey(row.Key)
            && Sources.Code.Values.Any(text => Reads().Matches(text).Any(match => match.Groups[1].Value == row.Key)))
            .Select(static row => row.Key);

        read.ShouldBeEmpty();
        foreach (var (key, name) in ReadInVain)
        {
            Sources.Code.Where(file => !file.Key.EndsWith("Options/SessionSettings.cs", StringComparison.Ordinal)
                && file.Value.Contains(name, StringComparison.Ordinal)).Select(static file => file.Key)
                .ShouldBeEmpty($"{name} is used: list {key} as Read in the table, and take it out of ReadInVain here.");
        }
    }

    [Fact]
    public void Every_setting_that_the_code_reads_is_in_the_table()
    {
        var unknown = Sources.Code.SelectMany(static file => Reads().Matches(file.Value)
                .Where(static match => SettingsTable.Find(match.Groups[1].Value) is null && !SettingsTable.IsGroup(match.Groups[1].Value))
                .Select(match => $"{match.Groups[1].Value} in {file.Key}"))
            .ToArray();

        unknown.ShouldBeEmpty();
    }

    [Fact]
    public void Every_setting_of_the_reference_is_in_the_table()
    {
        var file = Path.Combine(Sources.Root, "tests", "QwenCode.Configuration.Tests", "reference-keys.txt");
        var unknown = File.ReadAllLines(file).Where(static key => SettingsTable.Find(key) is null && !SettingsTable.IsGroup(key)).ToArray();

        unknown.ShouldBeEmpty();
    }

    [Fact]
    public void Every_row_stands_once_and_says_something()
    {
        SettingsTable.All.GroupBy(static row => row.Key).Where(static group => group.Count() > 1).ShouldBeEmpty();
        SettingsTable.All.Where(static row => row.Text.Length < 5 || row.Kind == SettingKind.None).ShouldBeEmpty();
        SettingsTable.All.Where(static row => row is { IsHonoured: true, Always: not null }).Select(static row => row.Key).ShouldBeEmpty();
    }

    [Fact]
    public void The_built_in_defaults_are_those_of_the_table()
    {
        using var fixture = new SettingsFixture();
        var settings = fixture.Load();

        foreach (var row in SettingsTable.All.Where(static row => row.IsHonoured && !row.Key.Contains('*', StringComparison.Ordinal)))
        {
            if (row.Key is not "general.gitCoAuthor.commit" && settings.Element(row.Key) is { } value
                && value.ValueKind is not System.Text.Json.JsonValueKind.Object)
            {
                SettingsFixture.Json(row.Default ?? "null").GetRawText().ShouldBe(
                    System.Text.Json.JsonSerializer.Serialize(value), row.Key);
            }
        }
    }

    [Fact]
    public void What_starts_look_at_is_made_of_the_table()
    {
        var text = SettingsDigestText.Make();
        if (Environment.GetEnvironmentVariable("QWEN_APPROVE_SETTINGS") == "1")
        {
            File.WriteAllText(
                Path.Combine(Sources.Root, "src", "QwenCode.Configuration", "Catalogue", "SettingsDigest.cs"), SourceOf(text));
            return;
        }

        SettingsDigest.Text.ShouldBe(text, "The table changed; run the test with QWEN_APPROVE_SETTINGS=1.");
    }

    private static string SourceOf(string text)
    {
        var lines = new List<string> { string.Empty };
        foreach (var entry in text.Trim().Split(' '))
        {
            if (lines[^1].Length + entry.Length > 118)
            {
                lines.Add(string.Empty);
            }

            lines[^1] += entry + " ";
        }

        return $$"""
            namespace QwenCode.Configuration.Catalogue;

            /// <summary>
            /// Every key with what it takes, as one text (<see cref="SettingsDigestText"/>). Made of the table:
            /// QWEN_APPROVE_SETTINGS=1 dotnet test tests/QwenCode.Configuration.Tests
            /// </summary>
            internal static class SettingsDigest
            {
                public const string Text =
                    " {{string.Join("\"\n        + \"", lines)}}";
            }

            """.ReplaceLineEndings("\n");
    }

    private static bool IsRead(string key)
    {
        if (Sources.Code.Values.Any(text => text.Contains($"\"{key}\"", StringComparison.Ordinal)))
        {
            return true;
        }

        var at = key.IndexOf(Generation, StringComparison.Ordinal);
        key = at < 0 ? key : key[at..];
        foreach (var (keys, file, text) in Proofs)
        {
            var isMeant = keys == key
                || (keys.EndsWith(".>", StringComparison.Ordinal) && key.StartsWith(keys[..^1], StringComparison.Ordinal));
            if (isMeant)
            {
                var wanted = text ?? $"\"{key[(key.LastIndexOf('.') + 1)..]}\"";
                if (file.EndsWith(".cs", StringComparison.Ordinal)
                    ? File.ReadAllText(Path.Combine(Sources.Root, file)).Contains(wanted, StringComparison.Ordinal)
                    : Sources.Code.Any(source => source.Key.StartsWith(file, StringComparison.Ordinal)
                        && source.Value.Contains(wanted, StringComparison.Ordinal)))
                {
                    return true;
                }
            }
        }

        return false;
    }

    // Calls that read a setting: settings.Bool("…"), context.Setting("…"), and the local functions that wrap them.
    [GeneratedRegex("(?:ettings|raw|context|Options|request)\\.(?:String|Bool|Number|Integer|StringList|Element|Entries|Find|Setting|"
        + "SettingText)"
        + "\\(\\s*\"([$A-Za-z.]+)\"")]
    private static partial Regex Reads();
}
