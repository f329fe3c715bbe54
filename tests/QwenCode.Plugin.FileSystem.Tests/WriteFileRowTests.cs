using QwenCode.Plugin.FileSystem.Files;
using QwenCode.Plugin.FileSystem.Text;
using QwenCode.Tools;

namespace QwenCode.Plugin.FileSystem.Tests;

/// <summary>What writing a file says, and the differences both writing tools show, row by row.</summary>
public sealed class WriteFileRowTests : IDisposable
{
    private readonly TempWorkspace _workspace = new();
    private readonly WriteFileTool _tool = new();

    public void Dispose() => _workspace.Dispose();

    [Theory]
    [InlineData("unauthorized", 0, "permission_denied", "Permission denied writing to file: /x (EACCES)")]
    [InlineData("io", 28, "no_space_left", "No space left on device: /x (ENOSPC)")]
    [InlineData("io", 122, "no_space_left", "No space left on device: /x (EDQUOT)")]
    [InlineData("io", 30, "file_write_failure", "Error writing to file '/x': read-only file system (EROFS)")]
    [InlineData("io", 20, "file_write_failure", "Error writing to file '/x': not a directory (ENOTDIR)")]
    [InlineData("io", 17, "file_write_failure", "Error writing to file '/x': file already exists (EEXIST)")]
    [InlineData("io", 40, "file_write_failure", "Error writing to file '/x': too many symbolic links (ELOOP)")]
    [InlineData("io", 21, "target_is_directory", "Target is a directory, not a file: /x (EISDIR)")]
    [InlineData("long", 0, "file_write_failure", "Error writing to file '/x': name too long (ENAMETOOLONG)")]
    [InlineData("missing", 0, "file_write_failure", "Error writing to file '/x': no such file or directory (ENOENT)")]
    [InlineData("io", 5, "file_write_failure", "Error writing to file '/x': it broke (EIO)")]
    public void Every_error_of_the_system_has_its_type_and_its_words(string kind, int number, string type, string message)
    {
        Exception exception = kind switch
        {
            "unauthorized" => new UnauthorizedAccessException(),
            "long" => new PathTooLongException(),
            "missing" => new DirectoryNotFoundException(),
            _ => new IOException("it broke", number),
        };

        OsError.From(exception).WriteFailure("/x").Error.ShouldBe(new ToolError(type, message));
    }

    [Theory]
    [InlineData(null, "x", "Successfully created and wrote to new file: {path}.", 1, 0)]
    [InlineData("", "x\n", "Successfully overwrote file: {path}.", 1, 0)]
    [InlineData("a\nb\n", "a\nc\n", "Successfully overwrote file: {path}.", 1, 1)]
    [InlineData("a\n", "", "Successfully overwrote file: {path}.", 0, 1)]
    [InlineData("a\n", "a\n", "Successfully overwrote file: {path}.", 0, 0)]
    [InlineData("a\r\nb\r\n", "a\nb\nc\n", "Successfully overwrote file: {path}.", 1, 0)]
    public async Task A_write_says_what_it_did_and_shows_the_difference(string? before, string content, string message, int added, int removed)
    {
        var path = before is null ? _workspace.PathOf("a.txt") : _workspace.Write("a.txt", before);

        var result = await _workspace.RunAsync(_tool, new { file_path = path, content });

        result.Content.PlainText.ShouldBe(message.Replace("{path}", path, StringComparison.Ordinal));
        var shown = result.Display.ShouldBeOfType<FileDiffDisplay>();
        (shown.FilePath, shown.LinesAdded, shown.LinesRemoved).ShouldBe((path, added, removed));
        shown.Diff.ShouldStartWith($"Index: a.txt\n{new string('=', 67)}\n--- a.txt\tOriginal\n+++ a.txt\tWritten\n");
    }

    [Theory]
    [InlineData("a\nb\nc\n", "a\nB\nc\n", "@@ -1,3 +1,3 @@\n a\n-b\n+B\n c\n")]
    [InlineData("", "a\n", "@@ -0,0 +1,1 @@\n+a\n")]
    [InlineData("a\n", "", "@@ -1,1 +0,0 @@\n-a\n")]
    [InlineData("a", "a\n", "@@ -1,1 +1,1 @@\n-a\n\\ No newline at end of file\n+a\n")]
    [InlineData("a\n", "a", "@@ -1,1 +1,1 @@\n-a\n+a\n\\ No newline at end of file\n")]
    [InlineData("a\nb", "a\nc", "@@ -1,2 +1,2 @@\n a\n-b\n\\ No newline at end of file\n+c\n\\ No newline at end of file\n")]
    [InlineData("1\n2\n3\n4\n5\n6\n7\n8\n9\n", "1\n2\n3\n4\nX\n6\n7\n8\n9\n", "@@ -2,7 +2,7 @@\n 2\n 3\n 4\n-5\n+X\n 6\n 7\n 8\n")]
    [InlineData("1\n2\n3\n4\n5\n6\n7\n8\n9\n", "X\n2\n3\n4\n5\n6\n7\n8\nY\n", "@@ -1,4 +1,4 @@\n-1\n+X\n 2\n 3\n 4\n@@ -6,4 +6,4 @@\n 6\n 7\n 8\n-9\n+Y\n")]
    [InlineData("1\n2\n3\n4\n5\n6\n7\n8\n", "X\n2\n3\n4\n5\n6\n7\nY\n", "@@ -1,8 +1,8 @@\n-1\n+X\n 2\n 3\n 4\n 5\n 6\n 7\n-8\n+Y\n")]
    [InlineData("a\na\na\n", "a\na\n", "@@ -1,3 +1,2 @@\n a\n a\n-a\n")]
    [InlineData("a\n", "a\na\n", "@@ -1,1 +1,2 @@\n a\n+a\n")]
    [InlineData("same\n", "same\n", "")]
    public void A_difference_is_a_patch_with_three_lines_around_it(string before, string after, string hunks)
    {
        var diff = UnifiedDiff.Create("f", before, after, "Current", "Proposed");

        diff.Patch.ShouldBe($"Index: f\n{new string('=', 67)}\n--- f\tCurrent\n+++ f\tProposed\n{hunks}");
    }

    [Fact]
    public async Task Every_patch_makes_the_new_text_of_the_old_one()
    {
        if (!File.Exists("/usr/bin/patch") && !File.Exists("/usr/bin/git"))
        {
            return;
        }

        var random = new Random(99);
        for (var i = 0; i < 40; i++)
        {
            var before = string.Concat(Enumerable.Range(0, random.Next(30)).Select(_ => $"line {random.Next(8)}\n"));
            var lines = before.Split('\n').ToList();
            for (var change = random.Next(4); change >= 0; change--)
            {
                var at = random.Next(lines.Count);
                switch (random.Next(3))
                {
                    case 0: lines.Insert(at, $"new {random.Next(5)}"); break;
                    case 1 when lines.Count > 1: lines.RemoveAt(at); break;
                    default: lines[at] = $"changed {random.Next(5)}"; break;
                }
            }

            var after = string.Join('\n', lines);
            var path = _workspace.Write("f", before);
            var patch = UnifiedDiff.Create("f", before, after, "Current", "Proposed").Patch;
            if (!patch.Contains("@@", StringComparison.Ordinal))
            {
                before.ShouldBe(after);
                continue;
            }

            var file = _workspace.Write("p.patch", patch.Replace("--- f\tCurrent", "--- a/f", StringComparison.Ordinal).Replace("+++ f\tProposed", "+++ b/f", StringComparison.Ordinal));
            using var process = System.Diagnostics.Process.Start(new System.Diagnostics.ProcessStartInfo("git", ["apply", "--unidiff-zero", file]) { WorkingDirectory = _workspace.Root, RedirectStandardError = true })!;
            var complaint = await process.StandardError.ReadToEndAsync();
            await process.WaitForExitAsync();

            process.ExitCode.ShouldBe(0, complaint + patch);
            (await File.ReadAllTextAsync(path)).ShouldBe(after, patch);
        }
    }

    [Fact]
    public async Task The_mode_of_an_old_file_is_kept_and_a_new_one_is_as_others_are()
    {
        if (OperatingSystem.IsWindows())
        {
            return;
        }

        var script = _workspace.Write("a.sh", "x");
        const UnixFileMode Mode = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute | UnixFileMode.GroupRead;
        File.SetUnixFileMode(script, Mode);
        await File.WriteAllTextAsync(_workspace.PathOf("plain.txt"), "x");

        await _workspace.RunAsync(_tool, new { file_path = script, content = "y" });
        await _workspace.RunAsync(_tool, new { file_path = _workspace.PathOf("new.txt"), content = "y" });

        File.GetUnixFileMode(script).ShouldBe(Mode);
        File.GetUnixFileMode(_workspace.PathOf("new.txt")).ShouldBe(File.GetUnixFileMode(_workspace.PathOf("plain.txt")));
    }
}
