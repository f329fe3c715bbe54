using System.Globalization;
using System.Text.RegularExpressions;

namespace QwenCode.Architecture.Tests;

/// <summary>The map of edge cases names tests that exist, and leaves no case out.</summary>
public sealed partial class EdgeCaseMapTests
{
    private const int Cases = 70;

    private static readonly Lazy<HashSet<string>> Tests = new(FindTests);

    public static TheoryData<int> Numbers => [.. Enumerable.Range(1, Cases)];

    [Theory]
    [MemberData(nameof(Numbers))]
    public void Every_edge_case_of_agents_is_held_by_tests_that_exist(int number)
    {
        var row = Rows().Where(row => row.Number == number).ShouldHaveSingleItem();

        row.Tests.ShouldNotBeEmpty();
        row.Tests.Where(static test => !Tests.Value.Contains(test)).ShouldBeEmpty();
    }

    [Fact]
    public void The_map_has_no_other_rows() => Rows().Select(static row => row.Number).ShouldBe(Enumerable.Range(1, Cases));

    private static IEnumerable<(int Number, string[] Tests)> Rows() =>
        File.ReadLines(Path.Combine(Repository.Root, "tests", "agents-edge-cases.md")).Select(static line => Row().Match(line)).Where(static match => match.Success)
            .Select(static match => (int.Parse(match.Groups[1].Value, CultureInfo.InvariantCulture), Name().Matches(match.Groups[2].Value).Select(static name => name.Groups[1].Value).ToArray()));

    // Read from the sources, so that no test project has to be built for it: a file of tests holds one class of them, with an attribute before each.
    private static HashSet<string> FindTests()
    {
        var found = new HashSet<string>(StringComparer.Ordinal);
        foreach (var file in Directory.EnumerateFiles(Path.Combine(Repository.Root, "tests"), "*.cs", SearchOption.AllDirectories))
        {
            var text = File.ReadAllText(file);
            if (Class().Match(text) is { Success: true } type)
            {
                found.UnionWith(Test().Matches(text).Select(test => $"{type.Groups[1].Value}.{test.Groups[1].Value}"));
            }
        }

        return found;
    }

    [GeneratedRegex(@"^\| (\d+) \|(.*)$")]
    private static partial Regex Row();

    [GeneratedRegex(@"`(\w+\.\w+)`")]
    private static partial Regex Name();

    [GeneratedRegex(@"^public (?:sealed )?(?:partial )?class (\w+)", RegexOptions.Multiline)]
    private static partial Regex Class();

    [GeneratedRegex(@"^    \[(?:Fact|Theory|UnixFact)\b[^\n]*\n(?:    [\[/][^\n]*\n)*    public (?:static )?(?:async )?(?:Task|void) (\w+)\(", RegexOptions.Multiline)]
    private static partial Regex Test();
}
