using QwenCode.Tools;

namespace QwenCode.Plugin.FileSystem.Tests;

/// <summary>Things that change between the check of a call, the question, and the deed.</summary>
public sealed class RaceTests : IDisposable
{
    private readonly TempWorkspace _workspace = new(AppContext.BaseDirectory);
    private readonly string _inside;
    private readonly string _secret;

    public RaceTests()
    {
        _inside = _workspace.Write("d/file.txt", "inside");
        _secret = Path.Combine(_workspace.Outside, "file.txt");
        File.WriteAllText(_secret, "outside");
    }

    public void Dispose() => _workspace.Dispose();

    [Theory]
    [InlineData("directory")]
    [InlineData("file")]
    public async Task What_is_read_is_what_was_judged_or_nothing(string swapped)
    {
        var call = _workspace.Prepare(new ReadFileTool(), new { file_path = _inside });
        call.Consent.ShouldBe(ToolConsent.Allow);
        Swap(swapped);

        var result = await call.ExecuteAsync(CancellationToken.None);

        call.Consent.ShouldBe(ToolConsent.Allow);
        result.Error!.Type.ShouldBe("read_content_failure");
        result.Error.Message.ShouldContain("leads to another place now");
    }

    [Fact]
    public async Task What_is_listed_is_what_was_judged_or_nothing()
    {
        var call = _workspace.Prepare(new ListDirectoryTool(), new { path = _workspace.PathOf("d") });
        Swap("directory");

        var result = await call.ExecuteAsync(CancellationToken.None);

        result.Error!.Type.ShouldBe("ls_execution_error");
        result.Error.Message.ShouldContain("leads to another place now");
    }

    [Theory]
    [InlineData("directory", false)]
    [InlineData("directory", true)]
    [InlineData("file", false)]
    [InlineData("file", true)]
    public async Task What_is_edited_is_what_was_agreed_to_or_nothing(string swapped, bool isAsked)
    {
        await File.WriteAllTextAsync(_secret, "inside");
        var call = _workspace.Prepare(new EditTool(), new { file_path = _inside, old_string = "inside", new_string = "changed" });
        if (isAsked)
        {
            await call.ConfirmAsync(CancellationToken.None);
        }

        Swap(swapped);
        var result = await call.ExecuteAsync(CancellationToken.None);

        result.Error!.Message.ShouldContain("leads to another place now");
        (await File.ReadAllTextAsync(_secret)).ShouldBe("inside");
    }

    [Theory]
    [InlineData("directory", false)]
    [InlineData("directory", true)]
    [InlineData("file", false)]
    [InlineData("file", true)]
    public async Task What_is_written_lands_where_it_was_agreed_to_or_nowhere(string swapped, bool isAsked)
    {
        var call = _workspace.Prepare(new WriteFileTool(), new { file_path = _inside, content = "new" });
        if (isAsked)
        {
            await call.ConfirmAsync(CancellationToken.None);
        }

        Swap(swapped);
        var result = await call.ExecuteAsync(CancellationToken.None);

        result.Error!.Type.ShouldBe("file_write_failure");
        result.Error.Message.ShouldContain("leads to another place now");
        (await File.ReadAllTextAsync(_secret)).ShouldBe("outside");
        Directory.GetFiles(_workspace.Outside).ShouldBe([_secret]);
    }

    [Fact]
    public async Task A_new_file_lands_where_it_was_agreed_to_or_nowhere()
    {
        var call = _workspace.Prepare(new WriteFileTool(), new { file_path = _workspace.PathOf("d/new/a.txt"), content = "new" });
        Swap("directory");

        (await call.ExecuteAsync(CancellationToken.None)).Error.ShouldNotBeNull();

        Directory.GetFileSystemEntries(_workspace.Outside).ShouldBe([_secret]);
    }

    [Theory]
    [InlineData("changed by somebody", true)]
    [InlineData(null, true)]
    [InlineData("inside", false)]
    public async Task A_file_that_somebody_changed_after_it_was_shown_is_not_overwritten(string? content, bool isRefused)
    {
        var call = _workspace.Prepare(new WriteFileTool(), new { file_path = _inside, content = "new" });
        await call.ConfirmAsync(CancellationToken.None);
        if (content is null)
        {
            File.Delete(_inside);
        }
        else if (isRefused)
        {
            await File.WriteAllTextAsync(_inside, content);
        }

        var result = await call.ExecuteAsync(CancellationToken.None);

        (result.Error?.Message.Contains("was changed by somebody else", StringComparison.Ordinal) ?? false).ShouldBe(isRefused);
        (File.Exists(_inside) ? await File.ReadAllTextAsync(_inside) : null).ShouldBe(isRefused ? content : "new");
    }

    [Fact]
    public async Task A_file_that_came_to_be_after_the_question_is_not_overwritten()
    {
        var path = _workspace.PathOf("new.txt");
        var write = _workspace.Prepare(new WriteFileTool(), new { file_path = path, content = "new" });
        var create = _workspace.Prepare(new EditTool(), new { file_path = path, old_string = "", new_string = "new" });
        await write.ConfirmAsync(CancellationToken.None);
        await create.ConfirmAsync(CancellationToken.None);
        await File.WriteAllTextAsync(path, "somebody's");

        (await write.ExecuteAsync(CancellationToken.None)).Error!.Type.ShouldBe("file_write_failure");
        (await create.ExecuteAsync(CancellationToken.None)).Error!.Type.ShouldBe("attempt_to_create_existing_file");

        (await File.ReadAllTextAsync(path)).ShouldBe("somebody's");
    }

    [Fact]
    public async Task Changes_of_our_own_between_question_and_write_are_no_reason_to_refuse()
    {
        var edit = _workspace.Prepare(new EditTool(), new { file_path = _inside, old_string = "in", new_string = "out" });
        var second = _workspace.Prepare(new EditTool(), new { file_path = _inside, old_string = "side", new_string = "door" });
        var write = _workspace.Prepare(new WriteFileTool(), new { file_path = _inside, content = "whole" });
        foreach (var call in new[] { edit, second, write })
        {
            await call.ConfirmAsync(CancellationToken.None);
        }

        (await edit.ExecuteAsync(CancellationToken.None)).Error.ShouldBeNull();
        (await second.ExecuteAsync(CancellationToken.None)).Error.ShouldBeNull();
        (await File.ReadAllTextAsync(_inside)).ShouldBe("outdoor");
        (await write.ExecuteAsync(CancellationToken.None)).Error.ShouldBeNull();

        (await File.ReadAllTextAsync(_inside)).ShouldBe("whole");
    }

    [Theory]
    [InlineData("a line before\ninside", false, "a line before\nCHANGED")]
    [InlineData("nothing of it", false, null)]
    [InlineData("inside and inside", true, null)]
    public async Task An_edit_in_a_file_that_changed_around_it_holds_if_it_is_the_same_edit(string content, bool all, string? expected)
    {
        var call = _workspace.Prepare(new EditTool(), new { file_path = _inside, old_string = "inside", new_string = "CHANGED", replace_all = all });
        await call.ConfirmAsync(CancellationToken.None);
        await File.WriteAllTextAsync(_inside, content);

        var result = await call.ExecuteAsync(CancellationToken.None);

        (result.Error is null).ShouldBe(expected is not null);
        (await File.ReadAllTextAsync(_inside)).ShouldBe(expected ?? content);
    }

    [Fact]
    public async Task Of_many_edits_at_once_none_is_lost()
    {
        var path = _workspace.Write("many.txt", string.Concat(Enumerable.Range(0, 40).Select(static i => $"<{i}>\n")));

        var results = await Task.WhenAll(Enumerable.Range(0, 40).Select(i => Task.Run(() => _workspace.RunAsync(new EditTool(), new { file_path = path, old_string = $"<{i}>", new_string = $"[{i}]" }))));

        var text = await File.ReadAllTextAsync(path);
        for (var i = 0; i < 40; i++)
        {
            text.Contains($"[{i}]\n", StringComparison.Ordinal).ShouldBe(results[i].Error is null, $"edit {i}: {results[i].Error?.Message}");
            text.Contains($"<{i}>\n", StringComparison.Ordinal).ShouldBe(results[i].Error is not null);
        }

        results.Count(static result => result.Error is null).ShouldBeGreaterThan(0);
        Directory.GetFiles(_workspace.Root, ".*.tmp").ShouldBeEmpty();
    }

    [Fact]
    public async Task A_file_that_is_replaced_all_the_time_is_read_as_one_of_its_contents()
    {
        string[] contents = [new string('a', 20_000), new string('b', 20_000)];
        var path = _workspace.Write("busy.txt", contents[0]);
        using var stop = new CancellationTokenSource();
        var writer = Task.Run(() =>
        {
            for (var i = 0; !stop.IsCancellationRequested; i++)
            {
                var draft = _workspace.Write("draft.txt", contents[i % 2]);
                File.Move(draft, path, overwrite: true);
            }
        });

        var read = new List<ToolResult>();
        for (var i = 0; i < 100; i++)
        {
            read.Add(await _workspace.RunAsync(new ReadFileTool(), new { file_path = path }));
        }

        await stop.CancelAsync();
        await writer;

        read.ShouldAllBe(result => result.Error == null && contents.Contains(result.Content.PlainText));
    }

    private void Swap(string what)
    {
        if (what is "file")
        {
            File.Delete(_inside);
            File.CreateSymbolicLink(_inside, _secret);
            return;
        }

        Directory.Move(_workspace.PathOf("d"), _workspace.PathOf("was-d"));
        Directory.CreateSymbolicLink(_workspace.PathOf("d"), _workspace.Outside);
    }
}
