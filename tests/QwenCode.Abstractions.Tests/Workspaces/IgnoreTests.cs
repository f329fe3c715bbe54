using System.Diagnostics;
using QwenCode.Workspaces;

namespace QwenCode.Tests.Workspaces;

public sealed class IgnoreTests : IDisposable
{
    private readonly string _root = Workspace.RealPath(Directory.CreateTempSubdirectory("qwen-ignore-").FullName);

    public void Dispose() => Directory.Delete(_root, recursive: true);

    [Theory]
    [InlineData("*.log", "a.log", true)]
    [InlineData("*.log", "deep/a.log", true)]
    [InlineData("a.log\n!a.log", "a.log", false)]
    [InlineData("!a.log\na.log", "a.log", true)]
    [InlineData("*.log\n!keep.log", "keep.log", false)]
    [InlineData("*.log\n!keep.log", "x.log", true)]
    [InlineData("/build", "build", true)]
    [InlineData("/build", "src/build", null)]
    [InlineData("src/gen", "src/gen", true)]
    [InlineData("src/gen", "x/src/gen", null)]
    [InlineData("**/gen", "x/src/gen", true)]
    [InlineData("gen/**", "gen/a/b", true)]
    [InlineData("gen/**", "gen", null)]
    [InlineData("a/**/b", "a/b", true)]
    [InlineData("a/**/b", "a/x/y/b", true)]
    [InlineData("dir/", "dir", null)]
    [InlineData("# comment\n\\#file", "#file", true)]
    [InlineData("\\!file", "!file", true)]
    [InlineData("trail   ", "trail", true)]
    [InlineData("trail\\ ", "trail ", true)]
    [InlineData("crlf\r\nnext\r\n", "crlf", true)]
    [InlineData("\ufeffbom", "bom", true)]
    [InlineData("*.py[cod]", "x.pyc", true)]
    [InlineData("*.py[cod]", "x.py", null)]
    [InlineData("open[", "open[", null)]
    [InlineData("foo*bar", "foo/bar", null)]
    public void A_rule_means_what_it_means_to_git(string rules, string path, bool? expected) =>
        IgnoreRules.Parse(rules).Judge(path, PathKind.File).ShouldBe(expected);

    [Fact]
    public void A_rule_for_directories_spares_files() => IgnoreRules.Parse("out/").Judge("out", PathKind.Directory).ShouldBe(true);

    [Fact]
    public void Deeper_files_win_and_an_ignored_directory_is_closed()
    {
        Directory.CreateDirectory(Path.Combine(_root, ".git", "info"));
        Write(".git/info/exclude", "excluded\n");
        Write(".gitignore", "*.log\nclosed/\n");
        Write("sub/.gitignore", "!important.log\n");
        Write("closed/.gitignore", "!a\n");
        var workspace = new Workspace(_root);

        Judge("a.log").ShouldBe(IgnoreVerdict.GitIgnored);
        Judge("sub/important.log").ShouldBe(IgnoreVerdict.Visible);
        Judge("sub/other.log").ShouldBe(IgnoreVerdict.GitIgnored);
        Judge("closed/a").ShouldBe(IgnoreVerdict.GitIgnored);
        Judge("sub/excluded").ShouldBe(IgnoreVerdict.GitIgnored);
        Judge(".git").ShouldBe(IgnoreVerdict.GitIgnored);
        IgnoreVerdict Judge(string path) => IgnoreScope.Judge(workspace, Path.Combine(_root, path), PathKind.File, IgnoreFiles.Git | IgnoreFiles.Qwen);
    }

    [Fact]
    public void Outside_a_repository_only_qwenignore_counts()
    {
        Write(".gitignore", "a\n");
        Write(".qwenignore", "b\n");
        var workspace = new Workspace(_root);

        IgnoreScope.Judge(workspace, Path.Combine(_root, "a"), PathKind.File, IgnoreFiles.Git | IgnoreFiles.Qwen).ShouldBe(IgnoreVerdict.Visible);
        IgnoreScope.Judge(workspace, Path.Combine(_root, "sub", "b"), PathKind.File, IgnoreFiles.Git | IgnoreFiles.Qwen).ShouldBe(IgnoreVerdict.QwenIgnored);
        IgnoreScope.Judge(workspace, Path.Combine(_root, "b"), PathKind.File, IgnoreFiles.Git).ShouldBe(IgnoreVerdict.Visible);
    }

    [Fact]
    public void Random_rules_agree_with_git()
    {
        if (!TryGit("init", "-q"))
        {
            return;
        }

        string[] pieces = ["a", "b", "ab", "*", "?", "**", "a*", "*b", "[ab]", "[!a]", "a?b", ".x", "*.x"];
        string[] names = ["a", "b", "ab", "aab", ".x", "a.x", "c"];
        var paths = new List<string>();
        foreach (var first in names)
        {
            foreach (var second in names)
            {
                Write($"{first}_/{second}_/f.x", "");
                Write($"d{first}/{second}", "");
                Write($"d{first}/e/{second}", "");
                paths.AddRange([$"{first}_/{second}_/f.x", $"d{first}/{second}", $"d{first}/e/{second}"]);
            }
        }

        var random = new Random(20);
        for (var round = 0; round < 60; round++)
        {
            var rules = new List<string>();
            for (var i = random.Next(1, 6); i > 0; i--)
            {
                var parts = Enumerable.Range(0, random.Next(1, 4)).Select(_ => (random.Next(3) == 0 ? "d" : "") + pieces[random.Next(pieces.Length)]);
                rules.Add((random.Next(4) == 0 ? "!" : "") + (random.Next(4) == 0 ? "/" : "") + string.Join('/', parts) + (random.Next(5) == 0 ? "/" : ""));
            }

            File.WriteAllLines(Path.Combine(_root, ".gitignore"), rules);
            var expected = CheckIgnore(paths);
            var workspace = new Workspace(_root);

            var actual = paths.Where(path => IgnoreScope.Judge(workspace, Path.Combine(_root, path), PathKind.File, IgnoreFiles.Git) is IgnoreVerdict.GitIgnored);

            actual.Order(StringComparer.Ordinal).ShouldBe(expected.Order(StringComparer.Ordinal), $"rules:\n{string.Join('\n', rules)}");
        }
    }

    private void Write(string name, string text)
    {
        var path = Path.Combine(_root, name);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, text);
    }

    private bool TryGit(params string[] arguments)
    {
        try
        {
            using var process = Process.Start(new ProcessStartInfo("git", arguments) { WorkingDirectory = _root, RedirectStandardOutput = true, RedirectStandardError = true })!;
            process.WaitForExit();
            return process.ExitCode == 0;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return false;
        }
    }

    private List<string> CheckIgnore(List<string> paths)
    {
        var start = new ProcessStartInfo("git", ["-c", "core.excludesFile=", "check-ignore", "--no-index", "--stdin"]) { WorkingDirectory = _root, RedirectStandardInput = true, RedirectStandardOutput = true };
        using var process = Process.Start(start)!;
        process.StandardInput.Write(string.Join('\n', paths) + "\n");
        process.StandardInput.Close();
        var ignored = process.StandardOutput.ReadToEnd().Split('\n', StringSplitOptions.RemoveEmptyEntries);
        process.WaitForExit();
        return [.. ignored];
    }
}
