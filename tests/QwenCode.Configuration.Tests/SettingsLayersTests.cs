using QwenCode.Configuration.Options;

namespace QwenCode.Configuration.Tests;

public sealed class SettingsLayersTests : IDisposable
{
    private readonly SettingsFixture _files = new();

    [Fact]
    public void Built_in_defaults_hold_where_no_file_says_anything()
    {
        var settings = _files.Load();

        settings.Bool("general.gitCoAuthor").ShouldBe(true);
        settings.Integer("tools.truncateToolOutputThreshold").ShouldBe(25000);
        settings.Number("model.chatCompression.contextPercentageThreshold").ShouldBe(0.7);
        settings.String("model.name").ShouldBeNull();
        settings.Bool("ui.enableFollowupSuggestions").ShouldBe(false);
        settings.Warnings.ShouldBeEmpty();
    }

    [Theory]
    [InlineData(1, "defaults")]
    [InlineData(2, "user")]
    [InlineData(3, "project")]
    [InlineData(4, "system")]
    public void A_later_layer_wins_per_key(int layers, string winner)
    {
        Action[] writes =
        [
            () => _files.SystemDefaults("""{ "$version": 3, "ui": { "theme": "defaults" } }"""),
            () => _files.User("""{ "$version": 3, "ui": { "theme": "user", "hideTips": true } }"""),
            () => _files.ProjectFile("""{ "$version": 3, "ui": { "theme": "project" } }"""),
            () => _files.System("""{ "$version": 3, "ui": { "theme": "system" } }"""),
        ];
        foreach (var write in writes[..layers])
        {
            write();
        }

        var settings = _files.Load();

        settings.String("ui.theme").ShouldBe(winner);
        settings.Bool("ui.hideTips").ShouldBe(layers > 1);
    }

    [Fact]
    public void Only_the_working_directory_itself_has_project_settings()
    {
        SettingsFixture.Write(Path.Combine(_files.Root, "work", ".qwen", "settings.json"), """{ "$version": 3, "ui": { "theme": "above" } }""");

        _files.Load().String("ui.theme").ShouldBe("Qwen Dark");
    }

    [Fact]
    public void In_the_home_directory_there_is_no_project_file()
    {
        _files.User("""{ "$version": 3, "context": { "includeDirectories": ["a"] } }""");
        var locations = _files.Locations with { WorkingDirectory = _files.Home };

        var settings = SettingsLoader.Load(locations, _files.Environment);

        settings.StringList("context.includeDirectories").ShouldBe(["a"]);
    }

    [Theory]
    [InlineData("mcpServers", """{ "a": { "command": "x", "args": ["1"] }, "b": { "command": "y" } }""", """{ "a": { "url": "u" } }""", """{"a":{"url":"u"},"b":{"command":"y"}}""")]
    [InlineData("env", """{ "A": "1", "B": "2" }""", """{ "A": "3" }""", """{"A":"3","B":"2"}""")]
    [InlineData("channels", """{ "a": { "type": "x" } }""", """{ "a": { "token": "t" } }""", """{"a":{"token":"t"}}""")]
    [InlineData("mcp", """{ "allowed": ["a"], "excluded": ["x"] }""", """{ "allowed": ["a", "b"] }""", """{"allowed":["a","a","b"],"excluded":["x"]}""")]
    [InlineData("hooks", """{ "Stop": [{ "hooks": [1] }] }""", """{ "Stop": [{ "hooks": [2] }] }""", """{"Stop":[{"hooks":[1]},{"hooks":[2]}]}""")]
    [InlineData("permissions", """{ "deny": ["a", "b"], "allow": ["c"] }""", """{ "deny": ["b", "d"] }""", """{"deny":["a","b","d"],"allow":["c"]}""")]
    [InlineData("modelProviders", """{ "openai": [{ "id": "a" }], "gemini": [{ "id": "g" }] }""", """{ "openai": [{ "id": "b" }] }""", """{"openai":[{"id":"b"}],"gemini":[{"id":"g"}]}""")]
    [InlineData("webSearch", """{ "default": "x", "provider": [1, 2] }""", """{ "provider": [3] }""", """{"default":"x","provider":[3]}""")]
    public void Layers_merge_by_the_rule_of_their_key(string key, string user, string project, string merged)
    {
        _files.User($$"""{ "$version": 3, "{{key}}": {{user}} }""");
        _files.ProjectFile($$"""{ "$version": 3, "{{key}}": {{project}} }""");

        _files.Load().Element(key)!.Value.GetRawText().ShouldBe(merged);
    }

    [Fact]
    public void Included_directories_and_excluded_tools_add_up()
    {
        _files.User("""{ "$version": 3, "context": { "includeDirectories": ["a"] }, "tools": { "exclude": ["x"] }, "advanced": { "excludedEnvVars": ["E"] } }""");
        _files.ProjectFile("""{ "$version": 3, "context": { "includeDirectories": ["a", "b"] }, "tools": { "exclude": ["x", "y"] } }""");

        var settings = _files.Load();

        settings.StringList("context.includeDirectories").ShouldBe(["a", "a", "b"]);
        settings.StringList("tools.exclude").ShouldBe(["x", "y"]);
        settings.StringList("advanced.excludedEnvVars").ShouldBe(["DEBUG", "DEBUG_MODE", "E"]);
    }

    [Theory]
    [InlineData("""{ "$version": 3, "permissions": null }""")]
    [InlineData("""{ "$version": 3, "permissions": { "deny": null } }""")]
    public void A_null_in_the_project_does_not_wipe_out_the_persons_denials(string project)
    {
        _files.User("""{ "$version": 3, "permissions": { "deny": ["Bash(rm *)"] } }""");
        _files.ProjectFile(project);

        PermissionSettings.From(_files.Load()).Deny.ShouldHaveSingleItem().Text.ShouldBe("Bash(rm *)");
    }

    [Theory]
    [InlineData("""{ "$version": 3, "agents": [] }""")]
    [InlineData("""{ "$version": 3, "agents": 1 }""")]
    [InlineData("""{ "$version": 3, "agents": { "reviewer": [] } }""")]
    public void A_value_of_the_wrong_kind_in_the_project_does_not_lift_the_rules_of_an_agent(string project)
    {
        _files.User("""{ "$version": 3, "agents": { "reviewer": { "permissions": { "deny": ["Bash"] } } } }""");
        _files.ProjectFile(project);

        var agents = _files.Load().Element("agents")!.Value;

        agents.GetProperty("reviewer").GetProperty("permissions").GetRawText().ShouldContain("Bash");
    }

    [Fact]
    public void A_denial_list_of_the_wrong_kind_is_an_error_rather_than_no_denials()
    {
        _files.User("""{ "$version": 3, "permissions": { "deny": ["Bash(rm *)"] } }""");
        var file = _files.ProjectFile("{ \"$version\": 3,\n\"permissions\": {\n\"deny\": true } }");

        Should.Throw<SettingsException>(() => PermissionSettings.From(_files.Load())).Message.ShouldStartWith($"{file}:3: 'permissions.deny': must be an array of strings, but is a boolean");
    }

    [Fact]
    public void Rules_tell_where_they_were_written()
    {
        var user = _files.User("{ \"$version\": 3, \"permissions\": { \"deny\": [\"a\"] },\n\"tools\": { \"exclude\": [\"web_fetch\"] } }");
        var project = _files.ProjectFile("{ \"$version\": 3, \"permissions\": { \"deny\": [\"a\",\n\"b\"], \"ask\": [\"q\"] } }");

        var rules = PermissionSettings.From(_files.Load(), allowedTools: ["glob"], excludedTools: ["edit"]);

        rules.Deny.ShouldBe([
            new("a", user + ":1", "permissions.deny", 0),
            new("b", project + ":2", "permissions.deny", 1),
            new("web_fetch", user + ":2", "tools.exclude", 0),
            new("edit", "--exclude-tools", "--exclude-tools", 0),
        ]);
        rules.Ask.ShouldBe([new("q", project + ":2", "permissions.ask", 0)]);
        rules.Allow.ShouldBe([new("glob", "--allowed-tools", "--allowed-tools", 0)]);
    }

    [Fact]
    public void Names_that_reach_into_prototypes_are_skipped()
    {
        _files.User("""{ "$version": 3, "__proto__": { "x": 1 }, "ui": { "constructor": 1, "prototype": 2, "theme": "t" } }""");

        var settings = _files.Load();

        settings.Element("__proto__").ShouldBeNull();
        settings.Element("ui.constructor").ShouldBeNull();
        settings.String("ui.theme").ShouldBe("t");
    }

    [Fact]
    public void Comments_are_read_over_and_unknown_keys_are_kept_and_named()
    {
        _files.User("""
            // first
            { "$version": 3, /* inner */ "nobody": { "knows": [1, 2.5e3, null] },
              "ui": { "theme": "t" // last
              } } // after
            """);

        var settings = _files.Load();

        settings.String("ui.theme").ShouldBe("t");
        settings.Element("nobody")!.Value.GetRawText().ShouldBe("""{"knows":[1,2.5e3,null]}""");
        settings.Warnings.ShouldHaveSingleItem().Message.ShouldBe("'nobody' is not known and has no effect.");
    }

    [Theory]
    [InlineData("general.vimMode", "must be true or false, but is a string")]
    [InlineData("model.maxSessionTurns", "must be a whole number, but is a number")]
    [InlineData("ui.theme", "must be a string, but is an array")]
    [InlineData("tools.exclude[1]", "must be a string, but is a number")]
    public void A_value_of_the_wrong_kind_names_file_line_key_and_kind(string key, string problem)
    {
        var file = _files.User("""
            { "$version": 3,
              "general": { "vimMode": "yes" }, "model": { "maxSessionTurns": 1.5 }, "ui": { "theme": [] },
              "context": { "fileName": 5 }, "tools": { "exclude": ["a", 5] }, "output": true }
            """);
        var settings = _files.Load();

        var error = Should.Throw<SettingsException>(() => _ = key switch
        {
            "general.vimMode" => (object?)settings.Bool(key),
            "model.maxSessionTurns" => settings.Integer(key),
            "ui.theme" or "output.format" => settings.String(key),
            _ => settings.StringList(key.Split('[')[0]),
        });

        error.File.ShouldBe(file);
        error.Line.ShouldBe(key.StartsWith("context", StringComparison.Ordinal) || key.StartsWith("tools", StringComparison.Ordinal) || key.StartsWith("output", StringComparison.Ordinal) ? 3 : 2);
        error.Message.ShouldContain(problem);
    }

    [Theory]
    [InlineData("$NAME", "value")]
    [InlineData("${NAME}", "value")]
    [InlineData("a-$NAME/b-${NAME}", "a-value/b-value")]
    [InlineData("$UNKNOWN ${UNKNOWN}", "$UNKNOWN ${UNKNOWN}")]
    [InlineData("${NAME:-x}", "${NAME:-x}")]
    [InlineData("^a$", "^a$")]
    [InlineData("${", "${")]
    [InlineData("$$NAME", "$value")]
    [InlineData("$NAMED", "$NAMED")]
    public void Variables_are_filled_in(string written, string read)
    {
        _files.Environment["NAME"] = "value";
        _files.User($$"""{ "$version": 3, "ui": { "theme": "{{written}}" }, "mcpServers": { "a": { "args": ["{{written}}"] } } }""");

        var settings = _files.Load();

        settings.String("ui.theme").ShouldBe(read);
        settings.Element("mcpServers")!.Value.GetProperty("a").GetProperty("args")[0].GetString().ShouldBe(read);
    }

    [Theory]
    [InlineData("AUTO_EDIT", Permissions.ApprovalMode.AutoEdit)]
    [InlineData("autoedit", Permissions.ApprovalMode.AutoEdit)]
    [InlineData("Yolo", Permissions.ApprovalMode.Yolo)]
    [InlineData("plan", Permissions.ApprovalMode.Plan)]
    public void The_approval_mode_is_read_leniently(string written, Permissions.ApprovalMode mode)
    {
        _files.User($$"""{ "$version": 3, "tools": { "approvalMode": "{{written}}" } }""");

        ToolSettings.From(_files.Load()).ApprovalMode.ShouldBe(mode);
    }

    [Theory]
    [InlineData("\"auto\"", "\"auto\"")]
    [InlineData("\"bubble\"", "\"bubble\"")]
    [InlineData("true", "a boolean")]
    [InlineData("{ \"mode\": \"yolo\" }", "an object")]
    public void An_approval_mode_of_another_version_asks_and_is_warned_about(string written, string found)
    {
        var file = _files.User("{ \"$version\": 3,\n \"tools\": { \"approvalMode\": " + written + " } }");

        var settings = _files.Load();

        ToolSettings.From(settings).ApprovalMode.ShouldBe(Permissions.ApprovalMode.Default);
        settings.Warnings.ShouldHaveSingleItem().ToString()
            .ShouldBe($"{file}:2: 'tools.approvalMode' should be one of plan, default, auto-edit, yolo, but is {found}. \"default\" counts, which asks before anything is changed.");
    }

    [Theory]
    [InlineData("\"disableAllHooks\": { \"enabled\": true }", "disableAllHooks", true, false)]
    [InlineData("\"disableAllHooks\": \"TRUE\"", "disableAllHooks", true, false)]
    [InlineData("\"disableAllHooks\": 1", "disableAllHooks", false, true)]
    [InlineData("\"security\": { \"folderTrust\": true }", "security.folderTrust.enabled", true, false)]
    [InlineData("\"security\": { \"folderTrust\": { \"enabled\": { \"enabled\": false } } }", "security.folderTrust.enabled", false, false)]
    [InlineData("\"security\": { \"folderTrust\": { \"enabled\": \"perhaps\" } }", "security.folderTrust.enabled", true, true)]
    [InlineData("\"context\": { \"fileFiltering\": { \"respectQwenIgnore\": [] } }", "context.fileFiltering.respectQwenIgnore", true, true)]
    [InlineData("\"general\": \"new\"", "general.chatRecording", null, true)]
    public void A_boolean_of_another_version_is_understood_or_its_stricter_meaning_counts(string written, string key, bool? read, bool isWarned)
    {
        _files.User("{ \"$version\": 3, " + written + " }");

        var settings = _files.Load();

        settings.Bool(key).ShouldBe(read);
        settings.Warnings.Count.ShouldBe(isWarned ? 1 : 0);
    }

    [Theory]
    [InlineData("\"model\": { \"maxSessionTurns\": \"7\" }", 7, false)]
    [InlineData("\"model\": { \"maxSessionTurns\": \"many\" }", null, true)]
    [InlineData("\"model\": { \"maxSessionTurns\": { \"main\": 3 } }", null, true)]
    public void A_number_of_another_version_is_understood_or_its_default_counts(string written, int? read, bool isWarned)
    {
        _files.User("{ \"$version\": 3, " + written + " }");

        var settings = _files.Load();

        SessionSettings.From(settings).MaxSessionTurns.ShouldBe(read);
        settings.Warnings.Count.ShouldBe(isWarned ? 1 : 0);
    }

    [Theory]
    [InlineData("\"permissions\": \"new\"")]
    [InlineData("\"permissions\": { \"deny\": { \"Bash\": true } }")]
    [InlineData("\"permissions\": { \"deny\": [\"Bash\", { \"tool\": \"Edit\" }] }")]
    [InlineData("\"tools\": { \"exclude\": true }")]
    public void Rules_that_cannot_be_read_stop_the_run(string written)
    {
        _files.User("{ \"$version\": 3, " + written + " }");

        Should.Throw<SettingsException>(() => PermissionSettings.From(_files.Load()));
    }

    [Fact]
    public void Option_records_follow_the_settings()
    {
        _files.User("""
            { "$version": 3, "model": { "maxSessionTurns": 7, "sessionTokenLimit": 500, "skipStartupContext": true },
              "context": { "fileName": "CONTEXT.md", "importFormat": "flat", "includeDirectories": ["~/lib", "%userprofile%/two", "sub"] },
              "tools": { "core": ["glob"], "truncateToolOutputLines": 5, "sandbox": true }, "advanced": { "runtimeOutputDir": "out" } }
            """);

        var settings = _files.Load();
        var session = SessionSettings.From(settings);
        var context = ContextSettings.From(settings);
        var tools = ToolSettings.From(settings);

        session.MaxSessionTurns.ShouldBe(7);
        session.SessionTokenLimit.ShouldBe(500);
        session.SkipStartupContext.ShouldBeTrue();
        session.RuntimeDirectory.ShouldBe(Path.Combine(_files.Project, "out"));
        context.FileNames.ShouldBe(["CONTEXT.md"]);
        context.UseFlatImports.ShouldBeTrue();
        context.IncludeDirectories.ShouldBe([Path.Combine(_files.Home, "lib"), Path.Combine(_files.Home, "two"), Path.Combine(_files.Project, "sub")]);
        tools.Core.ShouldBe(["glob"]);
        tools.Limits.ShouldBe(new Tools.ToolLimits(25000, 5));
        tools.Sandbox.ShouldBe("auto");
    }

    public void Dispose() => _files.Dispose();
}
