using System.Text.Json;

namespace QwenCode.Client.Tests;

public sealed class MessageReaderTests
{
    [Fact]
    public void The_beginning_of_a_run_says_what_there_is()
    {
        var message = Read<InitMessage>("""{"type":"system","subtype":"init","session_id":"s","model":"m","permission_mode":"plan","tools":["a",7,"b"],"agents":["x"]}""");

        (message.SessionId, message.Model, message.ApprovalMode).ShouldBe(("s", "m", "plan"));
        message.Tools.ShouldBe(["a", "b"]);
        message.Agents.ShouldBe(["x"]);
    }

    [Fact]
    public void An_answer_has_texts_thoughts_calls_and_what_is_not_known()
    {
        var message = Read<AssistantMessage>(
            """{"type":"assistant","parent_tool_use_id":"p","message":{"content":[{"type":"thinking","thinking":"hm"},{"type":"text","text":"a"},{"type":"tool_use","id":"c","name":"n","input":{"x":1}},{"type":"new"}]}}""");

        message.ParentCallId.ShouldBe("p");
        message.Text.ShouldBe("a");
        message.Content[0].ShouldBe(new ThinkingBlock("hm"));
        message.Content[3].ShouldBeOfType<OtherBlock>();
        var call = message.Calls.ShouldHaveSingleItem();
        (call.CallId, call.Name, call.Input.GetProperty("x").GetInt32()).ShouldBe(("c", "n", 1));
    }

    [Theory]
    [InlineData("\"plain\"", "plain")]
    [InlineData("""[{"type":"text","text":"in "},{"type":"text","text":"parts"}]""", "in parts")]
    [InlineData("null", "")]
    public void The_result_of_a_call_is_a_text_in_whatever_form_it_comes(string content, string text)
    {
        var message = Read<UserMessage>($$"""{"type":"user","message":{"content":[{"type":"tool_result","tool_use_id":"c","is_error":true,"content":{{content}}}]} }""");

        message.Results.ShouldHaveSingleItem().ShouldBe(new ToolResultBlock("c", text, true));
    }

    [Fact]
    public void A_text_of_the_user_may_be_a_string() =>
        Read<UserMessage>("""{"type":"user","message":{"content":"hi"}}""").Content.ShouldHaveSingleItem().ShouldBe(new TextBlock("hi"));

    [Theory]
    [InlineData("text_delta", "text", false)]
    [InlineData("thinking_delta", "thinking", true)]
    public void Pieces_are_of_a_text_or_of_a_thought(string type, string member, bool isThought)
    {
        var message = Read<DeltaMessage>($$"""{"type":"stream_event","event":{"type":"content_block_delta","delta":{"type":"{{type}}","{{member}}":"x"} } }""");

        (message.Text, message.IsThought).ShouldBe(("x", isThought));
    }

    [Fact]
    public void Background_agents_begin_and_end()
    {
        var began = Read<TaskStartedMessage>("""{"type":"system","subtype":"task_started","data":{"task_id":"t","description":"look"}}""");
        var ended = Read<TaskEndedMessage>("""{"type":"system","subtype":"task_notification","data":{"task_id":"t","status":"failed"}}""");

        (began.TaskId, began.Description).ShouldBe(("t", "look"));
        (ended.TaskId, ended.Status).ShouldBe(("t", "failed"));
    }

    [Fact]
    public void A_result_says_what_it_cost_and_what_went_wrong()
    {
        var good = Read<ResultMessage>("""{"type":"result","subtype":"success","is_error":false,"result":"done","num_turns":3,"duration_ms":1500,"usage":{"input_tokens":7,"output_tokens":2},"permission_denials":[{"tool_name":"edit"}]}""");
        var bad = Read<ResultMessage>("""{"type":"result","subtype":"error_during_execution","is_error":true,"error":{"message":"no model"}}""");

        (good.IsError, good.Text, good.Turns, good.Duration, good.InputTokens, good.OutputTokens).ShouldBe((false, "done", 3, TimeSpan.FromSeconds(1.5), 7, 2));
        good.Denials.ShouldBe(["edit"]);
        (bad.IsError, bad.Text, bad.Subtype, bad.Turns).ShouldBe((true, "no model", "error_during_execution", 0));
        bad.Denials.ShouldBeEmpty();
    }

    [Theory]
    [InlineData("""{"type":"system","subtype":"news"}""")]
    [InlineData("""{"type":"stream_event","event":{"type":"message_stop"}}""")]
    [InlineData("""{"type":7}""")]
    [InlineData("[]")]
    public void What_is_not_known_is_passed_on(string json) => Read<OtherMessage>(json).Json.GetRawText().ShouldBe(json);

    private static T Read<T>(string json)
        where T : QwenMessage => MessageReader.Read(JsonElement.Parse(json)).ShouldBeOfType<T>();
}
