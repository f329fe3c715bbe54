using Microsoft.Extensions.AI;
using QwenCode.Conversations;
using QwenCode.Kernel.Agents;
using QwenCode.Kernel.Conversations;

namespace QwenCode.Kernel.Tests.Conversations;

public class Histories
{
    private static HistoryMessage Message(int number) => new(ChatRole.User, $"message {number}");

    [Fact]
    public void Histories_that_continue_one_another_share_their_messages_and_do_not_see_each_others()
    {
        var trunk = History.Of(Enumerable.Range(0, 5).Select(Message));

        var left = trunk.Append(Message(10));
        var right = trunk.Append(Message(20));
        var branch = trunk.Branch().Append(Message(30));
        var shorter = trunk.Take(2).Append(Message(40));

        trunk.Select(static message => message.Text).ShouldBe(["message 0", "message 1", "message 2", "message 3", "message 4"]);
        left.Last!.Text.ShouldBe("message 10");
        right.Last!.Text.ShouldBe("message 20");
        branch.Last!.Text.ShouldBe("message 30");
        shorter.Select(static message => message.Text).ShouldBe(["message 0", "message 1", "message 40"]);
        foreach (var other in new[] { left, right, branch })
        {
            other.Take(5).ShouldBe(trunk, ReferenceEqualityComparer.Instance as IEqualityComparer<ChatMessage>);
        }
    }

    [Fact]
    public async Task Many_can_continue_one_history_at_once()
    {
        var trunk = History.Of(Enumerable.Range(0, 100).Select(Message));

        var histories = await Task.WhenAll(Enumerable.Range(0, 64).Select(number => Task.Run(() =>
        {
            var own = trunk;
            for (var i = 0; i < 100; i++)
            {
                own = own.Append(Message((number * 1000) + i));
            }

            return own;
        })));

        for (var number = 0; number < histories.Length; number++)
        {
            histories[number].Skip(100).Select(static message => message.Text).ShouldBe(Enumerable.Range(0, 100).Select(i => $"message {(number * 1000) + i}"));
        }
    }

    [Fact]
    public void A_history_can_be_cut_at_both_ends_of_its_length_only()
    {
        var history = History.Of(Message(1));

        history.Take(0).Last.ShouldBeNull();
        history.Take(1).Count.ShouldBe(1);
        Should.Throw<ArgumentOutOfRangeException>(() => history.Take(2));
        Should.Throw<ArgumentOutOfRangeException>(() => history[1]);
    }

    [Fact]
    public void A_fork_of_an_answer_without_calls_continues_it()
    {
        var parent = History.Of(Message(1), new HistoryMessage(ChatRole.Assistant, "answer"));

        var (opening, first) = ForkPrompt.Build(parent, "go");

        opening.Select(static message => message.Text).ShouldBe(["message 1", "answer"]);
        first.ShouldEndWith("Directive: go");
    }

    [Fact]
    public void A_fork_of_a_prompt_leaves_the_prompt_out()
    {
        var parent = History.Of(new HistoryMessage(ChatRole.System, "system"), Message(1), new HistoryMessage(ChatRole.Assistant, "answer"), Message(2));

        ForkPrompt.Build(parent, "go").Opening.Select(static message => message.Text).ShouldBe(["system", "message 1", "answer"]);
    }

    [Fact]
    public void A_fork_never_parts_calls_from_their_results()
    {
        var parent = History.Of(
            Message(1),
            new HistoryMessage(ChatRole.Assistant, [new FunctionCallContent("a", "works")]),
            new HistoryMessage(ChatRole.Tool, [new FunctionResultContent("a", "fine")]));

        ForkPrompt.Build(parent, "go").Opening.Count.ShouldBe(3);
    }
}
