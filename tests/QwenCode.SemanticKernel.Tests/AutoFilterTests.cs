using Microsoft.Extensions.DependencyInjection;
using Microsoft.SemanticKernel;
using QwenCode.Models.Scripting;
using QwenCode.Sessions;

namespace QwenCode.SemanticKernel.Tests;

/// <summary>Filters around functions that the model calls.</summary>
public sealed class AutoFilterTests : IDisposable
{
    private readonly SessionRoom _room = new();

    public void Dispose() => _room.Dispose();

    [Fact]
    public async Task Every_call_is_seen_with_its_place_in_turn_and_answer_and_the_conversation()
    {
        _room.Model
            .Once(new ScriptedReply { Calls = [new("note", """{"text":"a"}""", "c1"), new("note", """{"text":"b"}""", "c2")] })
            .Calls("note", """{"text":"c"}""", "c3").Says("done");
        var seen = new List<string>();
        await using var services = _room.Build(registered => registered.AddSingleton<IAutoFunctionInvocationFilter>(new InlineAutoFilter(async (context, next) =>
        {
            seen.Add($"{context.Function.Name} {context.ToolCallId} {context.RequestSequenceIndex}/{context.FunctionSequenceIndex}/{context.FunctionCount} {context.Arguments!["text"]} {context.ChatHistory.Count}");
            context.ChatMessageContent.Items.OfType<FunctionCallContent>().Select(static call => call.Id).ShouldContain(context.ToolCallId);
            await next(context);
            seen.Add(context.Result.ToString());
        })));

        await _room.RunAsync(services);

        var before = _room.Model.Requests[0].Messages.Count;
        seen.ShouldBe(
        [
            $"note c1 0/0/2 a {before + 1}", "kept a", $"note c2 0/1/2 b {before + 1}", "kept b",
            $"note c3 1/0/1 c {before + 3}", "kept c",
        ]);
    }

    [Fact]
    public async Task It_runs_outside_the_function_filters()
    {
        _room.Model.Calls("note", """{"text":"a"}""", "c1").Says("done");
        var order = new List<string>();
        await using var services = _room.Build(registered => registered
            .AddSingleton<IFunctionInvocationFilter>(new InlineFilter((context, next) =>
            {
                order.Add("function");
                return next(context);
            }))
            .AddSingleton<IAutoFunctionInvocationFilter>(new InlineAutoFilter((context, next) =>
            {
                order.Add("auto");
                return next(context);
            })));

        await _room.RunAsync(services);

        order.ShouldBe(["auto", "function"]);
    }

    [Fact]
    public async Task Terminate_ends_the_turn_after_every_call_has_its_result()
    {
        _room.Model
            .Once(new ScriptedReply { Calls = [new("note", """{"text":"a"}""", "c1"), new("note", """{"text":"b"}""", "c2"), new("note", """{"text":"c"}""", "c3")] })
            .Says("next prompt");
        await using var services = _room.Build(registered => registered.AddSingleton<IAutoFunctionInvocationFilter>(new InlineAutoFilter(static async (context, next) =>
        {
            await next(context);
            context.Terminate = context.ToolCallId == "c2";
        })));

        var events = new List<AgentEvent>();
        var session = services.GetRequiredService<Hosting.SessionFactory>().Open(new Hosting.SessionRequest(), new ListFrontEnd(events));
        await using (session)
        {
            session.Send(new PromptInput("go"));
            session.Send(new PromptInput("go on"));
            session.Send(new CompleteInput());
            await session.Completion.WaitAsync(TimeSpan.FromSeconds(60));
        }

        events.OfType<RunCompleted>().Select(static completed => (completed.Outcome.End, completed.Outcome.Text))
            .ShouldBe([(RunEnd.Success, "kept b"), (RunEnd.Success, "next prompt")]);
        _room.Model.Requests.Count.ShouldBe(2);
        _room.Notes.Kept.ShouldBe(["a", "b"]);
        var sent = _room.SentResults();
        (sent["c1"], sent["c2"]).ShouldBe(("kept a", "kept b"));
        sent["c3"].ShouldContain("a filter of the host ended the turn before this call");
    }

    [Fact]
    public async Task One_that_throws_is_a_failed_call_and_the_turn_goes_on()
    {
        _room.Model.Calls("note", """{"text":"a"}""", "c1").Says("done");
        await using var services = _room.Build(static registered =>
            registered.AddSingleton<IAutoFunctionInvocationFilter>(new InlineAutoFilter(static (_, _) => throw new InvalidOperationException("not today"))));

        var outcome = await _room.RunAsync(services);

        outcome.Text.ShouldBe("done");
        _room.SentResults()["c1"].ShouldBe("not today");
        _room.Notes.Kept.ShouldBeEmpty();
    }

    private sealed class ListFrontEnd(List<AgentEvent> events) : IFrontEnd
    {
        public void OnEvent(AgentEvent agentEvent)
        {
            lock (events)
            {
                events.Add(agentEvent);
            }
        }
    }
}
