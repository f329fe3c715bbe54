using System.Text.Json;
using QwenCode.Platform.Json;

namespace QwenCode.Platform.Tests.Json;

public class JsonMembersTests
{
    private static readonly JsonElement Sample = JsonElement.Parse(
        """{"text":"a","number":1.5,"whole":7,"true":true,"object":{"in":"b"},"array":[1],"null":null,"half":"x\ud83d!"}""");

    [Fact]
    public void A_member_of_the_kind_that_is_asked_for_is_returned()
    {
        Sample.Text("text").ShouldBe("a");
        Sample.Text("text"u8).ShouldBe("a");
        Sample.Number("number").ShouldBe(1.5);
        Sample.Whole("number").ShouldBe(1);
        Sample.Whole("whole"u8).ShouldBe(7);
        Sample.IsTrue("true").ShouldBeTrue();
        Sample.Object("object"u8)!.Value.Text("in").ShouldBe("b");
        Sample.Array("array"u8)!.Value.GetArrayLength().ShouldBe(1);
        Sample.Member("null").ValueKind.ShouldBe(JsonValueKind.Null);
    }

    [Theory]
    [InlineData("missing")]
    [InlineData("null")]
    [InlineData("object")]
    public void What_is_missing_or_of_another_kind_is_null(string name)
    {
        Sample.Text(name).ShouldBeNull();
        Sample.Number(name).ShouldBeNull();
        Sample.Whole(name).ShouldBeNull();
        Sample.IsTrue(name).ShouldBeFalse();
    }

    [Theory]
    [InlineData("[]")]
    [InlineData("\"text\"")]
    [InlineData("null")]
    public void What_is_no_object_has_no_members(string json)
    {
        var value = JsonElement.Parse(json);

        value.Text("text").ShouldBeNull();
        value.Object("text"u8).ShouldBeNull();
        default(JsonElement).Member("text").ValueKind.ShouldBe(JsonValueKind.Undefined);
    }

    [Fact]
    public void Half_a_surrogate_pair_is_read_as_it_stands() => Sample.Text("half").ShouldBe("x\ud83d!");

    [Fact]
    public void A_member_whose_name_holds_half_a_surrogate_pair_hides_no_other()
    {
        var json = JsonElement.Parse("""{"\\ud800":1,"text":"a","x\\udc00":{"text":"b"},"text":"c"}""".Replace("\\\\", "\\", StringComparison.Ordinal));

        json.Text("text").ShouldBe("c");
        json.TryMember("text", out _).ShouldBeTrue();
        json.TryMember("nothing", out _).ShouldBeFalse();
    }
}
