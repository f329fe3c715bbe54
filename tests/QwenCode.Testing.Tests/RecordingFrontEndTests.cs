using QwenCode.Agents;
using QwenCode.Sessions;

namespace QwenCode.Testing.Tests;

public sealed class RecordingFrontEndTests
{
    private readonly RecordingFrontEnd _frontEnd = new();

    [Fact]
    public void Events_are_kept_in_order_and_a_list_of_them_does_not_change()
    {
        _frontEnd.OnEvent(new NoticeRaised(AgentId.Main, "one"));
        var before = _frontEnd.Events;
        _frontEnd.OnEvent(new TextDelta(AgentId.Main, "two"));

        before.ShouldBe([new NoticeRaised(AgentId.Main, "one")]);
        _frontEnd.Events.ShouldBe([new NoticeRaised(AgentId.Main, "one"), new TextDelta(AgentId.Main, "two")]);
        _frontEnd.EventsOf<TextDelta>().ShouldHaveSingleItem().Text.ShouldBe("two");
    }

    [Fact]
    public async Task An_event_that_was_raised_before_is_found_at_once()
    {
        _frontEnd.OnEvent(new TextDelta(AgentId.Main, "a"));
        _frontEnd.OnEvent(new TextDelta(AgentId.Main, "b"));

        (await _frontEnd.WaitForAsync<TextDelta>(static delta => delta.Text == "b")).Text.ShouldBe("b");
    }

    [Fact]
    public async Task A_wait_ends_with_the_first_event_that_matches()
    {
        var waiting = _frontEnd.WaitForAsync<TextDelta>(static delta => delta.Text != "a");

        _frontEnd.OnEvent(new TextDelta(AgentId.Main, "a"));
        _frontEnd.OnEvent(new NoticeRaised(AgentId.Main, "b"));
        waiting.IsCompleted.ShouldBeFalse();
        _frontEnd.OnEvent(new TextDelta(AgentId.Main, "c"));

        (await waiting).Text.ShouldBe("c");
    }

    [Fact]
    public async Task A_wait_in_vain_lists_what_was_raised_instead()
    {
        _frontEnd.OnEvent(new TextDelta(AgentId.Main, "a"));

        var exception = await Should.ThrowAsync<TimeoutException>(
            () => _frontEnd.WaitForAsync<RunCompleted>(timeout: TimeSpan.FromMilliseconds(1)));

        exception.Message.ShouldBe("No matching RunCompleted was raised. Events so far: TextDelta.");
    }

    [Fact]
    public void What_a_test_does_with_an_event_comes_after_it_is_kept()
    {
        RecordingFrontEnd? frontEnd = null;
        var counts = new List<int>();
        frontEnd = new RecordingFrontEnd(_ => counts.Add(frontEnd!.Events.Count));

        frontEnd.OnEvent(new TextDelta(AgentId.Main, "a"));
        frontEnd.OnEvent(new TextDelta(AgentId.Main, "b"));

        counts.ShouldBe([1, 2]);
    }
}
