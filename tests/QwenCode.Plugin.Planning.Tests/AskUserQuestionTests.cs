using System.Text.Json.Nodes;
using QwenCode.Tools;

namespace QwenCode.Plugin.Planning.Tests;

public sealed class AskUserQuestionTests : IDisposable
{
    private readonly PlanningFixture _planning = new();
    private readonly AskUserQuestionTool _tool = new();

    public void Dispose() => _planning.Dispose();

    [Fact]
    public async Task Without_a_user_the_model_is_told_so_and_it_is_no_error()
    {
        var call = _planning.Prepare(_tool, Ask(Question("A")));

        var result = await call.ExecuteAsync(default);

        call.Consent.ShouldBe(ToolConsent.Allow);
        result.Error.ShouldBeNull();
        result.Content.ToText().ShouldStartWith("Nobody can be asked");
    }

    [Fact]
    public async Task With_a_user_the_questions_are_asked()
    {
        _planning.CanAskUser = true;

        var call = _planning.Prepare(_tool, Ask(Question("Colour"), Question("Size", multiSelect: true)));
        var confirmation = (await call.ConfirmAsync(default)).ShouldBeOfType<QuestionConfirmation>();

        call.Consent.ShouldBe(ToolConsent.Ask);
        call.Description.ShouldBe("Ask user 2 questions");
        confirmation.Questions.Select(question => (question.Header, question.Question, question.MultiSelect, question.Options.Count))
            .ShouldBe([("Colour", "Colour?", false, 2), ("Size", "Size?", true, 2)]);
        confirmation.Questions[0].Options[1].ShouldBe(new UserQuestionOption("l1", "d1"));
    }

    [Fact]
    public async Task Answers_come_in_the_order_of_the_questions()
    {
        _planning.CanAskUser = true;
        _planning.Answers["1"] = "S, M";
        _planning.Answers["0"] = "red";

        var result = await _planning.RunAsync(_tool, Ask(Question("Colour"), Question("Size"), Question("Shape")));

        result.Content.ToText().ShouldBe("User has provided the following answers:\n\n**Colour**: red\n**Size**: S, M");
    }

    [Theory]
    [InlineData("""{}""", "Parameter \"questions\" must be an array.")]
    [InlineData("""{"questions":[]}""", "Parameter \"questions\" must contain between 1 and 4 questions.")]
    [InlineData("""{"questions":[1,2,3,4,5]}""", "Parameter \"questions\" must contain between 1 and 4 questions.")]
    [InlineData("""{"questions":[{"header":"h"}]}""", "Question 1: \"question\" must be a non-empty string.")]
    [InlineData("""{"questions":[{"question":"q?","header":"thirteen char"}]}""", "Question 1: \"header\" must be 12 characters or less.")]
    [InlineData("""{"questions":[{"question":"q?","header":"h","options":[{"label":"a","description":"b"}]}]}""", "Question 1: \"options\" must contain between 2 and 4 options.")]
    [InlineData("""{"questions":[{"question":"q?","header":"h","options":[{"label":"a","description":"b"},{"label":""}]}]}""", "Question 1, Option 2: \"label\" must be a non-empty string.")]
    [InlineData("""{"questions":[{"question":"q?","header":"h","options":[{"label":"a","description":"b"},{"label":"a"}]}]}""", "Question 1, Option 2: \"description\" must be a non-empty string.")]
    [InlineData("""{"questions":[{"question":"q?","header":"h","options":[{"label":"a","description":"b"},{"label":"a","description":"b"}],"multiSelect":"yes"}]}""", "Question 1: \"multiSelect\" must be a boolean.")]
    [InlineData("""{"questions":[{"question":"q?","header":"h","options":[{"label":"a","description":"b"},{"label":"a","description":"b"}],"multiSelect":true},7]}""", "Question 2: \"question\" must be a non-empty string.")]
    public void Questions_that_cannot_be_asked_are_refused(string json, string message)
    {
        Should.Throw<ToolArgumentException>(() => _planning.Prepare(_tool, json)).Message.ShouldBe(message);
    }

    private static JsonObject Question(string header, bool multiSelect = false) => new()
    {
        ["question"] = header + "?",
        ["header"] = header,
        ["options"] = new JsonArray(
            new JsonObject { ["label"] = "l0", ["description"] = "d0" },
            new JsonObject { ["label"] = "l1", ["description"] = "d1" }),
        ["multiSelect"] = multiSelect,
    };

    private static string Ask(params JsonNode[] questions) => new JsonObject { ["questions"] = new JsonArray(questions) }.ToJsonString();
}
