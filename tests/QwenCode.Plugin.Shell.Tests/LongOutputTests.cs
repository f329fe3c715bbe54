using System.Text.RegularExpressions;
using QwenCode.Plugin.Shell.Output;
using QwenCode.Tools;
using static QwenCode.Plugin.Shell.Tests.ShellFixture;

namespace QwenCode.Plugin.Shell.Tests;

public sealed partial class LongOutputTests : IDisposable
{
    private readonly ShellFixture _shell = new();

    public void Dispose() => _shell.Dispose();

    [Fact]
    public async Task Long_output_is_cut_and_kept_whole_in_a_file()
    {
        var result = await _shell.RunAsync("seq 1 5000");

        var text = Text(result);
        var path = SavedPath().Match(text).Value;
        text.ShouldContain("Truncated part of the output:\nCommand: seq 1 5000\nDirectory: (root)\nOutput: 1\n2\n");
        text.ShouldContain(OutputCut.Separator);
        text.ShouldContain("\n5000\nError: (none)\nExit Code: 0\nSignal: (none)\nProcess Group PGID: ");
        text.Split("Truncated part of the output:\n")[1].Split('\n').Length.ShouldBeLessThanOrEqualTo(1_000 + 6);
        path.ShouldStartWith(_shell.Workspace.TempDirectory);
        Path.GetFileName(path).ShouldMatch("^run_shell_command_[0-9a-f]{12}\\.output$");
        (await File.ReadAllTextAsync(path)).ShouldStartWith(
            $"Command: seq 1 5000\nDirectory: (root)\nOutput: {string.Join('\n', Enumerable.Range(1, 5000))}\nError: (none)\nExit Code: 0\n");
        Shown(result).ShouldBe($"{string.Join('\n', Enumerable.Range(1, 5000))}\nOutput too long and was saved to: {path}");
    }

    [Fact]
    public async Task A_single_huge_line_keeps_its_first_fifth_and_its_end()
    {
        _shell.Limits = new ToolLimits(1_000, 0);

        var result = await _shell.RunAsync("head -c 5000 /dev/zero | tr '\\0' x; printf END");

        var shown = Text(result).Split("Truncated part of the output:\n")[1];
        shown.Length.ShouldBeLessThanOrEqualTo(1_000);
        shown.ShouldContain("xEND\nError: (none)\n");
    }

    [Fact]
    public async Task Two_hundred_megabytes_stay_out_of_memory_and_end_in_the_file()
    {
        const long Lines = 2_000_000;
        var before = GC.GetTotalMemory(forceFullCollection: true);

        var result = await _shell.RunAsync($"yes {new string('y', 99)} | head -n {Lines}; echo the end");

        var text = Text(result);
        GC.GetTotalMemory(forceFullCollection: true).ShouldBeLessThan(before + (16L * 1024 * 1024));
        text.Length.ShouldBeLessThan(26_000);
        text.ShouldContain("\nthe end\nError: (none)\nExit Code: 0\n");
        var file = new FileInfo(SavedPath().Match(text).Value);
        file.Length.ShouldBeGreaterThan(Lines * 100);
        File.ReadLines(file.FullName).LongCount().ShouldBe(Lines + 2 + 1 + 4);
        Shown(result).Length.ShouldBeLessThan(27_000);
    }

    [Fact]
    public async Task Output_without_end_is_cut_off_in_the_file_too_and_the_model_is_told()
    {
        var result = await _shell.RunAsync($"head -c {OutputBuffer.LargestFile + (64 << 20)} /dev/zero | tr '\\0' z; echo last");

        var text = Text(result);
        text.ShouldContain("not complete");
        text.ShouldContain("last\nError: (none)");
        new FileInfo(SavedPath().Match(text).Value).Length.ShouldBeLessThan(OutputBuffer.LargestFile + (1 << 20));
    }

    [Fact]
    public async Task Where_nothing_can_be_saved_the_text_is_cut_all_the_same_and_says_so()
    {
        Directory.CreateDirectory(Path.GetDirectoryName(_shell.Workspace.TempDirectory)!);
        await File.WriteAllTextAsync(_shell.Workspace.TempDirectory, "a file where the directory should be");

        var result = await _shell.RunAsync("seq 1 5000");

        Text(result).Length.ShouldBeLessThan(26_000);
        Text(result).ShouldContain("could not be saved");
        Text(result).ShouldContain(OutputCut.Separator);
    }

    [Fact]
    public async Task A_timeout_with_long_output_is_cut_too()
    {
        var clock = new TriggeredClock(TimeSpan.FromMilliseconds(500_001));
        _shell.Time = clock;
        var written = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _shell.OnProgress = text =>
        {
            if (text.EndsWith("\n5000\n", StringComparison.Ordinal))
            {
                written.TrySetResult();
            }
        };
        var run = _shell.RunAsync("seq 1 5000; exec sleep 1000", timeout: 500_001);
        await written.Task.WaitAsync(TimeSpan.FromSeconds(60));

        await clock.ExpireAsync();

        var result = await run;
        Text(result).ShouldContain("Command timed out after 500001ms before it could complete. Below is the output before it timed out:\n1\n2\n");
        Text(result).ShouldContain(OutputCut.Separator);
        Text(result).ShouldEndWith("\n5000");
    }

    [Fact]
    public async Task Without_limits_nothing_is_cut()
    {
        _shell.Limits = new ToolLimits(0, 0);

        var result = await _shell.RunAsync("seq 1 30000");

        Text(result).ShouldNotContain(OutputCut.Separator);
        Shown(result).ShouldEndWith("29999\n30000");
    }

    [Theory]
    [InlineData("1\n2\n3\n4\n5\n6\n7\n8\n9\n10", 0, 5, "1", "7\n8\n9\n10")]
    [InlineData("1\n2\n3\n4\n5\n6\n7\n8\n9\n10", 0, 1, "1", "")]
    [InlineData("1\n2\n3\n4\n5\n6\n7\n8\n9\n10", 0, 10, "1\n2", "3\n4\n5\n6\n7\n8\n9\n10")]
    [InlineData("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", 100, 0, "aaaaaaaaaaaaaaaaa...", "")]
    [InlineData("first\nbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb\nlast", 100, 0, "first", "...bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb\nlast")]
    public void A_text_keeps_a_fifth_of_its_beginning_and_the_rest_of_its_end(string text, int characters, int lines, string head, string tail)
    {
        var cut = OutputCut.Cut(text, text, isWhole: true, OutputCut.CountLines(text), new ToolLimits(characters, lines));

        cut.ShouldBe(head + OutputCut.Separator + tail);
        if (characters > 0)
        {
            cut.Length.ShouldBeLessThanOrEqualTo(characters);
        }
    }

    [Fact]
    public void A_cut_never_splits_a_character()
    {
        var text = string.Concat(Enumerable.Repeat("😀", 200)) + "\n" + string.Concat(Enumerable.Repeat("😀", 200));

        for (var limit = 60; limit < 110; limit++)
        {
            var cut = OutputCut.Cut(text, text, isWhole: true, 2, new ToolLimits(limit, 0));

            cut.EnumerateRunes().ShouldNotContain(System.Text.Rune.ReplacementChar);
        }
    }

    [GeneratedRegex(@"/\S+\.output")]
    private static partial Regex SavedPath();
}
