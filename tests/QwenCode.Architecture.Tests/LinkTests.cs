using System.Text.RegularExpressions;

namespace QwenCode.Architecture.Tests;

/// <summary>Pages and files that are linked or cited exist.</summary>
public sealed partial class LinkTests
{
    private static readonly string[] Folders = ["src", "plugins", "tests", "samples", "benchmarks", "eng", "agents", "docs"];

    public static TheoryData<string> Pages => [.. Files("*.md").Select(Name)];

    [Theory]
    [MemberData(nameof(Pages))]
    public void A_link_of_a_page_leads_to_a_file(string page)
    {
        var file = Path.Combine(Repository.Root, page);

        Link().Matches(WithoutCode(File.ReadAllText(file))).Select(static link => link.Groups[1].Value)
            .Where(static target => !target.Contains("://", StringComparison.Ordinal) && !target.StartsWith("mailto:", StringComparison.Ordinal))
            .Where(target => !Exists(Path.GetDirectoryName(file)!, target)).ShouldBeEmpty();
    }

    [Fact]
    public void A_page_that_code_cites_exists() =>
        (from pattern in (string[])["*.cs", "*.csproj", "*.props", "*.targets", "*.sh", "*.md", "*.mjs", "*.txt"]
         from file in Files(pattern)
         from Match citation in Citation().Matches(File.ReadAllText(file))
         where !File.Exists(Path.Combine(Repository.Root, citation.Value))
         select $"{Name(file)} cites {citation.Value}").Distinct().ShouldBeEmpty();

    [Fact]
    public void Decisions_are_numbered_once() =>
        Directory.GetFiles(Path.Combine(Repository.Root, "docs", "decisions"), "*.md").Select(static file => Path.GetFileName(file)[..4]).ShouldBeUnique();

    [Theory]
    [InlineData("a [page](missing.md) here", "missing.md")]
    [InlineData("`[no](link.md)`", null)]
    [InlineData("[two](a.md#part)", "a.md#part")]
    public void Links_are_found_outside_code(string text, string? target) =>
        Link().Matches(WithoutCode(text)).Select(static link => link.Groups[1].Value).FirstOrDefault().ShouldBe(target);

    private static bool Exists(string directory, string target)
    {
        var path = target.Split('#')[0];
        var full = path.Length == 0 ? directory : Path.GetFullPath(Path.Combine(directory, Uri.UnescapeDataString(path)));
        return File.Exists(full) || Directory.Exists(full);
    }

    private static string WithoutCode(string text) => Code().Replace(text, string.Empty);

    private static IEnumerable<string> Files(string pattern) => Folders.SelectMany(folder => Directory.EnumerateFiles(Path.Combine(Repository.Root, folder), pattern, SearchOption.AllDirectories))
        .Concat(Directory.EnumerateFiles(Repository.Root, pattern))
        .Where(static file => !file.Contains($"{Path.DirectorySeparatorChar}obj{Path.DirectorySeparatorChar}", StringComparison.Ordinal)
            && !file.Contains($"{Path.DirectorySeparatorChar}node_modules{Path.DirectorySeparatorChar}", StringComparison.Ordinal));

    private static string Name(string file) => Path.GetRelativePath(Repository.Root, file).Replace('\\', '/');

    [GeneratedRegex(@"\]\(([^)\s]+)\)")]
    private static partial Regex Link();

    [GeneratedRegex(@"docs/[A-Za-z0-9_./-]+\.md")]
    private static partial Regex Citation();

    [GeneratedRegex(@"^```.*?^```|`[^`\n]*`", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex Code();
}
