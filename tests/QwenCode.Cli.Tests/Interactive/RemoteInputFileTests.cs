using QwenCode.Cli.Interactive.DualOutput;

namespace QwenCode.Cli.Tests.Interactive;

public sealed class RemoteInputFileTests : IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("qwen-remote-").FullName;
    private readonly List<RemoteInput> _taken = [];
    private readonly List<string> _warnings = [];
    private readonly RemoteInputFile _file;

    public RemoteInputFileTests() => _file = new(Path, _taken.Add, _warnings.Add, TimeProvider.System);

    private string Path => System.IO.Path.Combine(_directory, "input.jsonl");

    private IEnumerable<string> Texts => _taken.Cast<RemoteInput.Submit>().Select(static submit => submit.Text);

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [Fact]
    public void Lines_are_taken_once_and_only_when_they_are_whole()
    {
        _file.Start();
        File.AppendAllText(Path, """{"type":"submit","text":"one"}""" + "\n" + """{"type":"sub""");
        _file.Look();
        Texts.ShouldBe(["one"]);

        File.AppendAllText(Path, """mit","text":"two"}""" + "\r\n\n");
        _file.Look();
        _file.Look();

        Texts.ShouldBe(["one", "two"]);
        _warnings.ShouldBeEmpty();
    }

    [Fact]
    public void What_is_there_at_the_start_is_skipped_and_a_file_that_is_begun_anew_is_read_from_its_start()
    {
        File.WriteAllText(Path, """{"type":"submit","text":"old and long enough"}""" + "\n");
        _file.Start();
        _file.Look();
        _taken.ShouldBeEmpty();

        File.WriteAllText(Path, """{"type":"submit","text":"new"}""" + "\n");
        _file.Look();

        Texts.ShouldBe(["new"]);
    }

    [Theory]
    [InlineData("[]", "its 'type' must be")]
    [InlineData("""{"type":"submit"}""", "'text' must be a string")]
    [InlineData("""{"type":"submit","text":7}""", "'text' must be a string")]
    [InlineData("""{"type":"confirmation_response","request_id":"r","allowed":"yes"}""", "true or false")]
    [InlineData("\u0001", "it is no JSON object")]
    public void A_line_that_cannot_be_used_is_named_with_its_number(string line, string problem)
    {
        _file.Start();
        File.AppendAllText(Path, "\n" + line + "\n");

        _file.Look();

        _taken.ShouldBeEmpty();
        _warnings.ShouldHaveSingleItem().ShouldSatisfyAllConditions(warning => warning.ShouldContain("line 2"), warning => warning.ShouldContain(problem));
    }
}
