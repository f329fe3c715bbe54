using Microsoft.Extensions.AI;
using QwenCode.Kernel.Tests.Bench;
using QwenCode.Kernel.Turns;
using QwenCode.Sessions;

namespace QwenCode.Kernel.Tests.Sessions;

public class Loops
{
    [Fact]
    public async Task The_fifth_call_in_a_row_with_the_same_arguments_is_not_run_and_the_run_does_not_count_as_done()
    {
        await using var bench = LoopingBench();
        var ran = 0;
        bench.Tools.Add(new TestTool("look", (_, _, _) =>
        {
            ran++;
            return Task.FromResult(QwenCode.Tools.ToolResult.Success("same"));
        }));
        var asked = 0;
        bench.Model.Answers(static _ => true, _ => [TestModel.Call($"call_{asked++}", "look", asked % 2 == 0 ? """{"a":1,"b":2}""" : """{ "a": 1, "b": 2 }""")]);

        var events = await bench.RunAsync("go");

        ran.ShouldBe(4);
        bench.Model.Requests.Count.ShouldBe(5);
        var outcome = events.OfType<RunCompleted>().Single().Outcome;
        outcome.End.ShouldBe(RunEnd.Error);
        outcome.Text.ShouldContain("\"look\" with the same arguments 5 times in a row");
        events.OfType<TurnFailed>().Single().Advice.ShouldContain("model.skipLoopDetection");
        events.OfType<ToolCallCompleted>().Select(static call => call.Status)
            .ShouldBe([ToolCallStatus.Success, ToolCallStatus.Success, ToolCallStatus.Success, ToolCallStatus.Success, ToolCallStatus.Cancelled]);
    }

    [Fact]
    public async Task Without_the_setting_nobody_looks()
    {
        await using var bench = new KernelBench();
        bench.Tools.Add(TestTool.Returning("look", "same"));
        var asked = 0;
        bench.Model.Answers(_ => asked < 8, _ => [TestModel.Call($"call_{asked++}", "look", "{}")]).Says("done");

        var events = await bench.RunAsync("go");

        events.OfType<RunCompleted>().Single().Outcome.Text.ShouldBe("done");
        events.OfType<ToolCallCompleted>().Count().ShouldBe(8);
    }

    [Fact]
    public async Task Each_prompt_starts_the_count_anew_and_its_history_can_be_used()
    {
        await using var bench = LoopingBench();
        bench.Tools.Add(TestTool.Returning("look", "same"));
        var asked = 0;
        bench.Model.Answers(_ => asked < 5, _ => [TestModel.Call($"call_{asked++}", "look", "{}")])
            .Answers(_ => asked++ < 8, _ => [TestModel.Call($"call_{asked}", "look", "{}")])
            .Says("done");
        await using var session = bench.Open();
        session.Send(new PromptInput("one"));
        session.Send(new PromptInput("two"));
        session.Send(new CompleteInput());
        await session.Completion.WaitAsync(TimeSpan.FromSeconds(20));

        bench.FrontEnd.Events.OfType<RunCompleted>().Select(static run => run.Outcome.End).ShouldBe([RunEnd.Error, RunEnd.Success]);
        var contents = bench.Model.Requests[^1].Messages.SelectMany(static message => message.Contents).ToArray();
        contents.OfType<FunctionResultContent>().Select(static result => result.CallId).ShouldBe(contents.OfType<FunctionCallContent>().Select(static call => call.CallId));
    }

    [Fact]
    public async Task A_model_that_says_the_same_words_over_and_over_is_cut_short()
    {
        await using var bench = LoopingBench();
        var sent = 0;
        bench.Model.Streams(static _ => true, (_, _) => Chant(() => sent++));

        var events = await bench.RunAsync("go");

        events.OfType<RunCompleted>().Single().Outcome.ShouldSatisfyAllConditions(
            static outcome => outcome.End.ShouldBe(RunEnd.Error),
            static outcome => outcome.Text.ShouldContain("same words"));
        sent.ShouldBeLessThan(100);
    }

    [Theory]
    [InlineData("I will now look at the file and then decide. ", 40, true)]
    [InlineData("- I will now look at the file and then decide.\n", 40, false)]
    [InlineData("| I will now look at the file | and then decide. |\n", 40, false)]
    [InlineData("# I will now look at the file and then decide\n", 40, false)]
    [InlineData("> I will now look at the file and then decide\n", 40, false)]
    [InlineData("1. I will now look at the file and then decide\n", 40, false)]
    [InlineData("----------\n", 100, false)]
    [InlineData("I will now look at the file and then decide. ", 5, false)]
    [InlineData("Name ..............................................................................", 1, false)]
    [InlineData("// ================================================================================\nand so on\n", 2, false)]
    public void Words_count_as_a_loop_when_they_are_prose_and_come_often_enough(string words, int times, bool expected)
    {
        var chant = new RepetitionDetector();

        Enumerable.Range(0, times).Any(_ => chant.IsRepeating(words)).ShouldBe(expected);
    }

    [Fact]
    public void Code_may_repeat_itself()
    {
        var chant = new RepetitionDetector();
        chant.IsRepeating("```csharp\n").ShouldBeFalse();

        Enumerable.Range(0, 60).Any(_ => chant.IsRepeating("builder.Services.AddSingleton<IThing, Thing>(); // and so on\n")).ShouldBeFalse();
    }

    [Fact]
    public void Text_that_never_repeats_itself_is_no_loop_however_long_it_is()
    {
        var chant = new RepetitionDetector();

        Enumerable.Range(0, 3_000).Any(number => chant.IsRepeating($"Step {number} leads to {number * 7919 % 10007} and so to {number * 104729 % 99991}. ")).ShouldBeFalse();
    }

    private static async IAsyncEnumerable<ChatResponseUpdate> Chant(Action sent)
    {
        await Task.Yield();
        for (var i = 0; i < 1_000; i++)
        {
            sent();
            yield return new ChatResponseUpdate(ChatRole.Assistant, "Let me think about that once more, carefully. ");
        }
    }

    private static KernelBench LoopingBench()
    {
        var bench = new KernelBench();
        bench.Session = bench.Session with { DetectsLoops = true };
        return bench;
    }
}
