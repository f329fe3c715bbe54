using Microsoft.Extensions.AI;
using QwenCode.Models.Scripting;
using QwenCode.Models.Tests.Support;

namespace QwenCode.Models.Tests;

public sealed class ScriptedModelTests
{
    [Fact]
    public async Task A_rule_with_several_replies_follows_each_conversation_by_itself()
    {
        var model = new ScriptedModel();
        model.When(lastUser: "count").Calls("count_lines", """{"path":"a"}""").Then.Says("${last} lines");

        var first = await model.GetResponseAsync("count it");
        var second = await model.GetResponseAsync("count it");
        var end = await model.GetResponseAsync(After("count it", first, "7"));

        first.FinishReason.ShouldBe(ChatFinishReason.ToolCalls);
        CallOf(second).Name.ShouldBe("count_lines");
        CallOf(first).CallId.ShouldNotBe(CallOf(second).CallId);
        (end.Text, end.FinishReason).ShouldBe(("7 lines", ChatFinishReason.Stop));
        model.Requests.Count.ShouldBe(3);
        model.Requests[2].Results("count_lines").ShouldBe(["7"]);
    }

    [Fact]
    public async Task A_thousand_agents_play_one_rule_at_once()
    {
        var model = new ScriptedModel();
        model.When(lastUser: "go").Calls("f").Then.Says("done ${last}");

        var answers = await Task.WhenAll(Enumerable.Range(0, 1000).Select(i => Task.Run(async () =>
        {
            var call = await model.GetResponseAsync("go");
            return (await model.GetResponseAsync(After("go", call, $"{i}"))).Text;
        })));

        answers.ShouldBe(Enumerable.Range(0, 1000).Select(i => $"done {i}"));
        model.Requests.Count.ShouldBe(2000);
    }

    [Fact]
    public async Task Loose_replies_are_given_once_in_order()
    {
        var model = new ScriptedModel().Says("one").Fails(500, "broken").Calls("f", "no json");

        (await model.GetResponseAsync("x")).Text.ShouldBe("one");
        var exception = await Should.ThrowAsync<ModelException>(() => model.GetResponseAsync("x"));
        (exception.Message, exception.Status, exception.Fault).ShouldBe(("500 broken", 500, ModelFault.ServerError));
        CallOf(await model.GetResponseAsync("x")).RawRepresentation.ShouldBeOfType<ToolCallArguments>().Raw.ShouldBe("no json");
    }

    [Fact]
    public async Task A_request_without_a_rule_is_an_error_that_names_the_script_and_what_was_asked()
    {
        var exception = await Should.ThrowAsync<ModelException>(() => new ScriptedModel("demo.yaml").GetResponseAsync("what now"));

        exception.Message.ShouldContain("demo.yaml");
        exception.Message.ShouldContain("what now");
    }

    [Fact]
    public async Task A_gate_holds_the_answer_and_a_cancel_ends_the_wait()
    {
        var gate = new TaskCompletionSource();
        var model = new ScriptedModel();
        model.When(lastUser: "wait").After(gate.Task).Says("now").When(lastUser: "block").Blocks();
        using var cancel = new CancellationTokenSource();

        var waiting = model.GetResponseAsync("wait");
        var blocked = model.GetResponseAsync("block", cancellationToken: cancel.Token);
        (await model.WaitForRequestAsync(2)).LastUser.ShouldBe("block");
        waiting.IsCompleted.ShouldBeFalse();
        gate.SetResult();
        await cancel.CancelAsync();

        (await waiting).Text.ShouldBe("now");
        await Should.ThrowAsync<OperationCanceledException>(() => blocked);
    }

    [Fact]
    public async Task A_delay_goes_by_the_clock()
    {
        var clock = new FakeClock();
        var model = new ScriptedModel(timeProvider: clock).Once(new ScriptedReply { Text = "x", Delay = TimeSpan.FromSeconds(3) });

        await model.GetResponseAsync("x");

        clock.Delays.ShouldBe([TimeSpan.FromSeconds(3)]);
    }

    [Fact]
    public async Task A_script_in_a_file_reports_what_tools_really_returned()
    {
        var model = ScriptedModel.Parse("""
            rules:
              - when: { lastUser: look, tools: glob }
                capture:
                  file: { from: "result:glob", regex: '(\S+\.cs)', join: ", " }
                steps:
                  - thinking: Where to look?
                    calls:
                      - { name: glob, id: c1, args: { pattern: "*.cs", limit: 5, deep: true, tag: "5" } }
                  - text: "${file.count} files: ${file.all}; first ${file}, none ${file|x}, literal $${x}"
                    usage: { input: 10, output: 2, cached: 3 }
              - when: { lastUser: fail, times: 1 }
                error: { status: 429, message: slow down }
              - text: else
                chunk: 2
            """, "demo.yaml");
        var options = new ChatOptions { Tools = [AIFunctionFactory.CreateDeclaration("glob", "", System.Text.Json.JsonElement.Parse("{}"))] };

        var first = await model.GetResponseAsync("look", options);
        var second = await model.GetResponseAsync(After("look", first, "a.cs\nb.cs\nc.txt"), options);

        first.Messages.Single().Contents.OfType<TextReasoningContent>().Single().Text.ShouldBe("Where to look?");
        CallOf(first).CallId.ShouldBe("c1");
        ((ToolCallArguments)CallOf(first).RawRepresentation!).Raw.ShouldBe("""{"pattern":"*.cs","limit":5,"deep":true,"tag":"5"}""");
        second.Text.ShouldBe("2 files: a.cs, b.cs; first a.cs, none a.cs, literal ${x}");
        (second.Usage!.InputTokenCount, second.Usage.OutputTokenCount, second.Usage.CachedInputTokenCount).ShouldBe((10, 2, 3));
        (await Should.ThrowAsync<ModelException>(() => model.GetResponseAsync("fail"))).Message.ShouldBe("429 slow down");
        (await Answers.CollectAsync(model, "fail")).OfType<TextContent>().Select(text => text.Text).ShouldBe(["el", "se"]);
    }

    [Fact]
    public async Task A_capture_that_found_nothing_is_an_error_unless_the_script_says_what_to_say()
    {
        var model = ScriptedModel.Parse("""
            - when: { lastUser: a }
              capture: { n: 'number (\d+)' }
              text: "${n|none} ${n.count}"
            - capture: { n: 'number (\d+)' }
              text: "${n}"
            """, "s.yaml");

        (await model.GetResponseAsync("a")).Text.ShouldBe("none 0");
        (await model.GetResponseAsync("number 12")).Text.ShouldBe("12");
        (await Should.ThrowAsync<ModelScriptException>(() => model.GetResponseAsync("b"))).Message.ShouldStartWith("s.yaml:4: Nothing matched");
    }

    [Theory]
    [InlineData("- text: ]", 1)]
    [InlineData("- text: a\n- txt: b", 2)]
    [InlineData("- when: { lastUser: '(' }\n  text: a", 1)]
    [InlineData("rules:\n  - when: { user: a }\n    text: a", 2)]
    [InlineData("- text: a\n- delay: 3", 2)]
    [InlineData("- text: a\n  delay: soon", 2)]
    [InlineData("- calls:\n    - { args: {} }", 2)]
    [InlineData("- text: a\n  capture:\n    x: { from: there, regex: a }", 3)]
    [InlineData("- steps: []", 1)]
    [InlineData("text: a", 1)]
    public void A_mistake_in_a_script_is_named_with_file_and_line(string yaml, int line)
    {
        var exception = Should.Throw<ModelScriptException>(() => ScriptedModel.Parse(yaml, "s.yaml"));

        exception.Message.ShouldStartWith("s.yaml:");
        exception.Line.ShouldBe(line);
    }

    private static FunctionCallContent CallOf(ChatResponse response) => response.Messages.SelectMany(message => message.Contents).OfType<FunctionCallContent>().Single();

    private static List<ChatMessage> After(string prompt, ChatResponse call, string result) =>
        [new(ChatRole.User, prompt), .. call.Messages, new(ChatRole.Tool, [new FunctionResultContent(CallOf(call).CallId, result)])];
}
