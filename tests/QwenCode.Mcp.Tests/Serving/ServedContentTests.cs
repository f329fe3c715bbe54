using Microsoft.Extensions.AI;
using ModelContextProtocol.Protocol;
using QwenCode.Mcp.Serving;
using QwenCode.Sessions;
using QwenCode.Tools;

namespace QwenCode.Mcp.Tests.Serving;

/// <summary>What tools give and ask, as clients get it.</summary>
public sealed class ServedContentTests
{
    [Fact]
    public void Each_kind_of_content_has_its_block()
    {
        var blocks = ServedContent.Of(
        [
            new TextContent("text \ud800"), new DataContent(new byte[] { 1 }, "image/png"), new DataContent(new byte[] { 2 }, "audio/wav"),
            new DataContent("{}"u8.ToArray(), "application/json") { Name = "test://a" }, new DataContent(new byte[] { 255 }, "text/plain"), new UriContent("https://example.com/", "text/html"),
        ]);

        blocks.Select(static block => block.Type).ShouldBe(["text", "image", "audio", "resource", "resource", "resource_link"]);
        ((TextContentBlock)blocks[0]).Text.ShouldBe("text \ufffd");
        ((EmbeddedResourceBlock)blocks[3]).Resource.ShouldBeOfType<TextResourceContents>().Uri.ShouldBe("test://a");
        ((EmbeddedResourceBlock)blocks[4]).Resource.ShouldBeOfType<BlobResourceContents>().Uri.ShouldBe("qwen://content/4");
    }

    [Theory]
    [InlineData("accept", "allow", PermissionOutcome.ProceedOnce)]
    [InlineData("accept", "deny", PermissionOutcome.Cancel)]
    [InlineData("accept", "always", PermissionOutcome.Cancel)]
    [InlineData("decline", "allow", PermissionOutcome.Cancel)]
    [InlineData("cancel", "allow", PermissionOutcome.Cancel)]
    public void Only_what_clearly_allows_a_call_allows_it(string action, string decision, PermissionOutcome outcome)
    {
        var result = new ElicitResult { Action = action, Content = new Dictionary<string, System.Text.Json.JsonElement> { ["decision"] = System.Text.Json.JsonElement.Parse($"\"{decision}\"") } };

        ServedQuestion.Read(new ExecuteConfirmation("Run", "rm x", [], []), result).Outcome.ShouldBe(outcome);
    }

    [Fact]
    public void A_plan_is_not_put_to_the_user_of_a_client() =>
        ServedQuestion.Of(new ToolCallInfo("1", "exit_plan_mode", ToolArguments.None.Json), new PlanConfirmation("Plan", "all")).ShouldBeNull();

    [Fact]
    public void Questions_are_fields_and_answers_go_by_their_numbers()
    {
        var asked = new QuestionConfirmation("Please", [new("Which?", "Which", [new("a", "the first"), new("b", "the second")], false), new("Why?", "Why", [], false)]);

        var form = ServedQuestion.Of(new ToolCallInfo("1", "ask", ToolArguments.None.Json), asked).ShouldNotBeNull();
        var answer = ServedQuestion.Read(asked, new ElicitResult
        {
            Action = "accept", Content = new Dictionary<string, System.Text.Json.JsonElement> { ["0"] = System.Text.Json.JsonElement.Parse("\"b\""), ["1"] = System.Text.Json.JsonElement.Parse("\"so\"") },
        });

        form.RequestedSchema.ShouldNotBeNull().Properties.Keys.ShouldBe(["0", "1"]);
        answer.Answers.ShouldBe(new Dictionary<string, string> { ["0"] = "b", ["1"] = "so" });
    }

    [Fact]
    public void Hints_say_what_a_tool_promises()
    {
        var schema = ToolDeclaration.Schema("""{"type":"object"}"""u8);
        var reading = ServedTool.Of(new ToolDeclaration { Name = "r", Description = "r", Parameters = schema, Traits = ToolTraits.ReadOnly, Kind = ToolKind.Read })!.Annotations!;
        var running = ServedTool.Of(new ToolDeclaration { Name = "x", Description = "x", Parameters = schema, Kind = ToolKind.Execute })!.Annotations!;

        (reading.ReadOnlyHint, reading.DestructiveHint, reading.OpenWorldHint).ShouldBe((true, false, false));
        (running.ReadOnlyHint, running.DestructiveHint, running.OpenWorldHint).ShouldBe((false, true, true));
        ServedTool.Of(new ToolDeclaration { Name = "odd", Description = "odd", Parameters = ToolDeclaration.Schema("[]"u8) }).ShouldBeNull();
    }
}
