using System.Text.Json;
using Microsoft.Extensions.AI;
using QwenCode.Models;

namespace QwenCode.Abstractions.Tests;

public class SignaturesTests
{
    [Fact]
    public void A_signature_is_kept_in_the_form_every_protocol_knows()
    {
        var text = new TextContent("hi");
        Signatures.Of(text).ShouldBeNull();

        Signatures.Sign(text, "S\"ä");

        Signatures.Of(text).ShouldBe("S\"ä");
        Signatures.ExtraContent(text)!.Value.GetProperty("google").GetProperty("thought_signature").GetString().ShouldBe("S\"ä");
    }

    [Theory]
    [InlineData("[]")]
    [InlineData("""{"google":1}""")]
    [InlineData("""{"google":{"thought_signature":null}}""")]
    [InlineData("""{"vertex":{"x":1}}""")]
    public void What_holds_no_signature_has_none(string extra)
    {
        var call = new FunctionCallContent("a", "f");

        Signatures.SetExtraContent(call, JsonElement.Parse(extra));

        Signatures.Of(call).ShouldBeNull();
        Signatures.ExtraContent(call)!.Value.GetRawText().ShouldBe(extra);
    }

    [Fact]
    public void A_withheld_thought_is_told_from_one_without_words()
    {
        var redacted = Signatures.Redacted("opaque==");

        (redacted.Text, redacted.ProtectedData, Signatures.IsRedacted(redacted)).ShouldBe((string.Empty, "opaque==", true));
        Signatures.IsRedacted(new TextReasoningContent(string.Empty) { ProtectedData = "s" }).ShouldBeFalse();
    }

    [Theory]
    [InlineData("anthropic", "m", true)]
    [InlineData("Anthropic", "m", true)]
    [InlineData("", "m", true)]
    [InlineData("gemini", "m", false)]
    [InlineData("anthropic", "M", false)]
    public void An_answer_is_of_the_model_that_made_it(string protocol, string model, bool isSame) =>
        new ModelOrigin(protocol, model).Is("anthropic", "m").ShouldBe(isSame);

    [Fact]
    public void What_is_nobodys_is_no_models() => ModelOrigin.Nobody.Is("anthropic", "m").ShouldBeFalse();
}
