using QwenCode.Conversations;
using QwenCode.Tests.Tools;

namespace QwenCode.Tests.Conversations;

public sealed class ToolSetTests
{
    [Fact]
    public void Tools_keep_their_order_and_of_two_with_one_name_the_first_counts()
    {
        var first = new EchoTool("b");
        var set = new ToolSet([first, new EchoTool("a"), new EchoTool("b")]);

        set.Names.ShouldBe(["b", "a"]);
        set.Count.ShouldBe(2);
        set.Tools.First().ShouldBeSameAs(first);
        set.Find("b").ShouldBeSameAs(first);
    }

    [Theory]
    [InlineData("B")]
    [InlineData("")]
    [InlineData("b ")]
    public void A_tool_is_found_by_its_exact_name(string name) => new ToolSet([new EchoTool("b")]).Find(name).ShouldBeNull();

    [Fact]
    public void The_wire_form_is_made_once_for_a_dialect()
    {
        var dialect = new object();
        var set = new ToolSet([new EchoTool()]);

        var form = set.GetWire(dialect, static tools => [(byte)tools.Count]);

        form.ShouldBe([1]);
        set.GetWire(dialect, static _ => throw new InvalidOperationException("made again")).ShouldBeSameAs(form);
        set.GetWire(new object(), static _ => [9]).ShouldBe([9]);
    }

    [Fact]
    public void No_tools_are_a_set_as_well()
    {
        ToolSet.Empty.Count.ShouldBe(0);
        ToolSet.Empty.Find("echo").ShouldBeNull();
    }
}
