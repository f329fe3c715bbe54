using System.Text;
using Microsoft.Extensions.AI;
using QwenCode.Protocol.Control;

namespace QwenCode.Protocol.Tests;

public sealed class InputMessageTests
{
    [Theory]
    [InlineData("not json", "not JSON")]
    [InlineData("[1]", "not a JSON object")]
    [InlineData("{\"no\":\"type\"}", "'type'")]
    [InlineData("{\"type\":1}", "'type'")]
    [InlineData("{\"type\":\"user\"} {}", "byte 17")]
    public void A_line_that_is_no_message_is_refused_with_the_reason(string line, string reason)
    {
        InputMessage.Read(Encoding.UTF8.GetBytes(line), out var problem).ShouldBeNull();
        problem.ShouldNotBeNull().ShouldContain(reason);
    }

    [Theory]
    [InlineData("\"plain\"", "plain")]
    [InlineData("[{\"type\":\"text\",\"text\":\"one\"},{\"type\":\"text\",\"text\":\"two\"}]", "one\ntwo")]
    [InlineData("[{\"type\":\"text\",\"text\":\"one\"},{\"type\":\"odd\",\"n\":1}]", "one\n{\"type\":\"odd\",\"n\":1}")]
    public void Content_becomes_one_text(string content, string expected) =>
        UserContent.Read(User(content)).ShouldHaveSingleItem().ShouldBeOfType<TextContent>().Text.ShouldBe(expected);

    [Theory]
    [InlineData("\"\"")]
    [InlineData("\"  \"")]
    [InlineData("[]")]
    [InlineData("7")]
    public void Content_that_says_nothing_has_no_parts(string content) => UserContent.Read(User(content)).ShouldBeEmpty();

    [Fact]
    public void An_image_is_kept_as_an_image()
    {
        var parts = UserContent.Read(User("[{\"type\":\"text\",\"text\":\"look\"},{\"type\":\"image\",\"source\":{\"type\":\"base64\",\"media_type\":\"image/png\",\"data\":\"AQID\"}}]"));
        parts.Count.ShouldBe(2);
        var image = parts[1].ShouldBeOfType<DataContent>();
        image.MediaType.ShouldBe("image/png");
        image.Data.ToArray().ShouldBe([1, 2, 3]);
    }

    [Fact]
    public void A_text_made_into_a_message_reads_back() =>
        UserContent.Read(UserContent.Message("a \"b\"\nc")).ShouldHaveSingleItem().ShouldBeOfType<TextContent>().Text.ShouldBe("a \"b\"\nc");

    private static InputMessage User(string content) => Messages.Parse($"{{\"type\":\"user\",\"message\":{{\"role\":\"user\",\"content\":{content}}}}}");
}
