using Microsoft.Extensions.Time.Testing;
using QwenCode.Storage.Checkpoints;

namespace QwenCode.Storage.Tests.Checkpoints;

/// <summary>What is not kept, and what is said of it.</summary>
public sealed class UndoLimitTests
{
    [Fact]
    public async Task A_file_that_is_too_large_is_named_and_the_others_come_back()
    {
        using var bench = new UndoBench(new CheckpointOptions { LargestFile = 1 << 20 });
        bench.Write("large.bin", new string('x', (1 << 20) + 1));
        bench.Write("small.txt", "s");
        bench.Prompt("delete");
        await bench.CommandAsync(() =>
        {
            File.Delete(bench.At("large.bin"));
            File.Delete(bench.At("small.txt"));
        });

        var files = await bench.UndoAsync();

        files.Single(static file => file.Path.EndsWith("large.bin", StringComparison.Ordinal)).Problem.ShouldBe("is larger than 1 MiB");
        bench.Read("small.txt").ShouldBe("s");
    }

    [Fact]
    public async Task Secrets_that_qwenignore_names_are_not_copied()
    {
        using var bench = new UndoBench();
        bench.Write(".qwenignore", "secret*\n");
        bench.Write("secret.txt", "hunter2-and-more");
        bench.Write("open.txt", "o");
        bench.Prompt("overwrite");
        await bench.CommandAsync(() =>
        {
            bench.Write("secret.txt", "changed-by-command");
            bench.Write("open.txt", "changed");
        });
        await bench.EditAsync("secret.txt", "changed-by-tool");

        var files = await bench.UndoAsync();

        bench.Read("open.txt").ShouldBe("o");
        bench.Read("secret.txt").ShouldBe("changed-by-tool");
        files.Single(static file => file.Problem is not null).Problem!.ShouldContain(".qwenignore");
        foreach (var kept in Directory.EnumerateFiles(bench.History.Directory, "*", SearchOption.AllDirectories))
        {
            File.ReadAllText(kept).ShouldNotContain("hunter2");
            File.ReadAllText(kept).ShouldNotContain("changed-by");
        }
    }

    [Fact]
    public async Task What_new_rules_show_was_created_by_nobody_and_what_they_hide_was_not_deleted()
    {
        // Later than the files by any clock.
        using var bench = new UndoBench(time: new FakeTimeProvider(TimeProvider.System.GetUtcNow().AddHours(1)));
        bench.Write(".qwenignore", "hidden/\n");
        bench.Write("hidden/old.txt", "old");
        bench.Write("seen/old.txt", "old");
        bench.Prompt("rules");
        await bench.CommandAsync(() => { });
        await bench.CommandAsync(() => bench.Write(".qwenignore", "seen/\n"));

        (await bench.History.ListAsync(CancellationToken.None)).ShouldHaveSingleItem().Files.ShouldBe([bench.At(".qwenignore")]);
    }

    [Fact]
    public async Task A_workspace_with_too_many_files_is_said_once_and_tools_are_kept_all_the_same()
    {
        using var bench = new UndoBench(new CheckpointOptions { MaxEntries = 3 });
        for (var i = 0; i < 5; i++)
        {
            bench.Write($"{i}.txt", "x");
        }

        bench.Prompt("go");
        await bench.CommandAsync(() => bench.Write("0.txt", "y"));
        await bench.CommandAsync(() => bench.Write("1.txt", "y"));
        await bench.EditAsync("2.txt", "y");

        bench.Reports.ShouldHaveSingleItem().ShouldContain("more than 3 files");
        await bench.UndoAsync();
        bench.Read("2.txt").ShouldBe("x");
    }

    [Fact]
    public async Task The_oldest_prompts_are_forgotten_with_what_they_kept()
    {
        using var bench = new UndoBench(new CheckpointOptions { MaxSteps = 3 });
        bench.Write("a.txt", "0");
        for (var i = 1; i <= 6; i++)
        {
            bench.Prompt($"prompt {i}");
            await bench.EditAsync("a.txt", $"{i}");
            await bench.EditAsync($"b{i}.txt", "b");
        }

        (await bench.History.ListAsync(CancellationToken.None)).Select(static step => step.Prompt).ShouldBe(["prompt 6", "prompt 5", "prompt 4"]);
        Directory.GetFiles(Path.Combine(bench.History.Directory, "images")).Length.ShouldBeLessThanOrEqualTo(3);
        await bench.UndoAsync(3);
        bench.Read("a.txt").ShouldBe("3");
    }

    [Fact]
    public async Task Old_contents_take_no_more_bytes_than_allowed()
    {
        using var bench = new UndoBench(new CheckpointOptions { MaxBytes = 10_000 });
        for (var i = 0; i < 8; i++)
        {
            bench.Prompt($"prompt {i}");
            await bench.EditAsync("a.txt", new string((char)('a' + i), 3000));
        }

        Directory.EnumerateFiles(Path.Combine(bench.History.Directory, "images")).Sum(static file => new FileInfo(file).Length).ShouldBeLessThanOrEqualTo(10_000);
        (await bench.History.ListAsync(CancellationToken.None))[0].Prompt.ShouldBe("prompt 7");
        await bench.UndoAsync();
        bench.Read("a.txt").ShouldBe(new string('g', 3000));
    }

    [Fact]
    public async Task Everything_is_readable_for_its_owner_alone()
    {
        if (OperatingSystem.IsWindows())
        {
            return; // There the home's own rights hold.
        }

        using var bench = new UndoBench();
        bench.Write("a.txt", "0");
        bench.Prompt("go");
        await bench.CommandAsync(() => bench.Write("a.txt", "1"));
        await bench.EditAsync("a.txt", "2");
        await bench.UndoAsync();

        foreach (var path in Directory.EnumerateFileSystemEntries(bench.History.Directory, "*", SearchOption.AllDirectories).Append(bench.History.Directory))
        {
            (File.GetUnixFileMode(path) & ~(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute)).ShouldBe((UnixFileMode)0, path);
        }
    }
}
