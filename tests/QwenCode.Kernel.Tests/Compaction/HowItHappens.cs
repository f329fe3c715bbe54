using Microsoft.Extensions.AI;
using QwenCode.Hooks;
using QwenCode.Kernel.Sessions;
using QwenCode.Kernel.Tests.Bench;
using QwenCode.Models;
using QwenCode.Sessions;
using QwenCode.Tools;
using static QwenCode.Kernel.Tests.Compaction.SmallWindow;

namespace QwenCode.Kernel.Tests.Compaction;

/// <summary>When a conversation is compacted, what is asked of the model for it, and what happens if it does not answer well.</summary>
public class HowItHappens
{
    [Fact]
    public async Task An_agent_that_ends_meanwhile_is_notified_of_once_and_afterwards() // D5
    {
        await using var bench = Open();
        var gate = new TaskCompletionSource();
        bench.Model.Waits(Ask.Child, gate.Task, "the audit is done");
        bench.Model.Calls(static request => Ask.Lead(request) && request.Messages.Count == 2, ("a1", "agent", Ask.Launch("audit")));
        bench.Model.Streams(IsSummary, (_, token) => EndMeanwhile(bench, gate, token));
        bench.Model.Works(30, Ask.Lead);

        await bench.RunAsync(Goal);

        var notified = bench.Model.Requests.Where(Ask.Notification).ToArray();
        notified.ShouldHaveSingleItem().LastText.ShouldContain("the audit is done");
        bench.Model.Requests.ToList().FindIndex(IsSummary).ShouldBeLessThan(bench.Model.Requests.ToList().FindIndex(Ask.Notification));
        AllText(bench.Model.Requests[^1]).Split("<task-notification>").Length.ShouldBe(2);
    }

    [Fact]
    public async Task A_batch_of_calls_stays_or_goes_as_a_whole() // D6
    {
        await using var bench = Open(window: 30_000);
        var batches = 0;
        bench.Model.Summarizes();
        bench.Model.Answers(static _ => true, _ => batches++ < 12
            ? [.. Enumerable.Range(1, 12).Select(i => TestModel.Call($"b{batches}_{i}", "look", $$"""{"at":"{{batches}}.{{i}}"}"""))]
            : [TestModel.Text("done")]);

        var events = await bench.RunAsync(Goal);

        events.OfType<RunCompleted>().ShouldHaveSingleItem().Outcome.End.ShouldBe(RunEnd.Success);
        bench.Compressions().Count.ShouldBeGreaterThan(1);
        bench.Model.Requests.ToList().ForEach(ShouldBePaired);
        bench.Model.Requests.SelectMany(static request => request.Messages).Where(static message => message.Role == ChatRole.Tool)
            .ShouldAllBe(static message => message.Contents.Count == 12);
    }

    [Fact]
    public async Task Ten_compactions_in_a_row_lose_nothing_and_do_not_grow() // D7
    {
        await using var bench = Open();
        bench.Tools.Add(TestTool.Returning("todo_write", "noted"));
        bench.Model.Calls(static request => request.EndsInUser && !IsSummary(request), ("todo", "todo_write", """{"todos":[{"id":"t1","content":"Port it","status":"pending"}]}"""));
        var notes = 0;
        bench.Model.Answers(IsSummary, _ => [TestModel.Text($"Notes {++notes}. {Words(900)}")]);
        bench.Model.Works(220);

        await bench.RunAsync(Goal);

        var compressions = bench.Compressions();
        compressions.Count.ShouldBeGreaterThan(9);
        var texts = compressions.Select(static entry => string.Concat(entry.Messages[0].Contents.OfType<TextContent>().Select(static part => part.Text))).ToArray();
        texts.ShouldAllBe(text => text.Contains(Goal, StringComparison.Ordinal) && Section(text, "open-todos") == "- t1 [pending] Port it");
        texts.Skip(1).ShouldAllBe(text => text.Length < texts[0].Length + 2_500);
        compressions.ShouldAllBe(static entry => entry.TokensAfter < entry.TokensBefore / 2);
    }

    public static TheoryData<string> Failures => new("empty", "long", "call", "too long", "500", "cut");

    [Theory]
    [MemberData(nameof(Failures))]
    public async Task Without_usable_notes_the_program_makes_them_and_says_so_once(string failure) // D8
    {
        await using var bench = Open();
        _ = failure switch
        {
            "empty" => bench.Model.Says(string.Empty, IsSummary),
            "long" => bench.Model.Says(Words(60_000), IsSummary),
            "call" => bench.Model.Calls(IsSummary, ("again", "look", "{}")),
            "too long" => bench.Model.Fails(IsSummary, new ModelException(ModelFault.TooLong, "400 prompt is too long", 400)),
            "500" => bench.Model.Fails(IsSummary, new ModelException(ModelFault.ServerError, "500 oops", 500)),
            _ => bench.Model.Streams(IsSummary, static (_, _) => Cut()),
        };
        bench.Model.Works(60);

        var events = await bench.RunAsync(Goal);

        events.OfType<RunCompleted>().ShouldHaveSingleItem().Outcome.Text.ShouldBe("done");
        events.OfType<NoticeRaised>().ShouldHaveSingleItem().Text.ShouldStartWith("The conversation was compacted without notes of a model: ");
        bench.Compressions().Count.ShouldBeGreaterThan(1);
        bench.Compressions().ShouldAllBe(static entry => entry.TokensAfter < entry.TokensBefore);
        var compacted = Compacted(bench.Model.Requests[^1]);
        compacted.ShouldContain(Goal);
        Section(compacted, "summary").ShouldContain("- called look: ");
        events.OfType<ConversationCompacted>().ShouldAllBe(static compacted => !compacted.HasNotes);
    }

    [Fact]
    public async Task A_compaction_that_saved_little_is_not_repeated_before_much_is_new() // D9
    {
        // The result that is open fills most of the window, and nothing else is there to be given up.
        await using var bench = Open();
        bench.Tools.Add(new TestTool("small", static (_, _, _) => Task.FromResult(ToolResult.Success("ok"))));
        bench.Model.Summarizes();
        bench.Model.Works(60, tool: "small");

        await bench.RunAsync(Goal + Words(42_000));

        // 60 small rounds are about 2,000 tokens, a tenth of the window.
        bench.Model.Requests.Count(IsSummary).ShouldBeLessThanOrEqualTo(1);
    }

    [Fact]
    public async Task The_record_is_one_and_holds_what_the_next_request_holds() // D10
    {
        await using var bench = Open();
        bench.Model.Summarizes().Works(25);

        await bench.RunAsync(Goal);

        var entry = bench.Compressions()[0];
        var next = bench.Model.Requests.First(IsCompacted);
        next.Messages.Skip(1).ShouldBe(entry.Messages);
    }

    [Theory]
    [InlineData("400 This model's maximum context length is 20000 tokens.", 400)]
    [InlineData("413 request_too_large", 413)]
    public async Task A_request_that_the_provider_finds_too_long_is_sent_once_more_smaller(string message, int status) // D11
    {
        // The catalogue believes in a window that the server does not have.
        await using var bench = Open(window: 200_000);
        bench.Model.Summarizes();
        bench.Model.Fails(static request => request.Tokens > 12_000, new ModelException(ModelFault.TooLong, message, status));
        bench.Model.Works(60);

        var events = await bench.RunAsync(Goal);

        events.OfType<RunCompleted>().ShouldHaveSingleItem().Outcome.Text.ShouldBe("done");
        AllText(bench.Model.Requests[^1]).ShouldContain(Goal);
        bench.Model.Requests.ToList().ForEach(ShouldBePaired);
    }

    [Fact]
    public async Task What_stays_too_long_ends_the_turn_with_what_the_provider_said() // D11
    {
        await using var bench = Open();
        bench.Model.Fails(static _ => true, new ModelException(ModelFault.TooLong, "prompt is too long", 400));

        var events = await bench.RunAsync(Goal);

        events.OfType<RunCompleted>().ShouldHaveSingleItem().Outcome.Text.ShouldContain("prompt is too long");
        bench.Model.Requests.Count.ShouldBeLessThan(4);
    }

    [Fact]
    public async Task An_answer_that_was_cut_because_the_window_was_full_is_gone_on_with() // D11
    {
        await using var bench = Open();
        var cut = false;
        bench.Model.Summarizes();
        bench.Model.Streams(request => !IsSummary(request) && request.EndsInTool && request.Messages.Count > 10 && !cut, (_, _) =>
        {
            cut = true;
            return WindowFull();
        });
        bench.Model.Works(8);

        var events = await bench.RunAsync(Goal);

        events.OfType<RunCompleted>().ShouldHaveSingleItem().Outcome.Text.ShouldBe("done");
        bench.Model.Requests.Last(static request => IsCompacted(request)).Messages.ShouldContain(static message => message.Text == "Your answer was cut off because the window was full. Go on where it ends.");
    }

    [Fact]
    public async Task The_request_for_notes_is_the_last_request_with_what_came_since_and_one_message_more() // D12
    {
        await using var bench = Open();
        bench.Model.Summarizes().Works(25);

        await bench.RunAsync(Goal);

        var requests = bench.Model.Requests;
        var at = requests.ToList().FindIndex(IsSummary);
        var (before, notes) = (requests[at - 1], requests[at]);
        notes.Messages.Take(before.Messages.Count).ShouldBe(before.Messages);
        notes.Messages.Count.ShouldBe(before.Messages.Count + 3);
        notes.Options.Tools.ShouldBeSameAs(before.Options.Tools);
        notes.Options.ModelId.ShouldBe(before.Options.ModelId);
        notes.Options.MaxOutputTokens.ShouldBe(before.Options.MaxOutputTokens);
    }

    [Theory]
    [InlineData(HookEvent.PreCompact, "auto", "trigger", "auto")]
    [InlineData(HookEvent.PostCompact, "auto", "compact_summary", "Half of the grammar is ported.")]
    [InlineData(HookEvent.SessionStart, "compact", "source", "compact")]
    public async Task Hooks_hear_of_it_once(HookEvent moment, string subject, string field, string value) // D15
    {
        await using var bench = Open();
        var hooks = new TestHooks(moment, static _ => new HookOutcome { IsBlocking = true, Reason = "no" });
        bench.Session = bench.Session with { Hooks = hooks };
        bench.Model.Summarizes().Works(25);

        await bench.RunAsync(Goal);

        bench.Compressions().ShouldHaveSingleItem();
        var call = hooks.Calls.ShouldHaveSingleItem();
        call.Subject.ShouldBe(subject);
        call.Fields.GetProperty(field).GetString().ShouldBe(value);
    }

    [Fact]
    public async Task A_switch_to_a_smaller_window_compacts_with_the_model_that_knows_the_conversation() // D16
    {
        await using var bench = Open(window: 60_000);
        bench.Windows["small"] = 16_000;
        bench.Session = bench.Session with { Boundary = RunBoundary.Turn };
        bench.Model.Summarizes().Works(30);
        await using var session = bench.Open();
        session.Send(new PromptInput(Goal));
        await bench.FrontEnd.WaitForAsync<RunCompleted>();

        session.Send(new SetModelInput("small"));
        session.Send(new PromptInput("and now?"));
        await bench.FrontEnd.WaitForAsync<RunCompleted>(_ => bench.Model.Requests[^1].Options.ModelId == "small");

        bench.Model.Requests.Single(IsSummary).Options.ModelId.ShouldBe("test-model");
        bench.Model.Requests[^1].Tokens.ShouldBeLessThan(12_000);
        bench.Model.Requests[^1].LastText.ShouldBe("and now?");
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public async Task A_threshold_that_is_not_reached_leaves_the_conversation_alone(double threshold)
    {
        await using var bench = Open();
        bench.Session = bench.Session with { Compaction = new() { Threshold = threshold } };
        bench.Model.Summarizes().Works(25);

        await bench.RunAsync(Goal);

        bench.Compressions().ShouldBeEmpty();
        bench.Model.Requests[^1].Messages.Count.ShouldBe(52);
    }

    [Fact]
    public async Task The_user_may_ask_for_it_with_wishes_and_without_a_model()
    {
        await using var bench = Open();
        bench.Session = bench.Session with { Boundary = RunBoundary.Turn };
        bench.Model.Summarizes().Works(10);
        await using var session = bench.Open();
        session.Send(new PromptInput(Goal));
        session.Send(new CompactInput("keep the names of the rules"));
        await bench.FrontEnd.WaitForAsync<RunCompleted>(static run => run.Outcome.Text.StartsWith("Context compressed (", StringComparison.Ordinal));
        bench.Model.Requests.Single(IsSummary).LastText.ShouldEndWith("The user asks for this: keep the names of the rules");
        var compacted = bench.FrontEnd.Events.OfType<ConversationCompacted>().ShouldHaveSingleItem();
        compacted.IsAutomatic.ShouldBeFalse();
        compacted.TokensAfter.ShouldBeLessThan(compacted.TokensBefore);

        session.Send(new PromptInput("go on"));
        session.Send(new CompactInput(UsesModel: false));
        session.Send(new CompleteInput());
        await session.Completion.WaitAsync(TimeSpan.FromSeconds(20));

        bench.Model.Requests.Count(IsSummary).ShouldBe(1);
        bench.Compressions().Count.ShouldBe(2);
        string.Concat(bench.Compressions()[^1].Messages[0].Contents.OfType<TextContent>().Select(static part => part.Text)).ShouldContain("Half of the grammar is ported.\n\n- called look: ");
    }

    [Fact]
    public async Task With_nothing_to_give_up_a_wish_for_it_changes_nothing_and_says_so()
    {
        await using var bench = Open();
        bench.Session = bench.Session with { IsConversation = true };
        await using var session = bench.Open();

        session.Send(new CompactInput());
        session.Send(new CompleteInput());
        await session.Completion.WaitAsync(TimeSpan.FromSeconds(20));

        bench.Model.Requests.ShouldBeEmpty();
        bench.FrontEnd.Events.OfType<NoticeRaised>().ShouldHaveSingleItem().Text.ShouldBe("The context was not compressed: nothing would be gained.");
    }

    private static async IAsyncEnumerable<ChatResponseUpdate> EndMeanwhile(KernelBench bench, TaskCompletionSource gate, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken token)
    {
        gate.TrySetResult();
        while (bench.Kernel.Tasks.List(bench.Session.Id) is not [{ HasEnded: true }])
        {
            token.ThrowIfCancellationRequested();
            await Task.Yield();
        }

        yield return new ChatResponseUpdate(ChatRole.Assistant, [TestModel.Text("Notes.")]) { FinishReason = ChatFinishReason.Stop };
    }

    private static async IAsyncEnumerable<ChatResponseUpdate> Cut()
    {
        await Task.Yield();
        yield return new ChatResponseUpdate(ChatRole.Assistant, [TestModel.Text("Half of")]) { FinishReason = ChatFinishReason.Length };
    }

    private static async IAsyncEnumerable<ChatResponseUpdate> WindowFull()
    {
        await Task.Yield();
        yield return new ChatResponseUpdate(ChatRole.Assistant, [TestModel.Text("I was about to")]);
        throw new ModelException(ModelFault.TooLong, "the conversation fills the model's context window");
    }
}
