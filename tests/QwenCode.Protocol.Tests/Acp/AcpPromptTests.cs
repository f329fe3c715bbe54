using Microsoft.Extensions.AI;
using QwenCode.Protocol.Acp;
using QwenCode.Protocol.JsonRpc;

namespace QwenCode.Protocol.Tests.Acp;

public sealed class AcpPromptTests
{
    [Fact]
    public void Texts_are_joined_and_links_are_named_where_they_stand()
    {
        var prompt = Read("""[{"type":"text","text":"Compare"},{"type":"resource_link","name":"a","uri":"file:///w/my%20a.txt"},{"type":"text","text":"with"},{"type":"resource_link","name":"b","uri":"https://example.com/b"}]""");

        prompt.Text.ShouldBe("Compare @/w/my\\ a.txt with @https://example.com/b ");
        prompt.Attachments.ShouldBeEmpty();
        prompt.Links.ShouldBe(["/w/my a.txt", "https://example.com/b"]);
        prompt.Spoken.ShouldBe("Compare with ");
    }

    [Fact]
    public void An_image_beside_a_link_is_kept()
    {
        var prompt = Read("""[{"type":"resource_link","name":"a","uri":"file:///a"},{"type":"image","data":"AQID","mimeType":"image/png"}]""");

        prompt.Attachments.ShouldHaveSingleItem().ShouldBeOfType<DataContent>().Data.ToArray().ShouldBe([1, 2, 3]);
    }

    [Fact]
    public void What_is_embedded_is_named_in_the_text_and_follows_it()
    {
        var prompt = Read("""[{"type":"resource","resource":{"uri":"file:///a.md","text":"inside"}},{"type":"resource","resource":{"uri":"file:///b.pdf","blob":"AQID","mimeType":"application/pdf"}},{"type":"resource","resource":{"uri":"file:///c.bin","blob":"AQID"}}]""");

        prompt.Text.ShouldBe("@/a.md @/b.pdf @/c.bin ");
        prompt.Attachments.OfType<TextContent>().Select(static part => part.Text).ShouldBe(
            ["\nFile: /a.md\ninside\n", "\nFile: /b.pdf\n", "\nFile: /c.bin\n[The file is no text and was left out.]\n"]);
        prompt.Attachments.OfType<DataContent>().ShouldHaveSingleItem().MediaType.ShouldBe("application/pdf");
    }

    [Theory]
    [InlineData("""{"type":"text"}""", "array")]
    [InlineData("""[{"type":"text","text":"a"},{"type":"image","data":"AQID"}]""", "Block 1")]
    [InlineData("""[{"type":"audio","data":"","mimeType":"audio/wav"}]""", "Block 0")]
    [InlineData("""[{"type":"resource_link","name":"no uri"}]""", "resource_link")]
    [InlineData("""[{"type":"resource"}]""", "resource")]
    [InlineData("""["text"]""", "Block 0")]
    public void A_block_that_cannot_be_used_is_named(string blocks, string reason)
    {
        var error = Should.Throw<JsonRpcException>(() => Read(blocks));

        (error.Code, error.Message).ShouldSatisfyAllConditions(
            static one => one.Code.ShouldBe(JsonRpcErrorCode.InvalidParams), one => one.Message.ShouldContain(reason));
    }

    private static AcpPrompt Read(string blocks) => AcpPrompt.Read(Messages.Json(blocks));
}
