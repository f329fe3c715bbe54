using System.Globalization;
using QwenCode.Plugin.FileSystem.Editing;

namespace QwenCode.Plugin.FileSystem.Tests;

/// <summary>What a model is told whose edit does not match: where the text is that it meant, and what is different there.</summary>
public sealed class ClosestTextTests
{
    private const string Code =
        "using System;\n\nnamespace Shop;\n\npublic class Cart\n{\n    private readonly List<Item> _items = [];\n\n    public decimal Total(bool withTax)\n    {\n        var sum = 0m;\n"
        + "        foreach (var item in _items)\n        {\n            sum += item.Price * item.Count;\n        }\n\n        return withTax ? sum * 1.19m : sum;\n    }\n\n    public void Clear()\n    {\n        _items.Clear();\n    }\n}\n";

    [Theory]
    // Indentation: too little, none, tabs for spaces, spaces for tabs.
    [InlineData("    var sum = 0m;\n    foreach (var item in _items)", "The same text with other white space is at lines 11-12. Line 11 of the file reads \"        var sum = 0m;\" where old_string has \"    var sum = 0m;\". Line 12 of the file reads \"        foreach (var item in _items)\" where old_string has \"    foreach (var item in _items)\".")]
    [InlineData("foreach (var item in _items)\n{\n    sum += item.Price * item.Count;\n}", "The same text with other white space is at lines 12-15. Line 13 of the file reads \"        {\" where old_string has \"{\". Line 14 of the file reads \"            sum += item.Price * item.Count;\" where old_string has \"    sum += item.Price * item.Count;\". Line 15 of the file reads \"        }\" where old_string has \"}\".")]
    [InlineData("\t\tvar sum = 0m;", "The same text with other white space is at line 11. Line 11 of the file reads \"        var sum = 0m;\" where old_string has \"\\t\\tvar sum = 0m;\".")]
    // Spacing within a line, and line breaks at other places.
    [InlineData("sum += item.Price*item.Count;", "The same text with other white space is at line 14. Line 14 of the file reads \"            sum += item.Price * item.Count;\" where old_string has \"sum += item.Price*item.Count;\".")]
    [InlineData("public void Clear() {", "The same text with other white space is at lines 20-21.")]
    // Another case.
    [InlineData("public decimal total(bool withTax)", "The same text in other upper and lower case is at line 9.")]
    // Stale text: a word, a whole line, a line too few, a line too many.
    [InlineData("        return withTax ? sum * 1.16m : sum;", "The closest text is at line 17. Line 17 of the file reads \"        return withTax ? sum * 1.19m : sum;\" where old_string has \"        return withTax ? sum * 1.16m : sum;\".")]
    [InlineData("        foreach (var item in _items)\n        {\n            total = total + item.Cost();\n        }\n\n        return withTax ? sum * 1.19m : sum;", "The closest text is at lines 12-17. Line 14 of the file reads \"            sum += item.Price * item.Count;\" where old_string has \"            total = total + item.Cost();\".")]
    [InlineData("        var sum = 0m;\n        {\n            sum += item.Price * item.Count;\n        }", "The closest text is at lines 11-15. Line 12 of the file, \"        foreach (var item in _items)\", is missing in old_string.")]
    [InlineData("        var sum = 0m;\n        var count = 0;\n        foreach (var item in _items)\n        {\n            sum += item.Price * item.Count;", "The closest text is at lines 11-14. The file has no line \"        var count = 0;\" after line 11.")]
    // Nothing like it.
    [InlineData("import numpy as np\nprint(np.zeros(3))", null)]
    [InlineData("   \n", null)]
    public void The_closest_text_is_named_with_what_differs(string wanted, string? expected)
    {
        var advice = ClosestText.Describe(Code, wanted, CancellationToken.None);

        if (expected is null)
        {
            advice.ShouldBeNull();
            return;
        }

        advice.ShouldNotBeNull().ShouldStartWith(expected);
    }

    [Fact]
    public void Of_many_differences_the_first_three_are_shown_and_the_rest_counted()
    {
        var text = string.Join('\n', Enumerable.Range(0, 10).Select(static i => $"    entry number {i} of the list"));
        var wanted = string.Join('\n', Enumerable.Range(0, 10).Select(static i => $"  entry number {i} of the list"));

        var advice = ClosestText.Describe(text, wanted, CancellationToken.None)!;

        advice.ShouldStartWith("The same text with other white space is at lines 1-10. Line 1 of the file reads");
        advice.ShouldEndWith("7 more lines differ.");
    }

    [Theory]
    [InlineData("a\u00a0b", "a\\u00a0b")]
    [InlineData("a\u200bb", "a\\u200bb")]
    [InlineData("a\tb", "a\\tb")]
    public void What_cannot_be_seen_is_shown(string line, string shown) =>
        ClosestText.Describe($"first line of all\n{line} and something more\n", "first line of all\na b and something more", CancellationToken.None)!.ShouldContain(shown);

    [Fact]
    public void In_a_file_of_fifty_megabytes_it_is_found_as_well()
    {
        var text = string.Concat(Enumerable.Range(0, 700_000).Select(static i => string.Create(CultureInfo.InvariantCulture, $"    record {i}: value of this record = {i * 7919L % 1_000_003}\n")));
        text.Length.ShouldBeGreaterThan(30_000_000);

        ClosestText.Describe(text, "\trecord 654321: value of this record =", CancellationToken.None)
            .ShouldBe("The same text with other white space is at line 654322. Line 654322 of the file reads \"    record 654321: value of this record =\" where old_string has \"\\trecord 654321: value of this record =\".");
        ClosestText.Describe(text, "    record 600000: VALUE OF THIS RECORD", CancellationToken.None).ShouldBe("The same text in other upper and lower case is at line 600001.");
        ClosestText.Describe(text, "    record 600000: value of another = 1\n    record 600001: value of another = 2", CancellationToken.None)!.ShouldStartWith("The closest text is at lines 600001-600002.");
    }
}
