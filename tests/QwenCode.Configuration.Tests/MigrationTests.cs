namespace QwenCode.Configuration.Tests;

public sealed class MigrationTests : IDisposable
{
    private readonly SettingsFixture _files = new();

    public static TheoryData<string, string> Renames => new()
    {
        { "accessibility", "ui.accessibility" }, { "allowedTools", "tools.allowed" }, { "allowMCPServers", "mcp.allowed" },
        { "approvalMode", "tools.approvalMode" }, { "autoAccept", "tools.autoAccept" }, { "autoConfigureMaxOldSpaceSize", "advanced.autoConfigureMemory" },
        { "bugCommand", "advanced.bugCommand" }, { "chatCompression", "model.chatCompression" }, { "checkpointing", "general.checkpointing" },
        { "contentGenerator", "model.generationConfig" }, { "contextFileName", "context.fileName" }, { "coreTools", "tools.core" },
        { "customThemes", "ui.customThemes" }, { "customWittyPhrases", "ui.customWittyPhrases" }, { "debugKeystrokeLogging", "general.debugKeystrokeLogging" },
        { "dnsResolutionOrder", "advanced.dnsResolutionOrder" }, { "enableOpenAILogging", "model.enableOpenAILogging" }, { "enableWelcomeBack", "ui.enableWelcomeBack" },
        { "enforcedAuthType", "security.auth.enforcedType" }, { "excludedProjectEnvVars", "advanced.excludedEnvVars" }, { "excludeMCPServers", "mcp.excluded" },
        { "excludeTools", "tools.exclude" }, { "fileFiltering", "context.fileFiltering" }, { "folderTrust", "security.folderTrust.enabled" },
        { "folderTrustFeature", "security.folderTrust.featureEnabled" }, { "hasSeenIdeIntegrationNudge", "ide.hasSeenNudge" }, { "hideTips", "ui.hideTips" },
        { "hideWindowTitle", "ui.hideWindowTitle" }, { "mcpServerCommand", "mcp.serverCommand" }, { "memoryImportFormat", "context.importFormat" },
        { "model", "model.name" }, { "preferredEditor", "general.preferredEditor" }, { "sandbox", "tools.sandbox" },
        { "selectedAuthType", "security.auth.selectedType" }, { "sessionTokenLimit", "model.sessionTokenLimit" }, { "shellPager", "tools.shell.pager" },
        { "shellShowColor", "tools.shell.showColor" }, { "shouldUseNodePtyShell", "tools.shell.enableInteractiveShell" }, { "showCitations", "ui.showCitations" },
        { "showLineNumbers", "ui.showLineNumbers" }, { "showStatusInTitle", "ui.showStatusInTitle" }, { "skipLoopDetection", "model.skipLoopDetection" },
        { "skipNextSpeakerCheck", "model.skipNextSpeakerCheck" }, { "skipStartupContext", "model.skipStartupContext" }, { "tavilyApiKey", "advanced.tavilyApiKey" },
        { "theme", "ui.theme" }, { "toolCallCommand", "tools.callCommand" }, { "toolDiscoveryCommand", "tools.discoveryCommand" },
        { "usageStatisticsEnabled", "privacy.usageStatisticsEnabled" }, { "useExternalAuth", "security.auth.useExternal" }, { "useRipgrep", "tools.useRipgrep" },
        { "vimMode", "general.vimMode" }, { "ideMode", "ide.enabled" }, { "includeDirectories", "context.includeDirectories" },
        { "loadMemoryFromIncludeDirectories", "context.loadFromIncludeDirectories" }, { "maxSessionTurns", "model.maxSessionTurns" },
    };

    [Theory]
    [MemberData(nameof(Renames))]
    public void Every_flat_name_finds_its_place_in_memory_and_on_disk(string old, string path)
    {
        // The trust feature is judged by its value, so it needs a real one.
        var value = old == "folderTrust" ? "false" : "\"moved\"";
        var before = $$"""{ "{{old}}": {{value}} }""";
        var file = _files.User(before);

        var settings = _files.Load();

        Written(settings).ShouldBe(value);
        File.ReadAllText(file + ".orig").ShouldBe(before);
        var again = SettingsLoader.Load(_files.Locations, _files.Environment);
        Written(again).ShouldBe(value);
        again.Element("$version")!.Value.GetInt32().ShouldBe(3);

        // As the file holds it: what counts may differ, because few of these settings are words.
        string Written(Settings read)
        {
            var names = path.Split('.');
            return names.Skip(1).Aggregate(read.Written(SettingsScope.User, names[0])!.Value, (node, name) => node.GetProperty(name)).GetRawText();
        }
    }

    [Fact]
    public void Unchanged_names_and_names_of_the_new_shape_stay()
    {
        _files.User("""{ "theme": "t", "mcpServers": { "a": { "command": "x" } }, "telemetry": { "enabled": true }, "ui": { "hideTips": true }, "nobody": 1 }""");

        var settings = _files.Load();

        settings.String("ui.theme").ShouldBe("t");
        settings.Bool("ui.hideTips").ShouldBe(true);
        settings.Bool("telemetry.enabled").ShouldBe(true);
        settings.Element("mcpServers")!.Value.GetProperty("a").GetProperty("command").GetString().ShouldBe("x");
        settings.Integer("nobody").ShouldBe(1);
    }

    [Theory]
    [InlineData("""{ "general": { "disableAutoUpdate": true } }""", "general.enableAutoUpdate", false)]
    [InlineData("""{ "general": { "disableAutoUpdate": false, "disableUpdateNag": true } }""", "general.enableAutoUpdate", false)]
    [InlineData("""{ "general": { "disableAutoUpdate": true, "disableUpdateNag": false } }""", "general.enableAutoUpdate", false)]
    [InlineData("""{ "general": { "disableAutoUpdate": false, "disableUpdateNag": false } }""", "general.enableAutoUpdate", true)]
    [InlineData("""{ "$version": 2, "ui": { "accessibility": { "disableLoadingPhrases": "TRUE" } } }""", "ui.accessibility.enableLoadingPhrases", false)]
    [InlineData("""{ "$version": 2, "context": { "fileFiltering": { "disableFuzzySearch": "false" } } }""", "context.fileFiltering.enableFuzzySearch", true)]
    [InlineData("""{ "$version": 2, "model": { "generationConfig": { "disableCacheControl": true } } }""", "model.generationConfig.enableCacheControl", false)]
    [InlineData("""{ "hooksConfig": { "enabled": false } }""", "disableAllHooks", true)]
    [InlineData("""{ "hooksConfig": { "enabled": true } }""", "disableAllHooks", false)]
    [InlineData("""{ "hooksConfig": { "enabled": true }, "disableAllHooks": true }""", "disableAllHooks", true)]
    [InlineData("""{ "disableAutoUpdate": true }""", "general.enableAutoUpdate", false)]
    [InlineData("""{ "disableLoadingPhrases": true }""", "ui.accessibility.enableLoadingPhrases", false)]
    [InlineData("""{ "disableFuzzySearch": true }""", "context.fileFiltering.enableFuzzySearch", false)]
    [InlineData("""{ "disableCacheControl": true }""", "model.generationConfig.enableCacheControl", false)]
    public void Switches_that_disabled_become_switches_that_enable(string before, string key, bool value)
    {
        _files.User(before);

        _files.Load().Bool(key).ShouldBe(value);
        SettingsLoader.Load(_files.Locations, _files.Environment).Bool(key).ShouldBe(value);
    }

    [Fact]
    public void A_switch_that_is_no_boolean_is_dropped_with_a_warning()
    {
        var file = _files.User("{ \"$version\": 2,\n\"general\": { \"disableAutoUpdate\": \"perhaps\" } }");

        var settings = _files.Load();

        settings.Bool("general.enableAutoUpdate").ShouldBe(true);
        var warning = settings.Warnings.ShouldHaveSingleItem();
        (warning.File, warning.Line).ShouldBe((file, 2));
    }

    [Fact]
    public void A_name_of_an_earlier_version_in_a_new_file_is_only_warned_about()
    {
        const string content = """{ "$version": 3, "vimMode": true, "general": { "disableAutoUpdate": true } }""";
        var file = _files.User(content);

        var settings = _files.Load();

        settings.Bool("general.vimMode").ShouldBe(false);
        settings.Warnings.Count.ShouldBe(2);
        settings.Warnings[0].Message.ShouldContain("general.vimMode");
        File.ReadAllText(file).ShouldBe(content);
        File.Exists(file + ".orig").ShouldBeFalse();
    }

    [Theory]
    [InlineData("VS", "Qwen Light")]
    [InlineData("VS2015", "Qwen Dark")]
    public void Themes_that_are_gone_are_renamed(string old, string current)
    {
        _files.User($$"""{ "$version": 2, "ui": { "theme": "{{old}}" } }""");

        _files.Load().String("ui.theme").ShouldBe(current);
    }

    [Fact]
    public void A_file_that_only_lacks_its_version_keeps_its_comments()
    {
        const string before = "{\n  // mine\n  \"ui\": { \"theme\": \"t\" } // really\n}\n";
        var file = _files.User(before);

        _files.Load();

        File.ReadAllText(file).ShouldBe("{\n  // mine\n  \"ui\": { \"theme\": \"t\" }, // really\n  \"$version\": 3\n}\n");
        File.ReadAllText(file + ".orig").ShouldBe(before);
    }

    [Theory]
    [InlineData("3")]
    [InlineData("4")]
    public void A_file_of_this_version_or_a_later_one_is_not_written(string version)
    {
        var content = $$"""{ "$version": {{version}} }""";
        var file = _files.User(content);

        _files.Load();

        File.ReadAllText(file).ShouldBe(content);
        Directory.GetFiles(Path.GetDirectoryName(file)!).ShouldBe([file]);
    }

    [Fact]
    public void The_machines_files_are_understood_but_not_rewritten()
    {
        const string content = """{ "vimMode": true }""";
        var file = _files.System(content);

        _files.Load().Bool("general.vimMode").ShouldBe(true);

        File.ReadAllText(file).ShouldBe(content);
    }

    public void Dispose() => _files.Dispose();
}
