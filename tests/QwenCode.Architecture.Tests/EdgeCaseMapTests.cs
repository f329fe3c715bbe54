using System.Globalization;
using System.Text.RegularExpressions;

namespace QwenCode.Architecture.Tests;

/// <summary>The map of edge cases names tests that exist, and leaves no case out.</summary>
public sealed partial class EdgeCaseMapTests
{
    private static readonly Lazy<HashSet<string>> Tests = new(FindTests);

    private static readonly (string File, int Cases)[] Maps = [("agents-edge-cases.md", 70), ("gate-edge-cases.md", 28), ("wire-edge-cases.md", 42),
        ("custody-edge-cases.md", 20), ("robustness-edge-cases.md", 29)];

    public static TheoryData<string, int> Numbers
    {
        get
        {
            var numbers = new TheoryData<string, int>();
            foreach (var (file, cases) in Maps)
            {
                for (var number = 1; number <= cases; number++)
                {
                    numbers.Add(file, number);
                }
            }

            return numbers;
        }
    }

    [Theory]
    [MemberData(nameof(Numbers))]
    public void Every_edge_case_is_held_by_tests_that_exist(string file, int number)
    {
        var row = Rows(file).Where(row => row.Number == number).ShouldHaveSingleItem();

        row.Tests.ShouldNotBeEmpty();
        row.Tests.Where(static test => !Tests.Value.Contains(test)).ShouldBeEmpty();
    }

    [Fact]
    public void The_maps_have_no_other_rows() =>
        Maps.ShouldAllBe(static map => Rows(map.File).Select(static row => row.Number).SequenceEqual(Enumerable.Range(1, map.Cases)));

    private static IEnumerable<(int Number, string[] Tests)> Rows(string file) =>
        File.ReadLines(Path.Combine(Repository.Root, "tests", file)).Select(static line => Row().Match(line)).Where(static match => match.Success)
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

    [GeneratedRegex(@"^    \[(?:Unix|Linux|Sandbox|Mount)?(?:Fact|Theory)\b[^\n]*\n(?:    [\[/][^\n]*\n)*    public (?:static )?(?:async )?(?:Task|void) (\w+)\(", RegexOptions.Multiline)]
    private static partial Regex Test();
}
