using QwenCode.Cli.Tests.Support;

namespace QwenCode.Cli.Tests.EndToEnd;

/// <summary>A run whose result has a form (<c>--json-schema</c>).</summary>
public sealed class StructuredResultTests
{
    private const string Schema = """{"type":"object","properties":{"name":{"type":"string"},"n":{"type":"integer"}},"required":["name"],"additionalProperties":false}""";

    [Fact]
    public async Task The_first_call_that_fits_ends_the_run_and_later_calls_of_the_answer_do_not_run()
    {
        await using var room = new Room();
        room.Model.On(static _ => ModelReply.Calls(("c1", "structured_output", """{"name":"a","n":1}"""), ("c2", "write_file", """{"file_path":"late.txt","content":"x"}""")));

        var result = await room.RunAsync("-p", "go", "-y", "--json-schema", Schema, "-o", "stream-json");

        result.ExitCode.ShouldBe(0, result.Error);
        room.Model.Requests.ShouldHaveSingleItem().Body.GetProperty("tools").GetRawText().ShouldContain("\"additionalProperties\":false");
        var last = Room.Json(result.Output)[^1];
        last.GetProperty("result").GetString().ShouldBe("""{"name":"a","n":1}""");
        last.GetProperty("structured_result").GetProperty("n").GetInt32().ShouldBe(1);
        File.Exists(Path.Combine(room.Workspace, "late.txt")).ShouldBeFalse();
    }

    [Fact]
    public async Task A_result_that_does_not_fit_goes_back_to_the_model()
    {
        await using var room = new Room();
        room.Model.On(static request => request.ToolResults.Count == 0
            ? ModelReply.Calls(("c1", "structured_output", """{"n":"many"}""")) : ModelReply.Calls(("c2", "structured_output", """{"name":"b"}""")));

        var result = await room.RunAsync("-p", "go", "--json-schema", Schema);

        result.Output.ShouldBe("{\"name\":\"b\"}\n");
        room.Model.Requests[1].ToolResults.ShouldHaveSingleItem().Text.ShouldContain("name");
    }

    [Fact]
    public async Task A_model_that_ends_with_a_text_is_asked_for_the_result()
    {
        await using var room = new Room();
        room.Model.On(static request => request.LastText.Contains("has not been handed over", StringComparison.Ordinal)
            ? ModelReply.Calls(("c1", "structured_output", """{"name":"late"}""")) : ModelReply.Text("I am done."));

        var result = await room.RunAsync("-p", "go", "--json-schema", Schema, "-o", "stream-json");

        result.ExitCode.ShouldBe(0, result.Error);
        var messages = Room.Json(result.Output);
        messages.Count(static one => one.GetProperty("type").GetString() == "result").ShouldBe(1);
        messages.Count(static one => one.GetProperty("type").GetString() == "system").ShouldBe(1);
        messages[^1].GetProperty("structured_result").GetProperty("name").GetString().ShouldBe("late");
    }

    [Theory]
    [InlineData("text")]
    [InlineData("json")]
    [InlineData("stream-json")]
    public async Task A_model_that_never_hands_it_over_fails_the_run(string format)
    {
        await using var room = new Room();
        room.Model.On(static _ => ModelReply.Text("I am done."));

        var result = await room.RunAsync("-p", "go", "--json-schema", Schema, "-o", format);

        result.ExitCode.ShouldBe(1);
        (result.Output + result.Error).ShouldContain("did not call structured_output");
        room.Model.Requests.Count.ShouldBe(3);
        if (format == "text")
        {
            result.Output.ShouldBeEmpty();
        }
    }

    [Fact]
    public async Task The_result_is_the_main_agents_alone_and_what_runs_in_the_background_is_stopped()
    {
        await using var room = new Room();
        var never = new TaskCompletionSource();
        room.Model.On(request => request.System.Contains("Explore", StringComparison.Ordinal) && !request.ToolNames.Contains("agent") ? ModelReply.Held("I look", never.Task)
            : request.ToolResults.Count == 0 ? ModelReply.Calls(("c1", "agent", """{"description":"d","prompt":"look","subagent_type":"Explore","run_in_background":true}"""))
            : ModelReply.Calls(("c2", "structured_output", """{"name":"main"}""")));

        var result = await room.RunAsync("-p", "go", "--json-schema", Schema);

        (result.ExitCode, result.Output).ShouldBe((0, "{\"name\":\"main\"}\n"), result.Error);
        var agents = room.Model.Requests.Where(static request => !request.ToolNames.Contains("agent")).ToArray();
        agents.ShouldAllBe(static request => !request.ToolNames.Contains("structured_output"));
    }

    [Fact]
    public async Task The_schema_may_be_in_a_file()
    {
        await using var room = new Room();
        room.Write("schema.json", Schema);
        room.Model.On(static _ => ModelReply.Calls(("c1", "structured_output", """{"name":"a"}""")));

        (await room.RunAsync("-p", "go", "--json-schema", "@schema.json")).Output.ShouldBe("{\"name\":\"a\"}\n");
    }

    [Theory]
    [InlineData("{", "it is no JSON")]
    [InlineData("[]", "a schema is an object")]
    [InlineData("""{"type":"array"}""", "must be \"object\"")]
    [InlineData("""{"$ref":"#/$defs/x"}""", "'$ref' at the root")]
    [InlineData("""{"type":"object","properties":{"a":{"type":"strin"}}}""", "cannot be checked")]
    [InlineData("@missing.json", "missing.json")]
    public async Task A_schema_that_cannot_be_used_ends_the_program_before_any_request(string schema, string problem)
    {
        await using var room = new Room();

        var result = await room.RunAsync("-p", "go", "--json-schema", schema);

        result.ExitCode.ShouldBe(1);
        result.Error.ShouldContain(problem);
        room.Model.Requests.ShouldBeEmpty();
    }

    [Theory]
    [InlineData("--acp")]
    [InlineData("--input-format", "stream-json", "-o", "stream-json")]
    public async Task It_goes_with_a_single_prompt_alone(params string[] args)
    {
        await using var room = new Room();

        var result = await room.RunAsync(["--json-schema", Schema, .. args]);

        (result.ExitCode, result.Error.Contains("--json-schema goes with a single prompt", StringComparison.Ordinal)).ShouldBe((1, true));
    }
}
