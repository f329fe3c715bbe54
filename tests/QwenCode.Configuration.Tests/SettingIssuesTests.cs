using QwenCode.Configuration.Catalogue;

namespace QwenCode.Configuration.Tests;

public sealed class SettingIssuesTests : IDisposable
{
    private readonly SettingsFixture _files = new();

    [Theory]
    [InlineData("{ \"$version\": 3,\n\"modle\": { \"name\": \"x\" } }", "'modle' is not known and has no effect. Did you mean 'model'?")]
    [InlineData("{ \"$version\": 3,\n\"model\": { \"maxSesionTurns\": 3 } }",
        "'model.maxSesionTurns' is not known and has no effect. Did you mean 'model.maxSessionTurns'?")]
    [InlineData("{ \"$version\": 3,\n\"model\": { \"approvalMode\": \"yolo\" } }",
        "'model.approvalMode' is not known and has no effect. Did you mean 'tools.approvalMode'?")]
    [InlineData("{ \"$version\": 3,\n\"agents\": { \"maxConcurent\": 3 } }",
        "'agents.maxConcurent' is not known and has no effect. Did you mean 'agents.maxConcurrent'?")]
    [InlineData("{ \"$version\": 3,\n\"mcpServers\": { \"docs\": { \"comand\": \"x\" } } }",
        "'mcpServers.docs.comand' is not known and has no effect. Did you mean 'mcpServers.docs.command'?")]
    [InlineData("{ \"$version\": 3,\n\"modelProviders\": { \"openai\": [{ \"id\": \"a\", \"baseURL\": \"x\" }] } }",
        "'modelProviders.openai[0].baseURL' is not known and has no effect. Did you mean 'modelProviders.openai[0].baseUrl'?")]
    [InlineData("{ \"$version\": 3,\n\"zzzzzzzz\": true }", "'zzzzzzzz' is not known and has no effect.")]
    [InlineData("{ \"$version\": 3,\n\"tools\": { \"grep\": { \"timeoutSeconds\": 0 } } }",
        "'tools.grep.timeoutSeconds' must be a whole number of at least 1, but is a number.")]
    [InlineData("{ \"$version\": 3,\n\"general\": { \"defaultFileEncoding\": \"utf8\" } }",
        "'general.defaultFileEncoding' must be one of utf-8, utf-8-bom, but is another word.")]
    [InlineData("{ \"$version\": 3,\n\"slashCommands\": { \"disabled\": 5 } }",
        "'slashCommands.disabled' must be a list of strings, but is a number.")]
    [InlineData("{ \"$version\": 3,\n\"permissions\": { \"allow\": [{ \"a\": 1 }] } }",
        "'permissions.allow' must be a list of strings, but is an array.")]
    public void A_key_nobody_knows_and_a_value_that_does_not_fit_are_named_in_every_run(string json, string warning)
    {
        var file = _files.User(json);

        var settings = _files.Load();

        var named = settings.Warnings.ShouldHaveSingleItem();
        (named.File, named.Line, named.Message).ShouldBe((file, 2, warning));
    }

    [Fact]
    public void Every_file_is_looked_at_and_not_only_what_is_left_of_it()
    {
        var defaults = _files.SystemDefaults("""{ "$version": 3, "one": 1 }""");
        var user = _files.User("""{ "$version": 3, "slashCommands": { "disabled": 1 } }""");
        var project = _files.ProjectFile("""{ "$version": 3, "slashCommands": { "disabled": ["x"] }, "two": 2 }""");
        var system = _files.System("""{ "$version": 3, "three": 3 }""");

        _files.Load().Warnings.Select(static warning => warning.File).ShouldBe([defaults, user, project, system]);
    }

    [Fact]
    public void A_value_that_is_understood_in_another_form_is_warned_of_once_or_not_at_all()
    {
        _files.User("""
            { "$version": 3, "disableAllHooks": 1,
              "general": { "chatRecording": "false", "gitCoAuthor": { "commit": false } } }
            """);

        var settings = _files.Load();

        settings.Warnings.ShouldHaveSingleItem().Message.ShouldStartWith("'disableAllHooks' ");
        settings.Bool("general.gitCoAuthor").ShouldBe(false);
    }

    [Fact]
    public void What_other_versions_know_is_named_with_its_reason_unless_it_asks_for_what_happens_anyway()
    {
        _files.User("""
            { "$version": 3,
              "general": { "vimMode": true, "enableAutoUpdate": false },
              "ui": { "theme": "Dracula" },
              "channels": { "chat": { "token": "t0ps3cret" } } }
            """);

        var settings = _files.Load();
        var issues = settings.Inspect();

        settings.Warnings.ShouldBeEmpty();
        issues.Select(static issue => (issue.Kind, issue.Key, issue.Origin.Line)).ShouldBe(
            [(SettingIssueKind.Unsupported, "general.vimMode", 2), (SettingIssueKind.Unsupported, "ui.theme", 3),
                (SettingIssueKind.Unsupported, "channels", 4)]);
        issues.ShouldAllBe(static issue => issue.Message.Contains("has no effect. ", StringComparison.Ordinal));
        string.Concat(issues).ShouldNotContain("t0ps3cret");
    }

    [Fact]
    public void A_usual_file_needs_no_table()
    {
        var file = _files.User("""
            { "$version": 3, "env": { "A": "1" }, "model": { "name": "m", "maxSessionTurns": 20, "generationConfig": { "timeout": 60000 } },
              "modelProviders": { "openai": [{ "id": "a", "envKey": "K", "generationConfig": { "samplingParams": { "top_p": 0.5 } } }] },
              "mcpServers": { "docs": { "command": "x", "args": ["a"], "env": { "T": "$T" }, "timeout": 1000 } },
              "hooks": { "Stop": [{ "matcher": "*", "hooks": [{ "type": "command", "command": "x", "timeout": 5 }] }] },
              "permissions": { "allow": ["Bash(git *)"], "deny": "Edit" }, "tools": { "approvalMode": "auto-edit", "sandbox": true },
              "ui": { "theme": "x", "customThemes": { "mine": { "Background": "#000" } } },
              "agents": { "explore": { "permissions": { "deny": ["*"] } } },
              "general": { "gitCoAuthor": { "commit": true } }, "telemetry": { "enabled": true, "more": [1] } }
            """);

        var root = Layers.SettingsReader.Parse(File.ReadAllBytes(file), SettingsScope.User, file);

        foreach (var member in root.Members)
        {
            var part = Layers.SettingsNode.Object(root.Origin);
            part.Members.Add(member.Key, member.Value);
            SettingsGlance.IsSound(part, string.Empty).ShouldBeTrue(member.Key);
        }

        SettingsCheck.Check(root).ShouldAllBe(static issue => issue.Kind == SettingIssueKind.Unsupported);
    }

    public void Dispose() => _files.Dispose();
}
