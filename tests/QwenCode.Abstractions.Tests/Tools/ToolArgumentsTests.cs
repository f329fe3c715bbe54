using System.Text.Json;
using System.Text.Json.Nodes;
using QwenCode.Tools;

namespace QwenCode.Tests.Tools;

public sealed class ToolArgumentsTests
{
    [Theory]
    [InlineData("""{"a":"x"}""", "x")]
    [InlineData("""{"a":""}""", "")]
    [InlineData("""{"a":"\ud83d\ude00"}""", "😀")]
    [InlineData("""{"a":7}""", null)]
    [InlineData("""{"a":null}""", null)]
    [InlineData("""{"A":"x"}""", null)]
    [InlineData("""[]""", null)]
    [InlineData("\"a\"", null)]
    public void A_string_is_read_only_where_there_is_one(string json, string? expected) => Parse(json).String("a").ShouldBe(expected);

    [Theory]
    [InlineData("""{"a":7}""", 7.0)]
    [InlineData("""{"a":-0.5}""", -0.5)]
    [InlineData("""{"a":1e3}""", 1000.0)]
    [InlineData("""{"a":"7"}""", null)]
    [InlineData("""{"a":true}""", null)]
    [InlineData("""{}""", null)]
    public void A_number_is_read_only_where_there_is_one(string json, double? expected) => Parse(json).Number("a").ShouldBe(expected);

    [Theory]
    [InlineData("""{"a":true}""", true)]
    [InlineData("""{"a":false}""", false)]
    [InlineData("""{"a":"true"}""", null)]
    [InlineData("""{"a":1}""", null)]
    [InlineData("""{}""", null)]
    public void A_truth_value_is_read_only_where_there_is_one(string json, bool? expected) => Parse(json).Boolean("a").ShouldBe(expected);

    [Fact]
    public void Of_two_members_with_one_name_the_last_counts() => Parse("""{"a":"first","a":"last"}""").String("a").ShouldBe("last");

    [Fact]
    public void Arguments_that_were_never_set_are_an_empty_object()
    {
        default(ToolArguments).Json.GetRawText().ShouldBe("{}");
        default(ToolArguments).TryGet("a", out _).ShouldBeFalse();
        ToolArguments.None.ToString().ShouldBe("{}");
    }

    [Fact]
    public void The_text_is_the_one_the_model_sent() => Parse("""{ "a" : 1.50 }""").ToString().ShouldBe("""{ "a" : 1.50 }""");

    [Fact]
    public void Values_of_a_foreign_caller_become_json()
    {
        var arguments = ToolArguments.From(new Dictionary<string, object?>
        {
            ["null"] = null,
            ["text"] = "a\"b",
            ["truth"] = true,
            ["byte"] = (byte)1,
            ["short"] = (short)-2,
            ["int"] = -3,
            ["long"] = long.MinValue,
            ["ulong"] = ulong.MaxValue,
            ["float"] = 0.5f,
            ["double"] = 1.25,
            ["decimal"] = 1.10m,
            ["element"] = JsonSerializer.SerializeToElement(new[] { 1, 2 }),
            ["node"] = new JsonObject { ["x"] = 1 },
            ["list"] = new List<object?> { 1, "two", null },
            ["map"] = new Dictionary<string, object?> { ["inner"] = new[] { "a" } },
        });

        arguments.ToString().ShouldBe(
            """{"null":null,"text":"a\u0022b","truth":true,"byte":1,"short":-2,"int":-3,"long":-9223372036854775808,"ulong":18446744073709551615"""
            + ""","float":0.5,"double":1.25,"decimal":1.10,"element":[1,2],"node":{"x":1},"list":[1,"two",null],"map":{"inner":["a"]}}""");
    }

    [Fact]
    public void A_value_without_a_json_form_is_refused_by_name()
    {
        var exception = Should.Throw<ToolArgumentException>(() => ToolArguments.From([new("when", new[] { new Version(1, 2) })]));

        exception.Message.ShouldStartWith("The argument 'when' is a System.Version;");
        exception.ErrorType.ShouldBe(ToolError.InvalidArguments);
    }

    [Fact]
    public void Json_of_a_foreign_caller_outlives_its_document()
    {
        ToolArguments arguments;
        using (var document = JsonDocument.Parse("""{"deep":{"a":[1]}}"""))
        {
            arguments = ToolArguments.From([new("given", document.RootElement)]);
        }

        arguments.ToString().ShouldBe("""{"given":{"deep":{"a":[1]}}}""");
    }

    private static ToolArguments Parse(string json) => new(JsonDocument.Parse(json).RootElement);
}
