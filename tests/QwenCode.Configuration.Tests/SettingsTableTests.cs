using System.Text.RegularExpressions;
using QwenCode.Configuration.Catalogue;

namespace QwenCode.Configuration.Tests;

/// <summary>Holds the table of settings against the code that reads them.</summary>
public sealed partial class SettingsTableTests
{
    // Keys that are read name by name: where, and by which text.
    private static readonly (string Keys, string File, string? Text)[] Proofs =
    [
    ];

    // Read, and passed to nobody: the name that nothing else may use as long as the table says so.
    private static readonly Dictionary<string, string> ReadInVain = new(StringComparer.Ordinal)
    {
        ["model.chatCompression.contextPercentageThreshold"] = "CompressionThreshold",
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
            && Sources.Code.Values.Any(text => Reads().Matches(text).Any(match => match.Groups[1].Value == row.Key))).Select(static row => row.Key);

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
        SettingsTable.All.GroupBy(static row => row.Key).Where(static group => group.Count() > 1).Select(static group => group.Key).ShouldBeEmpty();
        SettingsTable.All.Where(static row => row.Text.Length < 5 || row.Kind == SettingKind.None).Select(static row => row.Key).ShouldBeEmpty();
        SettingsTable.All.Where(static row => row is { IsHonoured: true, Always: not null }).Select(static row => row.Key).ShouldBeEmpty();
    }

    [Fact]
    public void The_built_in_defaults_are_those_of_the_table()
    {
        using var fixture = new SettingsFixture();
        var settings = fixture.Load();

        foreach (var row in SettingsTable.All.Where(static row => row.IsHonoured && !row.Key.Contains('*', StringComparison.Ordinal)))
        {
            if (settings.Element(row.Key) is { } value && value.ValueKind is not System.Text.Json.JsonValueKind.Object)
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
            File.WriteAllText(Path.Combine(Sources.Root, "src", "QwenCode.Configuration", "Catalogue", "SettingsDigest.cs"), $$""""
                namespace QwenCode.Configuration.Catalogue;

                /// <summary>
                /// Every key with what it takes, as one text (<see cref="SettingsDigestText"/>). Made of the table:
                /// QWEN_APPROVE_SETTINGS=1 dotnet test tests/QwenCode.Configuration.Tests
                /// </summary>
                internal static class SettingsDigest
                {
                    public const string Text = """

                {{text.Trim('\n')}}

                """;
                }

                """".ReplaceLineEndings("\n"));
            return;
        }

        SettingsDigest.Text.ReplaceLineEndings("\n").ShouldBe(text, "The table changed; run the test with QWEN_APPROVE_SETTINGS=1.");
    }

    private static bool IsRead(string key)
    {
        if (Sources.Code.Values.Any(text => text.Contains($"\"{key}\"", StringComparison.Ordinal)))
        {
            return true;
        }

        foreach (var (keys, file, text) in Proofs)
        {
            var isMeant = keys == key || (keys.EndsWith(".>", StringComparison.Ordinal) && key.StartsWith(keys[..^1], StringComparison.Ordinal));
            if (isMeant && Directory.GetParent(Path.Combine(Sources.Root, file)) is not null)
            {
                var wanted = text ?? $"\"{key[(key.LastIndexOf('.') + 1)..]}\"";
                if (Sources.Code.Any(source => source.Key.StartsWith(file, StringComparison.Ordinal)
                    && (source.Value.Contains(wanted, StringComparison.Ordinal) || source.Value.Contains(wanted + "u8", StringComparison.Ordinal))))
                {
                    return true;
                }
            }
        }

        return false;
    }

    // Calls that read a setting: settings.Bool("…"), context.Setting("…"), and the local functions that wrap them.
    [GeneratedRegex("(?:ettings|raw|context|Options|request)\\.(?:String|Bool|Number|Integer|StringList|Element|Entries|Find|Setting|SettingText)\\(\\s*\"([$A-Za-z.]+)\"")]
    private static partial Regex Reads();
}
