using System.Text;
using System.Text.Json;
using QwenCode.Kernel.Tools.Validation;
using QwenCode.Tools;

namespace QwenCode.Kernel.Tests.Tools.Validation;

public sealed class SchemaValidatorTests
{
    private const string Edit = """{"type":"object","properties":{"file_path":{"type":"string"},"old_string":{"type":"string"},"new_string":{"type":"string"},"replace_all":{"type":"boolean"}},"required":["file_path","old_string","new_string"]}""";
    private const string Cron = """{"type":"object","properties":{"cron":{"type":"string"},"prompt":{"type":"string"},"recurring":{"type":"boolean"}},"required":["cron","prompt"],"additionalProperties":false}""";
    private const string List = """{"type":"object","properties":{"path":{"type":"string"},"ignore":{"type":"array","items":{"type":"string"}},"limit":{"type":"number"},"options":{"type":"object","properties":{"git":{"type":"boolean"}}}},"required":["path"]}""";

    [Theory]
    [InlineData(List, """{"path":"/x"}""")]
    [InlineData(List, """{"path":"/x","unknown":1}""")]
    [InlineData(List, """{"path":"/x","limit":1.5}""")]
    [InlineData("{}", """{"a":1}""")]
    [InlineData("true", """{"a":1}""")]
    [InlineData("""{"properties":{"a":{"type":"integer"}}}""", """{"a":1.0}""")]
    [InlineData("""{"properties":{"a":{"type":["string","null"]}}}""", """{"a":null}""")]
    [InlineData("""{"properties":{"a":{"type":"string","nullable":true}}}""", """{"a":null}""")]
    [InlineData("""{"properties":{"a":{"minLength":1,"maxLength":1}}}""", """{"a":"😀"}""")]
    [InlineData("""{"properties":{"a":{"anyOf":[{"type":"string"},{"type":"number"}]}}}""", """{"a":1}""")]
    [InlineData("""{"properties":{"a":{"$ref":"#/definitions/A"}},"definitions":{"A":{"type":"string"}}}""", """{"a":"x"}""")]
    [InlineData("""{"properties":{"a":{"$ref":"#"}}}""", """{"a":{"a":{}}}""")]
    [InlineData("""{"$schema":"https://json-schema.org/draft/2020-12/schema","properties":{"a":{"prefixItems":[{"type":"string"}],"items":{"type":"number"}}}}""", """{"a":["x",1,2]}""")]
    [InlineData("""{"patternProperties":{"^x":{"type":"string"}},"additionalProperties":false}""", """{"xa":"b"}""")]
    public void Arguments_that_fit_pass_unchanged(string schema, string arguments)
    {
        var result = Validate(schema, arguments);

        result.Error.ShouldBeNull();
        result.Arguments.GetRawText().ShouldBe(arguments);
    }

    [Theory]
    [InlineData(List, """{}""", "params must have required property 'path'")]
    [InlineData(List, """{"path":1}""", "params/path must be string")]
    [InlineData(List, """{"path":null}""", "params/path must be string")]
    [InlineData(List, """{"path":"x","limit":"5"}""", "params/limit must be number")]
    [InlineData(List, """{"path":"x","ignore":[1]}""", "params/ignore/0 must be string")]
    [InlineData(List, """{"path":"x","ignore":["a",{}]}""", "params/ignore/1 must be string")]
    [InlineData(List, """{"path":"x","ignore":"a"}""", "params/ignore must be array")]
    [InlineData(List, """{"path":"x","options":{"git":1}}""", "params/options/git must be boolean")]
    [InlineData(List, """{"path":"x","options":"y"}""", "params/options must be object")]
    [InlineData(List, """[1]""", "params must be object")]
    [InlineData(List, "\"x\"", "Value of params must be an object")]
    [InlineData(List, """5""", "Value of params must be an object")]
    [InlineData(List, """null""", "Value of params must be an object")]
    [InlineData(Cron, """{"cron":5}""", "params must have required property 'prompt'")]
    [InlineData(Cron, """{"cron":5,"prompt":"x","extra":1}""", "params must NOT have additional properties")]
    [InlineData(Cron, """{"cron":5,"prompt":"x"}""", "params/cron must be string")]
    [InlineData(Cron, """{"cron":"x","prompt":"x","recurring":"maybe"}""", "params/recurring must be boolean")]
    [InlineData("""{"properties":{"a":{"enum":["x","y"]}}}""", """{"a":"z"}""", "params/a must be equal to one of the allowed values")]
    [InlineData("""{"properties":{"a":{"const":1}}}""", """{"a":2}""", "params/a must be equal to constant")]
    [InlineData("""{"properties":{"a":{"minLength":2}}}""", """{"a":"x"}""", "params/a must NOT have fewer than 2 characters")]
    [InlineData("""{"properties":{"a":{"maxLength":2}}}""", """{"a":"xyz"}""", "params/a must NOT have more than 2 characters")]
    [InlineData("""{"properties":{"a":{"minItems":1}}}""", """{"a":[]}""", "params/a must NOT have fewer than 1 items")]
    [InlineData("""{"properties":{"a":{"maxItems":1}}}""", """{"a":[1,2]}""", "params/a must NOT have more than 1 items")]
    [InlineData("""{"properties":{"a":{"uniqueItems":true}}}""", """{"a":[1,2,1]}""", "params/a must NOT have duplicate items (items ## 0 and 2 are identical)")]
    [InlineData("""{"properties":{"a":{"minimum":2}}}""", """{"a":1}""", "params/a must be >= 2")]
    [InlineData("""{"properties":{"a":{"maximum":2}}}""", """{"a":3}""", "params/a must be <= 2")]
    [InlineData("""{"properties":{"a":{"exclusiveMinimum":2}}}""", """{"a":2}""", "params/a must be > 2")]
    [InlineData("""{"properties":{"a":{"exclusiveMaximum":2}}}""", """{"a":2}""", "params/a must be < 2")]
    [InlineData("""{"properties":{"a":{"multipleOf":2}}}""", """{"a":3}""", "params/a must be multiple of 2")]
    [InlineData("""{"properties":{"a":{"pattern":"^x$"}}}""", """{"a":"y"}""", "params/a must match pattern \"^x$\"")]
    [InlineData("""{"properties":{"a":{"type":"integer"}}}""", """{"a":1.5}""", "params/a must be integer")]
    [InlineData("""{"properties":{"a":{"type":["string","number"]}}}""", """{"a":{}}""", "params/a must be string,number")]
    [InlineData("""{"properties":{"a":{"anyOf":[{"type":"string"},{"type":"number"}]}}}""", """{"a":{}}""", "params/a must be string")]
    [InlineData("""{"properties":{"a":{"oneOf":[{"type":"number"},{"minimum":1}]}}}""", """{"a":2}""", "params/a must match exactly one schema in oneOf")]
    [InlineData("""{"properties":{"a":{"oneOf":[{"type":"string"},{"type":"array"}]}}}""", """{"a":2}""", "params/a must be string")]
    [InlineData("""{"properties":{"a":{"allOf":[{"type":"number"},{"minimum":5}]}}}""", """{"a":2}""", "params/a must be >= 5")]
    [InlineData("""{"properties":{"a":{"not":{"type":"number"}}}}""", """{"a":2}""", "params/a must NOT be valid")]
    [InlineData("""{"properties":{"a":{"$ref":"#/definitions/A"}},"definitions":{"A":{"type":"object","required":["x"]}}}""", """{"a":{}}""", "params/a must have required property 'x'")]
    [InlineData("""{"properties":{"a":{"$ref":"#/$defs/A"}},"$defs":{"A":{"type":"string"}}}""", """{"a":1}""", "params/a must be string")]
    [InlineData("""{"properties":{"a":{"$ref":"#"}},"additionalProperties":false}""", """{"a":{"b":1}}""", "params/a must NOT have additional properties")]
    [InlineData("""{"additionalProperties":{"type":"string"}}""", """{"x":1}""", "params/x must be string")]
    [InlineData("""{"properties":{"a/b~c":{"type":"string"}}}""", """{"a/b~c":1}""", "params/a~1b~0c must be string")]
    [InlineData("""{"if":{"required":["a"]},"then":{"required":["b"]}}""", """{"a":1}""", "params must have required property 'b'")]
    [InlineData("""{"minProperties":1}""", """{}""", "params must NOT have fewer than 1 properties")]
    [InlineData("""{"properties":{"a":{"contains":{"type":"string"}}}}""", """{"a":[1]}""", "params/a must contain at least 1 valid item(s)")]
    [InlineData("""{"properties":{"a":{"items":[{"type":"string"}],"additionalItems":false}}}""", """{"a":["x",1]}""", "params/a/1 boolean schema is false")]
    public void The_first_thing_that_does_not_fit_is_named(string schema, string arguments, string expected) => Validate(schema, arguments).Error.ShouldBe(expected);

    [Theory]
    [InlineData(Cron, """{"cron":"x","prompt":"y","recurring":"true"}""", """{"cron":"x","prompt":"y","recurring":true}""")]
    [InlineData(Cron, """{"cron":"x","prompt":"y","recurring":"FALSE"}""", """{"cron":"x","prompt":"y","recurring":false}""")]
    [InlineData(List, """{"path":"x","options":{"git":"True"}}""", """{"path":"x","options":{"git":true}}""")]
    [InlineData(List, """{"path":"x","ignore":"[\"a\"]"}""", """{"path":"x","ignore":["a"]}""")]
    [InlineData(List, """{"path":"x","options":" {\"git\":true} "}""", """{"path":"x","options":{"git":true}}""")]
    [InlineData("""{"properties":{"a":{"anyOf":[{"type":"array"},{"type":"null"}]}}}""", """{"a":"[1]"}""", """{"a":[1]}""")]
    public void Arguments_that_nearly_fit_are_mended(string schema, string arguments, string expected)
    {
        var result = Validate(schema, arguments);

        result.Error.ShouldBeNull();
        JsonElement.DeepEquals(result.Arguments, Parse(expected)).ShouldBeTrue(result.Arguments.GetRawText());
    }

    [Theory]
    [InlineData(Edit, """{"file_path":"f","old_string":"a","new_string":"true","replace_all":"true"}""", "params/new_string must be string")]
    [InlineData("""{"properties":{"a":{"type":["string","array"]},"b":{"type":"number"}}}""", """{"a":"[1]","b":"x"}""", "params/b must be number")]
    [InlineData(List, """{"path":"x","ignore":"[1"}""", "params/ignore must be array")]
    [InlineData(List, """{"path":"x","ignore":"[nope]"}""", "params/ignore must be array")]
    [InlineData(List, """{"path":"x","options":"[1]"}""", "params/options must be object")]
    public void What_cannot_be_mended_is_named_as_it_is_after_mending(string schema, string arguments, string expected) => Validate(schema, arguments).Error.ShouldBe(expected);

    [Fact]
    public void Words_stay_words_where_nothing_is_wrong() =>
        Validate(Edit, """{"file_path":"f","old_string":"a","new_string":"true"}""").Arguments.GetProperty("new_string").GetString().ShouldBe("true");

    [Theory]
    [InlineData("""{"type":"nonsense"}""")]
    [InlineData("""{"required":"a"}""")]
    [InlineData("""{"properties":{"a":{"$ref":"#/definitions/None"}}}""")]
    [InlineData("""{"properties":{"a":{"$ref":"http://example.com/s.json"}}}""")]
    [InlineData("""{"properties":{"a":{"pattern":"("}}}""")]
    [InlineData("""{"properties":[1]}""")]
    [InlineData("""{"properties":{"a":5}}""")]
    [InlineData("""{"anyOf":[]}""")]
    [InlineData("""{"minLength":"x"}""")]
    [InlineData("5")]
    public void A_schema_that_makes_no_sense_checks_nothing(string schema) => Validate(schema, """{"a":{"b":1}}""").Error.ShouldBeNull();

    [Fact]
    public void A_schema_that_refers_to_itself_ends() => Validate("""{"$ref":"#"}""", "{}").Error.ShouldBeNull();

    [Fact]
    public void A_pattern_cannot_hold_the_host() =>
        Validate("""{"properties":{"a":{"pattern":"^(a+)+$"}}}""", "{\"a\":\"" + new string('a', 200) + "!\"}").Arguments.ValueKind.ShouldBe(JsonValueKind.Object);

    private static SchemaValidation Validate(string schema, string arguments) => SchemaValidator.Validate(new CompiledSchema(Parse(schema)), Parse(arguments));

    private static JsonElement Parse(string json) => ToolDeclaration.Schema(Encoding.UTF8.GetBytes(json));
}
