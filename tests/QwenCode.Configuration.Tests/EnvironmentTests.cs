using QwenCode.Configuration.Variables;

namespace QwenCode.Configuration.Tests;

public sealed class EnvironmentTests : IDisposable
{
    private readonly SettingsFixture _files = new();

    [Theory]
    [InlineData(0, "project own")]
    [InlineData(1, "project")]
    [InlineData(2, "above own")]
    [InlineData(3, "above")]
    [InlineData(4, "home own")]
    [InlineData(5, "home")]
    public void Exactly_one_file_counts_the_nearest(int missing, string winner)
    {
        (string File, string Name)[] files =
        [
            (Path.Combine(_files.Project, ".qwen", ".env"), "project own"), (Path.Combine(_files.Project, ".env"), "project"),
            (Path.Combine(_files.Root, "work", ".qwen", ".env"), "above own"), (Path.Combine(_files.Root, "work", ".env"), "above"),
            (Path.Combine(_files.Home, ".qwen", ".env"), "home own"), (Path.Combine(_files.Home, ".env"), "home"),
        ];
        foreach (var (file, name) in files[missing..])
        {
            SettingsFixture.Write(file, $"FROM={name}\nONLY_{name.Replace(' ', '_')}=1\n");
        }

        var settings = _files.Load();

        settings.Variable("FROM").ShouldBe(winner);
        settings.Environment.Keys.Count(static key => key.StartsWith("ONLY_", StringComparison.Ordinal)).ShouldBe(1);
    }

    [Fact]
    public void The_real_environment_beats_the_file_which_beats_the_settings()
    {
        _files.Environment["A"] = "real";
        SettingsFixture.Write(Path.Combine(_files.Project, ".env"), "A=file\nB=file\n");
        _files.User("""{ "$version": 3, "env": { "A": "settings", "B": "settings", "C": "${A}-settings" }, "ui": { "theme": "$A $B $C" } }""");

        _files.Load().String("ui.theme").ShouldBe("real file real-settings");
        _files.Environment.ShouldNotContainKey("B");
    }

    [Theory]
    [InlineData(".env", false)]
    [InlineData(".qwen/.env", true)]
    public void Excluded_names_are_taken_only_from_our_own_file(string name, bool taken)
    {
        SettingsFixture.Write(Path.Combine(_files.Project, name), "DEBUG=1\nOTHER=1\n");

        var settings = _files.Load();

        settings.Environment.ContainsKey("DEBUG").ShouldBe(taken);
        settings.Environment.ContainsKey("OTHER").ShouldBeTrue();
    }

    [Fact]
    public void In_an_untrusted_folder_only_the_home_files_count()
    {
        _files.User("""{ "$version": 3, "security": { "folderTrust": { "enabled": true } } }""");
        _files.ProjectFile("""{ "$version": 3, "ui": { "theme": "project" } }""");
        SettingsFixture.Write(Path.Combine(_files.Project, ".env"), "FROM=project\n");
        SettingsFixture.Write(Path.Combine(_files.Home, ".env"), "FROM=home\n");

        var settings = _files.Load(editorTrust: false);

        settings.Variable("FROM").ShouldBe("home");
        settings.String("ui.theme").ShouldBe("Qwen Dark");
        settings.IsTrusted.ShouldBeFalse();
    }

    [Fact]
    public void A_line_that_assigns_nothing_is_warned_about()
    {
        var file = SettingsFixture.Write(Path.Combine(_files.Project, ".env"), "A=1\n\nnonsense\n");

        _files.Load().Warnings.ShouldBe([new SettingsWarning(file, 3, "is no NAME=value line and was skipped.")]);
    }

    [Theory]
    [InlineData("A=b", "b")]
    [InlineData("export A=b", "b")]
    [InlineData("  A = b  ", "b")]
    [InlineData("A=b # why", "b")]
    [InlineData("A=\"b # c\"", "b # c")]
    [InlineData("A='b\\n'", "b\\n")]
    [InlineData("A=\"b\\nc\"", "b\nc")]
    [InlineData("A=\"b\nc\"", "b\nc")]
    [InlineData("A=`b'c\"`", "b'c\"")]
    [InlineData("A=", "")]
    [InlineData("A=\"open", "\"open")]
    [InlineData("# A=x\nA=y", "y")]
    [InlineData("\uFEFFA=b\r\n", "b")]
    [InlineData("A=x=y", "x=y")]
    [InlineData("A=1\nA=2", "2")]
    public void Lines_are_read_as_usual(string text, string value) => DotEnvParser.Parse(text)["A"].ShouldBe(value);

    [Fact]
    public void Any_text_can_be_read()
    {
        var random = new Random(7);
        const string alphabet = "A=\"'`#\n\\ \texport$\r\uFEFF";
        for (var i = 0; i < 3000; i++)
        {
            var text = new string([.. Enumerable.Range(0, random.Next(30)).Select(_ => alphabet[random.Next(alphabet.Length)])]);

            Should.NotThrow(() => DotEnvParser.Parse(text), text);
        }
    }

    [Fact]
    public void Locations_follow_the_environment()
    {
        Dictionary<string, string> environment = new()
        {
            ["QWEN_CODE_SYSTEM_SETTINGS_PATH"] = "/sys/s.json", ["QWEN_CODE_TRUSTED_FOLDERS_PATH"] = "/t.json", ["HOME"] = "/h", ["USERPROFILE"] = "/h",
        };

        var locations = SettingsLocations.For(_files.Project, environment);

        locations.SystemFile.ShouldBe("/sys/s.json");
        locations.SystemDefaultsFile.ShouldBe(Path.Combine(Path.GetDirectoryName("/sys/s.json")!, "system-defaults.json"));
        locations.TrustedFoldersFile.ShouldBe("/t.json");
        locations.HomeDirectory.ShouldBe("/h");
    }

    public void Dispose() => _files.Dispose();
}
