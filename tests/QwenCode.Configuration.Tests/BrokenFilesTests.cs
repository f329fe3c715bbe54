namespace QwenCode.Configuration.Tests;

public sealed class BrokenFilesTests : IDisposable
{
    private readonly SettingsFixture _files = new();

    [Theory]
    [InlineData("{ \"ui\": {\n \"theme\": \"x\",\n } }", 3)]
    [InlineData("{ nonsense", 1)]
    [InlineData("{}\n{}", 2)]
    public void A_file_that_cannot_be_parsed_is_set_aside_and_warned_about(string content, int line)
    {
        var file = _files.User(content);

        var settings = _files.Load();

        var warning = settings.Warnings.ShouldHaveSingleItem();
        warning.File.ShouldBe(file);
        warning.Line.ShouldBe(line);
        File.Exists(file).ShouldBeFalse();
        File.ReadAllText(file + ".corrupted.1700000000000").ShouldBe(content);
        settings.String("ui.theme").ShouldBe("Qwen Dark");
    }

    [Fact]
    public void The_earlier_version_is_restored_and_the_broken_one_is_kept()
    {
        var file = _files.ProjectFile("{ broken");
        SettingsFixture.Write(file + ".orig", """{ "$version": 3, "ui": { "theme": "earlier" } }""");

        var settings = _files.Load();

        settings.String("ui.theme").ShouldBe("earlier");
        File.ReadAllText(file).ShouldContain("earlier");
        File.ReadAllText(file + ".corrupted.1700000000000").ShouldBe("{ broken");
        settings.Warnings.ShouldHaveSingleItem().Message.ShouldContain(".orig");
    }

    [Fact]
    public void An_earlier_version_that_is_broken_too_is_not_restored()
    {
        var file = _files.User("{ broken");
        SettingsFixture.Write(file + ".orig", "{ broken, too");

        _files.Load().Warnings.ShouldHaveSingleItem();

        File.Exists(file).ShouldBeFalse();
        File.Exists(file + ".orig").ShouldBeTrue();
    }

    [Theory]
    [InlineData("[]", "an array")]
    [InlineData("5", "a number")]
    [InlineData("\"x\"", "a string")]
    [InlineData("null", "null")]
    public void A_file_that_holds_no_object_stops_the_program_with_code_52(string content, string kind)
    {
        var file = _files.User(content);

        var error = Should.Throw<SettingsException>(() => _files.Load());

        error.ExitCode.ShouldBe(52);
        error.Message.ShouldStartWith(file + ":1: must hold a JSON object, but holds " + kind);
        File.ReadAllText(file).ShouldBe(content);
    }

    [Fact]
    public void A_broken_file_of_the_machine_stops_the_program_and_stays_in_place()
    {
        var file = _files.System("{\n broken");

        Should.Throw<SettingsException>(() => _files.Load()).Line.ShouldBe(2);

        File.Exists(file).ShouldBeTrue();
    }

    [Theory]
    [InlineData("")]
    [InlineData(" \r\n\t")]
    public void An_empty_file_is_an_empty_object(string content)
    {
        _files.User(content);

        _files.Load().Warnings.ShouldBeEmpty();
    }

    [Fact]
    public void A_byte_order_mark_is_read_over()
    {
        _files.User("\uFEFF{ \"$version\": 3, \"ui\": { \"theme\": \"t\" } }");

        _files.Load().String("ui.theme").ShouldBe("t");
    }

    [Fact]
    public void Text_that_is_no_valid_unicode_is_a_broken_file_and_no_crash()
    {
        _files.User("{ \"ui\": { \"theme\": \"\\ud800\" } }");

        _files.Load().Warnings.ShouldHaveSingleItem();
    }

    public void Dispose() => _files.Dispose();
}
