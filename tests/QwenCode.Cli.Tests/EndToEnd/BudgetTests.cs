using QwenCode.Cli.Tests.Support;

namespace QwenCode.Cli.Tests.EndToEnd;

/// <summary>Limits of calls and of time, and what of other versions is mentioned.</summary>
public sealed class BudgetTests
{
    [Theory]
    [InlineData("text")]
    [InlineData("json")]
    [InlineData("stream-json")]
    public async Task The_limit_of_calls_exits_with_55_and_runs_none_beyond_it(string format)
    {
        await using var room = new Room();
        room.Write("a.txt", "text");
        room.Model.On(static request => ModelReply.Calls(($"c{request.Messages.Count}", "read_file", """{"file_path":"a.txt"}""")));

        var result = await room.RunAsync("-p", "go", "-o", format, "--max-tool-calls", "2");

        result.ExitCode.ShouldBe(55, result.Error);
        result.Error.ShouldContain("The limit of tool calls (--max-tool-calls) was reached.");
        room.Model.Requests.Count.ShouldBe(3);
        if (format != "text")
        {
            result.Output.ShouldContain("error_during_execution");
        }
    }

    [Fact]
    public async Task A_run_that_makes_no_more_calls_than_it_may_succeeds()
    {
        await using var room = new Room();
        room.Write("a.txt", "text");
        room.Model.On(static request => request.ToolResults.Count == 0 ? ModelReply.Calls(("c1", "read_file", """{"file_path":"a.txt"}""")) : ModelReply.Text("Read."));

        var result = await room.RunAsync("-p", "go", "--max-tool-calls", "1");

        (result.ExitCode, result.Output).ShouldBe((0, "Read.\n"), result.Error);
    }

    [Theory]
    [InlineData("-p", "go")]
    [InlineData("-p", "go", "-o", "json")]
    [InlineData("--input-format", "stream-json", "-o", "stream-json")]
    public async Task The_limit_of_time_exits_with_55(params string[] args)
    {
        var never = new TaskCompletionSource();
        await using var room = new Room();
        room.Model.On(_ => ModelReply.Held("I think", never.Task));
        await using var process = room.StartOpen([.. args, "--max-wall-time", "3s"]);
        if (args[0] == "-p")
        {
            process.CloseInput();
        }
        else
        {
            process.Type("""{"type":"user","message":{"role":"user","content":"go"}}""");
        }

        var result = await process.EndAsync();

        result.ExitCode.ShouldBe(55, result.Error);
        result.Error.ShouldContain("The limit of time (--max-wall-time) was reached.");
    }

    [Theory]
    [InlineData("extensions")]
    [InlineData("skills")]
    [InlineData("commands")]
    public async Task What_another_version_has_installed_is_mentioned_once(string kind)
    {
        await using var room = new Room();
        var file = room.WriteHome($".qwen/{kind}/one/SKILL.md", "---\nname: one\n---\n");
        Directory.CreateDirectory(Path.Combine(room.Workspace, ".qwen", kind));
        room.Model.On(static _ => ModelReply.Text("Hi."));

        var result = await room.RunAsync("-p", "go");

        result.ExitCode.ShouldBe(0);
        var directory = Path.GetDirectoryName(Path.GetDirectoryName(file));
        result.Error.ShouldBe($"Warning: {directory} is not used: {kind} are not supported. Use agents and plugins instead.\n");
    }
}
