using QwenCode.Configuration.Trust;

namespace QwenCode.Configuration.Tests;

public sealed class TrustedFoldersTests : IDisposable
{
    private readonly SettingsFixture _files = new();

    [Theory]
    [InlineData(null, null, FolderTrust.Unknown)]
    [InlineData("work/project:TRUST_FOLDER", null, FolderTrust.Trusted)]
    [InlineData("work:TRUST_FOLDER", null, FolderTrust.Trusted)]
    [InlineData("work/project/sub:TRUST_FOLDER", null, FolderTrust.Unknown)]
    [InlineData("work/other:TRUST_PARENT", null, FolderTrust.Trusted)]
    [InlineData("work/project:DO_NOT_TRUST", null, FolderTrust.Untrusted)]
    [InlineData("work:DO_NOT_TRUST", null, FolderTrust.Untrusted)]
    [InlineData("work:TRUST_FOLDER", "work/project:DO_NOT_TRUST", FolderTrust.Untrusted)]
    [InlineData("work/project:TRUST_FOLDER", "work:DO_NOT_TRUST", FolderTrust.Trusted)]
    [InlineData("work/other:TRUST_PARENT", "work:DO_NOT_TRUST", FolderTrust.Untrusted)]
    [InlineData("work/proj:TRUST_FOLDER", null, FolderTrust.Unknown)]
    public void The_nearest_rule_decides(string? first, string? second, FolderTrust trust)
    {
        Enable();
        foreach (var rule in (string?[])[first, second])
        {
            if (rule?.Split(':') is [var folder, var word])
            {
                TrustedFolders.Set(_files.Locations.TrustedFoldersFile, Path.Combine(_files.Root, folder), word switch
                {
                    "TRUST_FOLDER" => TrustLevel.TrustFolder,
                    "TRUST_PARENT" => TrustLevel.TrustParent,
                    _ => TrustLevel.DoNotTrust,
                });
            }
        }

        var settings = _files.Load();

        settings.Trust.ShouldBe(trust);
        settings.IsTrusted.ShouldBe(trust != FolderTrust.Untrusted);
    }

    [Fact]
    public void Without_the_feature_everything_is_trusted()
    {
        SettingsFixture.Write(_files.Locations.TrustedFoldersFile, "broken");

        _files.Load(editorTrust: false).Trust.ShouldBe(FolderTrust.Trusted);
    }

    [Fact]
    public void The_editor_counts_more_than_the_rules()
    {
        Enable();
        TrustedFolders.Set(_files.Locations.TrustedFoldersFile, _files.Project, TrustLevel.DoNotTrust);

        _files.Load(editorTrust: true).Trust.ShouldBe(FolderTrust.Trusted);
        _files.Load().Trust.ShouldBe(FolderTrust.Untrusted);
    }

    [Fact]
    public void The_project_has_no_say_in_its_own_trust()
    {
        Enable();
        TrustedFolders.Set(_files.Locations.TrustedFoldersFile, _files.Project, TrustLevel.DoNotTrust);
        _files.ProjectFile("""{ "$version": 3, "security": { "folderTrust": { "enabled": false } }, "ui": { "theme": "evil" } }""");

        _files.Load().String("ui.theme").ShouldBe("Qwen Dark");
    }

    [Theory]
    [InlineData("nonsense", 1)]
    [InlineData("[]", 1)]
    [InlineData("{\n\"/a\": \"PERHAPS\" }", 2)]
    [InlineData("{\n\"/a\": 5 }", 2)]
    public void Rules_that_cannot_be_read_stop_the_program_with_code_52(string content, int line)
    {
        Enable();
        var file = SettingsFixture.Write(_files.Locations.TrustedFoldersFile, content);

        var error = Should.Throw<SettingsException>(() => _files.Load());

        (error.ExitCode, error.File, error.Line).ShouldBe((52, file, line));
    }

    [Fact]
    public void The_file_is_for_its_owner_alone_and_keeps_its_comments()
    {
        var file = _files.Locations.TrustedFoldersFile;
        TrustedFolders.Set(file, "/a.b", TrustLevel.TrustFolder);
        File.WriteAllText(file, File.ReadAllText(file).Replace("{", "{ // mine", StringComparison.Ordinal));

        TrustedFolders.Set(file, "/c", TrustLevel.DoNotTrust);

        File.ReadAllText(file).ShouldBe("{ // mine\n  \"/a.b\": \"TRUST_FOLDER\",\n  \"/c\": \"DO_NOT_TRUST\"\n}\n");
        if (!OperatingSystem.IsWindows())
        {
            File.GetUnixFileMode(file).ShouldBe(UnixFileMode.UserRead | UnixFileMode.UserWrite);
        }
    }

    public void Dispose() => _files.Dispose();

    private void Enable() => _files.User("""{ "$version": 3, "security": { "folderTrust": { "enabled": true } } }""");
}
