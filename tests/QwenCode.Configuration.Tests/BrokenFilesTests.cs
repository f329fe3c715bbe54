namespace QwenCode.Configuration.Tests;

public sealed class BrokenFilesTests : IDisposable
{
    private readonly SettingsFixture _files = new();

    [Theory]
    [InlineData("{ \"ui\": {\n \"theme\": \"x\n\" } }", 2)]
    [InlineData("{ nonsense", 1)]
    [InlineData("{\n \"permissions\": { \"deny\": [\"Bash\"", 2)]
    [InlineData("{}\n{}", 2)]
    public void A_file_that_cannot_be_parsed_stops_the_program_and_stays_as_it_is(string content, int line)
    {
        var file = _files.User(content);

        var error = Should.Throw<SettingsException>(() => _files.Load());

        (error.File, error.Line, error.ExitCode).ShouldBe((file, line, 52));
        error.Message.ShouldContain("permission rules");
        File.ReadAllText(file).ShouldBe(content);
        Directory.GetFiles(Path.GetDirectoryName(file)!).ShouldBe([file]);
    }

    [Fact]
    public void An_earlier_version_is_named_and_not_put_in_place()
    {
        var file = _files.ProjectFile("{ broken");
        SettingsFixture.Write(file + ".orig", """{ "$version": 3, "ui": { "theme": "earlier" } }""");

        Should.Throw<SettingsException>(() => _files.Load()).Message.ShouldContain(file + ".orig");

        File.ReadAllText(file).ShouldBe("{ broken");
    }

    [Fact]
    public void Trailing_commas_and_comments_are_no_fault()
    {
        var file = _files.User("""
            {
              // what must not run
              "permissions": { "deny": ["Bash(rm *)", /* and */ "Edit",], },
              "$version": 3,
            }
            """);
        var before = File.ReadAllText(file);

        var settings = _files.Load();

        settings.StringList("permissions.deny").ShouldBe(["Bash(rm *)", "Edit"]);
        settings.Warnings.ShouldBeEmpty();
        File.ReadAllText(file).ShouldBe(before);
    }

    [Fact]
    public void A_file_that_is_being_saved_is_read_when_it_is_whole()
    {
        var file = _files.User("{ \"permissions\": { \"deny\": [");
        using var ready = new ManualResetEventSlim();
        using var begun = new ManualResetEventSlim();

        // A thread of its own that runs already: one of the pool may have to wait until reading gives up.
        var saving = new Thread(() =>
        {
            ready.Set();
            begun.Wait();
            File.WriteAllText(file, """{ "$version": 3, "permissions": { "deny": ["Bash"] } }""");
        });
        saving.Start();
        ready.Wait();
        begun.Set();
        var settings = _files.Load();
        saving.Join();

        settings.StringList("permissions.deny").ShouldBe(["Bash"]);
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

        Should.Throw<SettingsException>(() => _files.Load()).Line.ShouldBe(1);
    }

    public void Dispose() => _files.Dispose();
}
