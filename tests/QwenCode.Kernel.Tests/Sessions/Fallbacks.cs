using Microsoft.Extensions.AI;
using QwenCode.Kernel.Tests.Bench;
using QwenCode.Models;
using QwenCode.Sessions;

namespace QwenCode.Kernel.Tests.Sessions;

/// <summary>Models that take over when one does not answer.</summary>
public class Fallbacks
{
    [Theory]
    [InlineData(ModelFault.RateLimited)]
    [InlineData(ModelFault.ServerError)]
    [InlineData(ModelFault.Unreachable)]
    [InlineData(ModelFault.Timeout)]
    public async Task The_next_model_gets_the_request_that_the_first_did_not_answer(ModelFault fault)
    {
        await using var bench = With("second");
        bench.Model.Fails(static request => request.Options.ModelId == "test-model", new ModelException(fault, "full")).Says("From the second.");

        var events = await bench.RunAsync("go");

        events.OfType<RunCompleted>().ShouldHaveSingleItem().Outcome.Text.ShouldBe("From the second.");
        events.OfType<AnswerStarted>().Select(static answer => answer.Model).ShouldBe(["test-model", "second"]);
        events.OfType<NoticeRaised>().ShouldHaveSingleItem().Text.ShouldBe("The model 'test-model' does not answer, and 'second' takes over: full");
        bench.Model.Requests[1].Messages.ShouldBe(bench.Model.Requests[0].Messages);
    }

    [Theory]
    [InlineData(ModelFault.Refused)]
    [InlineData(ModelFault.Unauthorized)]
    [InlineData(ModelFault.NotFound)]
    public async Task A_fault_that_is_no_lack_of_room_is_not_given_to_another_model(ModelFault fault)
    {
        await using var bench = With("second");
        bench.Model.Fails(static _ => true, new ModelException(fault, "no"));

        var events = await bench.RunAsync("go");

        events.OfType<RunCompleted>().ShouldHaveSingleItem().Outcome.End.ShouldBe(RunEnd.Error);
        bench.Model.Requests.ShouldHaveSingleItem();
    }

    [Fact]
    public async Task A_fallback_that_cannot_be_used_or_does_not_exist_is_passed_over()
    {
        await using var bench = With("no-credentials", "typo", "third");
        bench.Model.Fails(static request => request.Options.ModelId == "test-model", new ModelException(ModelFault.ServerError, "full"))
            .Fails(static request => request.Options.ModelId == "typo", new ModelException(ModelFault.NotFound, "no such model")).Says("From the third.");

        var events = await bench.RunAsync("go");

        events.OfType<RunCompleted>().ShouldHaveSingleItem().Outcome.Text.ShouldBe("From the third.");
        events.OfType<NoticeRaised>().Select(static notice => notice.Text).ShouldSatisfyAllConditions(
            static notices => notices.ShouldContain(static text => text.StartsWith("The fallback model 'no-credentials' cannot be used", StringComparison.Ordinal)),
            static notices => notices.ShouldContain(static text => text.Contains("'typo' does not answer, and 'third' takes over", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task When_none_is_left_the_last_fault_ends_the_turn()
    {
        await using var bench = With("second");
        bench.Model.Fails(static request => request.Options.ModelId == "second", new ModelException(ModelFault.RateLimited, "full, too"))
            .Fails(static _ => true, new ModelException(ModelFault.ServerError, "full"));

        var events = await bench.RunAsync("go");

        events.OfType<TurnFailed>().ShouldHaveSingleItem().Cause.ShouldBe("full, too");
        bench.Model.Requests.Count.ShouldBe(2);
    }

    [Fact]
    public async Task The_next_prompt_begins_with_the_first_model_and_all_its_fallbacks()
    {
        await using var bench = With("second");
        bench.Model.Fails(static request => request.Options.ModelId == "test-model", new ModelException(ModelFault.ServerError, "full")).Says("ok");
        await using var session = bench.Open();

        session.Send(new PromptInput("one"));
        session.Send(new PromptInput("two"));
        session.Send(new CompleteInput());
        await session.Completion.WaitAsync(TimeSpan.FromSeconds(20));

        bench.Model.Requests.Select(static request => request.Options.ModelId).ShouldBe(["test-model", "second", "test-model", "second"]);
    }

    [Fact]
    public async Task An_answer_that_has_begun_is_not_asked_for_a_second_time()
    {
        await using var bench = With("second");
        bench.Model.Streams(static _ => true, static (_, _) => CutAsync());

        var events = await bench.RunAsync("go");

        events.OfType<RunCompleted>().ShouldHaveSingleItem().Outcome.End.ShouldBe(RunEnd.Error);
        bench.Model.Requests.ShouldHaveSingleItem();
    }

    private static async IAsyncEnumerable<ChatResponseUpdate> CutAsync()
    {
        await Task.Yield();
        yield return new ChatResponseUpdate(ChatRole.Assistant, "The beginning");
        throw new ModelException(ModelFault.ServerError, "gone");
    }

    private static KernelBench With(params string[] models)
    {
        var bench = new KernelBench();
        bench.Session = bench.Session with { FallbackModels = models };
        return bench;
    }
}
