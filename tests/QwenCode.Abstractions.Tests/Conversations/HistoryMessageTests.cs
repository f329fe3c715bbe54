using Microsoft.Extensions.AI;
using QwenCode.Conversations;

namespace QwenCode.Tests.Conversations;

public sealed class HistoryMessageTests
{
    private readonly object _dialect = new();

    [Fact]
    public void The_wire_form_is_made_once_for_a_dialect()
    {
        var message = new HistoryMessage(ChatRole.User, "hi");
        var made = 0;

        var first = message.GetWire(_dialect, Encode);
        var second = message.GetWire(_dialect, Encode);

        second.ShouldBeSameAs(first);
        made.ShouldBe(1);

        byte[] Encode(HistoryMessage encoded)
        {
            encoded.ShouldBeSameAs(message);
            made++;
            return [1, 2, 3];
        }
    }

    [Fact]
    public void Another_dialect_gets_a_form_of_its_own_and_the_last_one_is_kept()
    {
        var message = new HistoryMessage(ChatRole.Assistant, [new TextContent("hi")]);
        var other = new object();
        message.GetWire(_dialect, static _ => [1]);

        message.GetWire(other, static _ => [2]).ShouldBe([2]);
        message.GetWire(other, static _ => throw new InvalidOperationException("made again")).ShouldBe([2]);
        message.GetWire(_dialect, static _ => [3]).ShouldBe([3]);
    }

    [Fact]
    public void A_form_that_could_not_be_made_is_made_at_the_next_call()
    {
        var message = new HistoryMessage(ChatRole.User, "hi");

        Should.Throw<InvalidOperationException>(() => message.GetWire(_dialect, static _ => throw new InvalidOperationException()));

        message.GetWire(_dialect, static _ => [4]).ShouldBe([4]);
    }
}
