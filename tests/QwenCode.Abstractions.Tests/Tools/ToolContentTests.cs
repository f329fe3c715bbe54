using Microsoft.Extensions.AI;
using QwenCode.Tools;

namespace QwenCode.Tests.Tools;

public sealed class ToolContentTests
{
    [Fact]
    public void Text_is_one_part_and_is_plain()
    {
        ToolContent content = "hello";

        content.PlainText.ShouldBe("hello");
        content.ToText().ShouldBe("hello");
        content.Parts.ShouldHaveSingleItem().ShouldBeOfType<TextContent>().Text.ShouldBe("hello");
    }

    [Fact]
    public void Parts_keep_their_order_and_only_their_text_is_text()
    {
        var content =
            ToolContent.FromParts([new TextContent("one"), new DataContent(new byte[] { 1 }, "image/png"), new TextContent("two")]);

        content.Parts.Count.ShouldBe(3);
        content.PlainText.ShouldBeNull();
        content.ToText().ShouldBe("one\ntwo");
    }

    [Fact]
    public void Nothing_has_no_parts_and_no_text()
    {
        ToolContent.Empty.Parts.ShouldBeEmpty();
        ToolContent.Empty.PlainText.ShouldBeNull();
        ToolContent.Empty.ToText().ShouldBeEmpty();
        ToolContent.FromString(string.Empty).Parts.Count.ShouldBe(1);
    }

    [Fact]
    public void A_result_shows_people_what_the_model_gets_unless_it_says_otherwise()
    {
        ToolResult.Success("for the model").Display.ShouldBeNull();
        ToolResult.Success("for the model", "for people").Display.ShouldBe(new TextDisplay("for people"));
    }

    [Fact]
    public void A_failure_carries_its_type_and_message_and_no_content()
    {
        var result = ToolResult.Failure(ToolError.FileNotFound, "gone");

        result.Error.ShouldBe(new ToolError(ToolError.FileNotFound, "gone"));
        result.Content.Parts.ShouldBeEmpty();
    }
}
