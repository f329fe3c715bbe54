using QwenCode.Models.Arguments;

namespace QwenCode.Models.Tests;

public sealed class ArgumentsTests
{
    [Theory]
    [InlineData("", "{}")]
    [InlineData("  \n", "{}")]
    [InlineData("null", "{}")]
    [InlineData("{\"a\":1}", "{\"a\":1}")]
    [InlineData("[]", "[]")]
    [InlineData("{\"a\":1,}", "{\"a\":1}")]
    [InlineData("{'a':'b'}", "{\"a\":\"b\"}")]
    [InlineData("{a: 1, b_c: true, d: False, e: None}", "{\"a\":1,\"b_c\":true,\"d\":false,\"e\":null}")]
    [InlineData("{\"a\":\"x\ny\"}", "{\"a\":\"x\\ny\"}")]
    [InlineData("{\"a\":\"\\d+\"}", "{\"a\":\"\\\\d+\"}")]
    [InlineData("{\"a\":1}}", "{\"a\":1}")]
    [InlineData("{\"a\":1}{\"a\":2}", "{}")]
    [InlineData("{\"a\": -1.5e3 \"b\": [1 2]}", "{\"a\":-1.5e3,\"b\":[1,2]}")]
    [InlineData("hello world", "\"hello world\"")]
    [InlineData("\"text\"", "\"text\"")]
    [InlineData("42", "42")]
    public void Arguments_mean_what_they_most_surely_mean(string raw, string json)
    {
        var arguments = ArgumentsReader.Read(raw);

        arguments.Raw.ShouldBe(raw);
        Compact(arguments).ShouldBe(json);
        arguments.IsTruncated.ShouldBeFalse();
    }

    [Theory]
    [InlineData(@"half \ud83d pair", "half \ufffd pair")]
    [InlineData(@"\uDC00", "\ufffd")]
    [InlineData(@"\ud83d\uD83D\ude00", "\ufffd\U0001F600")]
    [InlineData(@"whole \ud83d\ude00\n", "whole \U0001F600\n")]
    [InlineData(@"\\ud83d \\\ud83d", @"\ud83d \" + "\ufffd")]
    [InlineData(@"\ude00\ud83d\t\ud83dx", "\ufffd\ufffd\t\ufffdx")]
    public void Half_a_character_becomes_a_replacement_character(string escaped, string expected)
    {
        var arguments = ArgumentsReader.Read("{\"a\":\"" + escaped + "\"}");

        arguments.Value!.Value.GetProperty("a").GetString().ShouldBe(expected);
    }

    [Theory]
    [InlineData("{\"a\":\"b", "{\"a\":\"b\"}")]
    [InlineData("{\"a\":\"b\"", "{\"a\":\"b\"}")]
    [InlineData("{\"a\":[1,2", "{\"a\":[1]}")]
    [InlineData("{\"a\":{\"b\":1},\"c", "{\"a\":{\"b\":1}}")]
    [InlineData("{\"a\":1,\"c\":", "{\"a\":1}")]
    [InlineData("{\"a\":tru", "{}")]
    [InlineData("{\"a\":\"x\\", "{\"a\":\"x\"}")]
    [InlineData("{\"a\":\"x\\u00", "{\"a\":\"x\"}")]
    [InlineData("{", "{}")]
    public void Arguments_that_stop_in_the_middle_are_marked(string raw, string json)
    {
        var arguments = ArgumentsReader.Read(raw);

        arguments.IsTruncated.ShouldBeTrue();
        Compact(arguments).ShouldBe(json);
    }

    [Theory]
    [InlineData("{\"a\":1} and more")]
    [InlineData("{\"a\" 1}")]
    [InlineData("{:}")]
    public void What_means_nothing_has_no_value(string raw) => ArgumentsReader.Read(raw).Value.ShouldBeNull();

    [Fact]
    public void Nesting_without_end_is_refused_and_not_followed()
    {
        ArgumentsReader.Read(new string('[', 100_000)).Value.ShouldBeNull();
        ArgumentsReader.Read(string.Concat(Enumerable.Repeat("{\"a\":", 100_000))).Value.ShouldBeNull();
    }

    [Fact]
    public void Random_cuts_and_noise_never_throw()
    {
        const string Whole = """{"path":"/a/ü😀.txt","list":[1,-2.5e3,true,null,{"x":"\u00e9\n"}],"o":{}}""";
        var random = new Random(7);
        for (var round = 0; round < 2_000; round++)
        {
            var text = new System.Text.StringBuilder(Whole[..random.Next(Whole.Length + 1)]);
            for (var noise = random.Next(3); noise > 0 && text.Length > 0; noise--)
            {
                text[random.Next(text.Length)] = "{}[]\"',:\\ a\uD83D"[random.Next(12)];
            }

            Should.NotThrow(() => ArgumentsReader.Read(text.ToString()), text.ToString());
        }
    }

    private static string Compact(ToolCallArguments arguments)
    {
        using var stream = new MemoryStream();
        using (var writer = new System.Text.Json.Utf8JsonWriter(stream, new() { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))
        {
            arguments.Value!.Value.WriteTo(writer);
        }

        return System.Text.Encoding.UTF8.GetString(stream.ToArray());
    }
}
