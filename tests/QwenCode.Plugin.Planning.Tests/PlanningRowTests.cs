using System.Text.Json.Nodes;
using QwenCode.Tools;

namespace QwenCode.Plugin.Planning.Tests;

/// <summary>The bounds of what the planning tools take, on both sides of each.</summary>
public sealed class PlanningRowTests : IDisposable
{
    private readonly PlanningFixture _planning = new();

    public void Dispose() => _planning.Dispose();

    [Theory]
    [InlineData(1, "Ask user 1 question")]
    [InlineData(2, "Ask user 2 questions")]
    [InlineData(4, "Ask user 4 questions")]
    [InlineData(0, null)]
    [InlineData(5, null)]
    public void One_to_four_questions_can_be_asked(int count, string? description)
    {
        var json = new JsonObject { ["questions"] = new JsonArray([.. Enumerable.Range(0, count).Select(_ => (JsonNode)Question("h", 2))]) }.ToJsonString();

        if (description is null)
        {
            Should.Throw<ToolArgumentException>(() => _planning.Prepare(new AskUserQuestionTool(), json)).Message.ShouldBe("Parameter \"questions\" must contain between 1 and 4 questions.");
            return;
        }

        _planning.Prepare(new AskUserQuestionTool(), json).Description.ShouldBe(description);
    }

    [Theory]
    [InlineData("twelve chars", 2, true)]
    [InlineData("thirteen char", 2, false)]
    [InlineData("h", 1, false)]
    [InlineData("h", 4, true)]
    [InlineData("h", 5, false)]
    public void A_header_has_twelve_characters_at_most_and_two_to_four_options(string header, int options, bool isTaken)
    {
        var json = new JsonObject { ["questions"] = new JsonArray(Question(header, options)), ["metadata"] = new JsonObject { ["source"] = "x", ["other"] = 1 } }.ToJsonString();

        Should.NotThrow(() => isTaken ? _planning.Prepare(new AskUserQuestionTool(), json) : null);
        if (!isTaken)
        {
            Should.Throw<ToolArgumentException>(() => _planning.Prepare(new AskUserQuestionTool(), json)).Message.ShouldStartWith("Question 1: ");
        }
    }

    [Theory]
    [InlineData("""{"questions":"[]"}""", "Parameter \"questions\" must be an array.")]
    [InlineData("""{"questions":null}""", "Parameter \"questions\" must be an array.")]
    [InlineData("""{"questions":[{"question":" ","header":"h"}]}""", "Question 1: \"question\" must be a non-empty string.")]
    [InlineData("""{"questions":[{"question":"q","header":""}]}""", "Question 1: \"header\" must be a non-empty string.")]
    [InlineData("""{"questions":[{"question":"q","header":"h","options":"x"}]}""", "Question 1: \"options\" must be an array.")]
    [InlineData("""{"questions":[{"question":"q","header":"h","options":[{"label":"a","description":"b"},{"label":"a","description":"b"}]}]}""", "Question 1: \"multiSelect\" must be a boolean.")]
    [InlineData("""{"questions":[{"question":"q","header":"h","options":[7,8],"multiSelect":true}]}""", "Question 1, Option 1: \"label\" must be a non-empty string.")]
    public void What_cannot_be_asked_is_refused(string json, string message) =>
        Should.Throw<ToolArgumentException>(() => _planning.Prepare(new AskUserQuestionTool(), json)).Message.ShouldBe(message);

    [Fact]
    public async Task Without_answers_the_list_is_empty()
    {
        _planning.CanAskUser = true;
        var json = new JsonObject { ["questions"] = new JsonArray(Question("h", 2)) }.ToJsonString();

        (await _planning.RunAsync(new AskUserQuestionTool(), json)).Content.ToText().ShouldBe("User has provided the following answers:\n\n");
    }

    [Theory]
    [InlineData("""{"todos":null}""", "Parameter \"todos\" must be an array.")]
    [InlineData("""{"todos":{}}""", "Parameter \"todos\" must be an array.")]
    [InlineData("""{"todos":[null]}""", "Each todo must have a non-empty \"id\" string.")]
    [InlineData("""{"todos":[{"content":"c","status":"pending"}]}""", "Each todo must have a non-empty \"id\" string.")]
    [InlineData("""{"todos":[{"id":"1","content":7,"status":"pending"}]}""", "Each todo must have a non-empty \"content\" string.")]
    [InlineData("""{"todos":[{"id":"1","content":"c","status":"PENDING"}]}""", "Each todo must have a valid \"status\" (pending, in_progress, completed).")]
    [InlineData("""{"todos":[{"id":"1","content":"c","status":null}]}""", "Each todo must have a valid \"status\" (pending, in_progress, completed).")]
    public void What_is_no_list_is_refused(string json, string message) =>
        Should.Throw<ToolArgumentException>(() => _planning.Prepare(new TodoWriteTool(), json)).Message.ShouldBe(message);

    [Fact]
    public async Task What_is_not_known_of_an_item_is_left_aside()
    {
        var result = await _planning.RunAsync(new TodoWriteTool(), """{"todos":[{"id":"1","content":"c","status":"pending","priority":"high"}],"extra":true}""");

        result.Content.ToText().ShouldContain("""[{"content":"c","status":"pending","id":"1"}]""");
    }

    [Fact]
    public void The_schemas_are_the_ones_on_the_wire()
    {
        var ask = new AskUserQuestionTool().JsonSchema;
        var item = ask.GetProperty("properties").GetProperty("questions").GetProperty("items");

        ask.GetProperty("$schema").GetString().ShouldBe("https://json-schema.org/draft/2020-12/schema");
        item.GetProperty("required").EnumerateArray().Select(static name => name.GetString()).ShouldBe(["question", "header", "options", "multiSelect"]);
        new TodoWriteTool().JsonSchema.GetProperty("properties").GetProperty("todos").GetProperty("items").GetProperty("properties").GetProperty("status").GetProperty("enum")
            .EnumerateArray().Select(static name => name.GetString()).ShouldBe(["pending", "in_progress", "completed"]);
        new ExitPlanModeTool().JsonSchema.GetProperty("additionalProperties").GetBoolean().ShouldBeFalse();
    }

    private static JsonObject Question(string header, int options) => new()
    {
        ["question"] = "q?",
        ["header"] = header,
        ["options"] = new JsonArray([.. Enumerable.Range(0, options).Select(static i => (JsonNode)new JsonObject { ["label"] = $"l{i}", ["description"] = "d" })]),
        ["multiSelect"] = false,
    };
}
