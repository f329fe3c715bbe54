using System.Text;
using QwenCode.Configuration.Editing;
using QwenCode.Configuration.Layers;
using QwenCode.Permissions;

namespace QwenCode.Configuration.Tests;

public sealed class SettingsWriterTests : IDisposable
{
    private readonly SettingsFixture _files = new();

    private SettingsWriter Writer => new(_files.Locations);

    [Theory]
    [InlineData("{}", "a", "1", "{\n  \"a\": 1\n}")]
    [InlineData("", "a", "1", "{\n  \"a\": 1\n}\n")]
    [InlineData("{ \"a\": 1 }", "a", "2", "{ \"a\": 2 }")]
    [InlineData("{ \"a\": 1 }", "b", "2", "{ \"a\": 1, \"b\": 2 }")]
    [InlineData("{\n  \"a\": 1 // one\n}\n", "b", "true", "{\n  \"a\": 1, // one\n  \"b\": true\n}\n")]
    [InlineData("{\r\n\t\"a\": 1\r\n}", "b", "{\"c\":1}", "{\r\n\t\"a\": 1,\r\n\t\"b\": {\r\n\t  \"c\": 1\r\n\t}\r\n}")]
    [InlineData("{\n  \"a\": { \"b\": 1 }\n}", "a.c.d", "[1]", "{\n  \"a\": { \"b\": 1, \"c\": {\n    \"d\": [\n      1\n    ]\n  } }\n}")]
    [InlineData("{ // only a comment\n}", "a", "1", "{ // only a comment\n  \"a\": 1\n}")]
    [InlineData("{ \"a\": 1, \"a\": 2 }", "a", "3", "{ \"a\": 1, \"a\": 3 }")]
    [InlineData("{ \"a\": /* x */ [1, 2] /* y */ }", "a", "null", "{ \"a\": /* x */ null /* y */ }")]
    [InlineData("{\n  \"a\": 1\n  // last\n}", "b", "2", "{\n  \"a\": 1,\n  // last\n  \"b\": 2\n}")]
    [InlineData("{ \"a\": [1, 2,], /* , */ }", "b", "2", "{ \"a\": [1, 2], \"b\": 2 /* , */ }")]
    [InlineData("{\n  \"a\": \",}\",\n}", "b", "2", "{\n  \"a\": \",}\",\n  \"b\": 2\n}")]
    public void Only_the_value_that_is_set_changes(string before, string key, string value, string after)
    {
        var file = _files.User(before);

        Writer.Set(key, SettingsFixture.Json(value));

        File.ReadAllText(file).ShouldBe(after);
    }

    [Theory]
    [InlineData("{ \"a\": 1 }", "a", "{  }")]
    [InlineData("{ \"a\": 1, \"b\": 2 }", "a", "{  \"b\": 2 }")]
    [InlineData("{ \"a\": 1, \"b\": 2 }", "b", "{ \"a\": 1 }")]
    [InlineData("{ \"a\": 1 /* , */, \"b\": 2 }", "b", "{ \"a\": 1 /* , */ }")]
    [InlineData("{ \"a\": 1, \"a\": 2, \"b\": 3 }", "a", "{   \"b\": 3 }")]
    [InlineData("{ \"a\": { \"b\": 1 } }", "a.b", "{ \"a\": {  } }")]
    [InlineData("{ \"a\": 1 }", "b.c", "{ \"a\": 1 }")]
    public void A_value_is_taken_out(string before, string key, string after)
    {
        var file = _files.User(before);

        Writer.Remove(key);

        File.ReadAllText(file).ShouldBe(after);
    }

    [Fact]
    public void Rules_are_added_once_and_everything_else_stays()
    {
        var file = _files.ProjectFile("""
            {
              // ours
              "permissions": {
                "allow": [
                  "Bash(git *)" // safe
                ],
                "deny": ["x"]
              },
              "$version": 3
            }
            """.ReplaceLineEndings("\n"));

        new RulePersistence(Writer).Allow(["Bash(git *)", "Bash(echo \"ü\" <a>)"], PermissionScope.Project);

        File.ReadAllText(file).ShouldBe("""
            {
              // ours
              "permissions": {
                "allow": [
                  "Bash(git *)", // safe
                  "Bash(echo \"ü\" <a>)"
                ],
                "deny": ["x"]
              },
              "$version": 3
            }
            """.ReplaceLineEndings("\n"));
        _files.Load().StringList("permissions.allow").ShouldBe(["Bash(git *)", "Bash(echo \"ü\" <a>)"]);
    }

    [Fact]
    public void A_file_that_is_missing_is_created()
    {
        new RulePersistence(Writer).Allow(["a", "b"], PermissionScope.User);

        File.ReadAllText(_files.Locations.UserFile).ShouldBe("{\n  \"$version\": 3,\n  \"permissions\": {\n    \"allow\": [\n      \"a\",\n      \"b\"\n    ]\n  }\n}\n");
        _files.Load().StringList("permissions.allow").ShouldBe(["a", "b"]);
    }

    [Theory]
    [InlineData("{ broken")]
    [InlineData("{ \"permissions\": 5 }")]
    [InlineData("{ \"permissions\": { \"allow\": \"x\" } }")]
    [InlineData("[]")]
    public void A_file_that_cannot_be_understood_is_left_alone(string content)
    {
        var file = _files.User(content);

        Should.Throw<SettingsException>(() => new RulePersistence(Writer).Allow(["a"], PermissionScope.User)).File.ShouldBe(file);

        File.ReadAllText(file).ShouldBe(content);
        Directory.GetFiles(Path.GetDirectoryName(file)!).ShouldBe([file]);
    }

    [Fact]
    public void A_link_stays_a_link_and_a_mode_stays_as_it_is()
    {
        if (OperatingSystem.IsWindows())
        {
            return;   // links need a privilege there
        }

        var target = SettingsFixture.Write(Path.Combine(_files.Root, "dotfiles", "settings.json"), "{}");
        File.SetUnixFileMode(target, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        Directory.CreateDirectory(_files.Locations.UserDirectory);
        File.CreateSymbolicLink(_files.Locations.UserFile, target);

        Writer.Set("ui.theme", "t");

        new FileInfo(_files.Locations.UserFile).LinkTarget.ShouldBe(target);
        File.ReadAllText(target).ShouldContain("\"t\"");
        File.GetUnixFileMode(target).ShouldBe(UnixFileMode.UserRead | UnixFileMode.UserWrite);
    }

    [Theory]
    [InlineData(SettingsScope.System)]
    [InlineData(SettingsScope.SystemDefaults)]
    [InlineData(SettingsScope.BuiltIn)]
    public void The_machines_settings_cannot_be_changed(SettingsScope scope) =>
        Should.Throw<ArgumentOutOfRangeException>(() => Writer.Set("a", "b", scope));

    [Fact]
    public void Edits_of_any_layout_leave_what_they_do_not_touch()
    {
        var random = new Random(11);
        for (var i = 0; i < 500; i++)
        {
            var before = Any(random, 0);
            var path = new[] { "k" + random.Next(4), "n" + random.Next(3) };
            byte[] content = Encoding.UTF8.GetBytes(before);
            SettingsNode expected = Parse(content);
            if (expected.Member(path[0]) is { IsObject: false })
            {
                continue;
            }

            var after = Parse(JsonEditor.Set(content, SettingsScope.User, "f", path, "\"set\""u8));

            after.Member(path[0])!.Member(path[1])!.Text.ShouldBe("set", before);
            foreach (var member in expected.Members)
            {
                if (member.Key != path[0])
                {
                    after.Member(member.Key)!.ToUtf8().ShouldBe(member.Value.ToUtf8(), before);
                }
            }
        }
    }

    public void Dispose() => _files.Dispose();

    private static SettingsNode Parse(byte[] content) => SettingsReader.Parse(content, SettingsScope.User, "f");

    private static string Any(Random random, int depth)
    {
        string[] gaps = ["", " ", "\n  ", " // c, }\n", "/* , ] */", "\r\n\t"];
        string Gap() => gaps[random.Next(gaps.Length)];
        var members = Enumerable.Range(0, random.Next(4))
            .Select(_ => $"\"{(depth == 0 ? "k" : "n")}{random.Next(4)}\":{Gap()}{(depth == 0 && random.Next(2) == 0 ? Any(random, 1) : random.Next(3) switch { 0 => "[1, \"}\"]", 1 => "\"a\\\"\"", _ => "-1.5e3" })}");
        return $"{{{Gap()}{string.Join($"{Gap()},{Gap()}", members)}{Gap()}}}";
    }
}
