using QwenCode.Storage.Checkpoints;

namespace QwenCode.Storage.Tests.Checkpoints;

public sealed class UndoTests : IDisposable
{
    private readonly UndoBench _bench = new();

    public void Dispose() => _bench.Dispose();

    [Fact]
    public async Task An_edit_is_undone_and_redone()
    {
        _bench.Write("a.txt", "old");
        _bench.Prompt("change a");
        await _bench.EditAsync("a.txt", "new");

        (await _bench.UndoAsync()).ShouldHaveSingleItem().Act.ShouldBe(UndoAct.Restore);
        _bench.Read("a.txt").ShouldBe("old");
        await _bench.RedoAsync();
        _bench.Read("a.txt").ShouldBe("new");
        (await _bench.UndoAsync()).ShouldHaveSingleItem().Problem.ShouldBeNull();
        _bench.Read("a.txt").ShouldBe("old");
    }

    [Fact]
    public async Task A_created_file_goes_with_the_folders_made_for_it()
    {
        _bench.Prompt("create");
        await _bench.EditAsync("x/y/new.txt", "new");

        await _bench.UndoAsync();

        _bench.Picture().ShouldBeEmpty();
    }

    [Fact]
    public async Task All_calls_of_a_prompt_are_undone_together_and_the_prompt_before_is_not()
    {
        _bench.Write("a.txt", "0");
        _bench.Prompt("first");
        await _bench.EditAsync("a.txt", "1");
        _bench.Prompt("second");
        await _bench.EditAsync("a.txt", "2");
        await _bench.EditAsync("a.txt", "3");
        await _bench.EditAsync("b.txt", "b");

        await _bench.UndoAsync();

        _bench.Read("a.txt").ShouldBe("1");
        _bench.Read("b.txt").ShouldBeNull();
        var step = (await _bench.History.ListAsync(CancellationToken.None)).ShouldHaveSingleItem();
        (step.Prompt, step.Number, step.Session).ShouldBe(("first", 1, "one"));
        await _bench.UndoAsync();
        _bench.Read("a.txt").ShouldBe("0");
    }

    [Fact]
    public async Task Two_prompts_are_undone_at_once()
    {
        _bench.Write("a.txt", "0");
        _bench.Prompt("first");
        await _bench.EditAsync("a.txt", "1");
        _bench.Prompt("second");
        await _bench.CommandAsync(() => _bench.Write("a.txt", "2"));

        await _bench.UndoAsync(2);

        _bench.Read("a.txt").ShouldBe("0");
    }

    [Fact]
    public async Task A_file_that_somebody_else_has_changed_since_is_named_and_not_overwritten()
    {
        _bench.Write("a.txt", "old");
        _bench.Prompt("change");
        await _bench.EditAsync("a.txt", "new");
        await _bench.EditAsync("b.txt", "new");
        _bench.Write("a.txt", "mine");

        var plan = _bench.History.Plan(await _bench.History.ListAsync(CancellationToken.None));
        plan.Conflicts.ShouldHaveSingleItem().Path.ShouldBe(_bench.At("a.txt"));
        (await _bench.UndoAsync()).ShouldBeEmpty();
        _bench.Read("a.txt").ShouldBe("mine");
        _bench.Read("b.txt").ShouldBe("new");

        await _bench.UndoAsync(conflicts: UndoConflicts.Overwrite);
        _bench.Read("a.txt").ShouldBe("old");
        _bench.Read("b.txt").ShouldBeNull();
        await _bench.RedoAsync();
        _bench.Read("a.txt").ShouldBe("mine");
    }

    [Fact]
    public async Task A_command_s_created_changed_deleted_renamed_and_linked_files_and_folders_come_back()
    {
        _bench.Write("keep.txt", "keep");
        _bench.Write("change.txt", "before");
        _bench.Write("delete.txt", "gone");
        _bench.Write("src/deep/a.txt", "a");
        _bench.Write("src/deep/b.txt", "b");
        _bench.Write("old/name.txt", "n");
        Directory.CreateDirectory(_bench.At("empty"));
        if (!OperatingSystem.IsWindows())
        {
            File.CreateSymbolicLink(_bench.At("link"), "keep.txt");
            File.SetUnixFileMode(_bench.At("keep.txt"), UnixFileMode.UserRead | UnixFileMode.UserWrite);
        }

        var picture = _bench.Picture();
        foreach (var round in new[] { 1, 2 })
        {
            _bench.Prompt($"round {round}");
            await _bench.CommandAsync(() =>
            {
                _bench.Write("change.txt", "after!");
                File.Delete(_bench.At("delete.txt"));
                Directory.Delete(_bench.At("src"), recursive: true);
                Directory.Move(_bench.At("old"), _bench.At("new"));
                Directory.Delete(_bench.At("empty"));
                _bench.Write("made/up/x.txt", "x");
                if (!OperatingSystem.IsWindows())
                {
                    File.Delete(_bench.At("link"));
                    File.CreateSymbolicLink(_bench.At("link"), "change.txt");
                    File.SetUnixFileMode(_bench.At("keep.txt"), UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
                }
            });
            var changed = _bench.Picture();

            (await _bench.UndoAsync()).ShouldAllBe(static file => file.Problem == null);
            _bench.Picture().ShouldBe(picture);
            await _bench.RedoAsync();
            _bench.Picture().ShouldBe(changed);
            await _bench.UndoAsync();
            _bench.Picture().ShouldBe(picture);
        }

        _bench.Reports.ShouldBeEmpty();
    }

    [Fact]
    public async Task What_the_user_changes_between_two_commands_is_the_user_s()
    {
        _bench.Write("a.txt", "0");
        _bench.Prompt("one");
        await _bench.CommandAsync(() => { });
        _bench.Write("a.txt", "mine");
        await _bench.CommandAsync(() => _bench.Write("b.txt", "b"));

        (await _bench.History.ListAsync(CancellationToken.None)).ShouldHaveSingleItem().Files.ShouldBe([_bench.At("b.txt")]);
        await _bench.CommandAsync(() => _bench.Write("a.txt", "theirs"));
        await _bench.UndoAsync();
        _bench.Read("a.txt").ShouldBe("mine");
    }

    [Fact]
    public async Task A_command_that_changes_nothing_leaves_no_step()
    {
        _bench.Write("a.txt", "0");
        _bench.Prompt("look");
        await _bench.CommandAsync(() => _bench.Write("a.txt", "0"));
        await _bench.EditAsync("a.txt", "0");

        (await _bench.History.ListAsync(CancellationToken.None)).ShouldBeEmpty();
    }
}
