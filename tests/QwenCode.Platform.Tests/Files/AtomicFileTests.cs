using QwenCode.Platform.Files;

namespace QwenCode.Platform.Tests.Files;

public sealed class AtomicFileTests : IDisposable
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("qwen-atomic-");

    private string Target => Path.Combine(_folder.FullName, "file.txt");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public async Task A_file_is_created_with_its_directory_and_replaced_whole()
    {
        var path = Path.Combine(_folder.FullName, "new", "deeper", "file.txt");

        AtomicFile.Write(path, "a longer text"u8);
        File.ReadAllText(path).ShouldBe("a longer text");
        await AtomicFile.WriteAsync(path, "short"u8.ToArray());

        File.ReadAllText(path).ShouldBe("short");
        Directory.GetFiles(Path.GetDirectoryName(path)!).ShouldBe([path], "nothing is left beside it");
    }

    [Fact]
    public void A_crash_between_write_and_rename_leaves_the_old_file()
    {
        File.WriteAllText(Target, "old");
        using var draft = FileDraft.Create(Target);
        draft.Write("new"u8);
        draft.Flush();

        // What a crash would leave here: the draft is whole, the file is as it was.
        File.ReadAllText(Target).ShouldBe("old");
        draft.Path.ShouldNotBe(Target);
        new FileInfo(draft.Path).Length.ShouldBe(3);
    }

    [Fact]
    public void A_draft_that_is_given_up_is_deleted()
    {
        File.WriteAllText(Target, "old");

        using (var draft = FileDraft.Create(Target))
        {
            draft.Write("half"u8);
        }

        Directory.GetFiles(_folder.FullName).ShouldBe([Target]);
        File.ReadAllText(Target).ShouldBe("old");
    }

    [Fact]
    public async Task A_cancelled_write_leaves_the_old_file()
    {
        File.WriteAllText(Target, "old");

        await Should.ThrowAsync<OperationCanceledException>(
            async () => await AtomicFile.WriteAsync(Target, "new"u8.ToArray(), cancellationToken: new CancellationToken(canceled: true)));

        File.ReadAllText(Target).ShouldBe("old");
        Directory.GetFiles(_folder.FullName).ShouldBe([Target]);
    }

    [Fact]
    public void The_mode_of_a_file_is_kept()
    {
        if (OperatingSystem.IsWindows())
        {
            return;
        }

        const UnixFileMode Odd = OwnerOnly | UnixFileMode.UserExecute | UnixFileMode.GroupRead;
        File.WriteAllText(Target, "old");
        File.SetUnixFileMode(Target, Odd);

        AtomicFile.Write(Target, "new"u8, newFileMode: OwnerOnly);

        File.GetUnixFileMode(Target).ShouldBe(Odd);
    }

    [Fact]
    public void A_new_file_gets_the_usual_mode_or_the_one_asked_for()
    {
        if (OperatingSystem.IsWindows())
        {
            return;
        }

        var secret = Path.Combine(_folder.FullName, "secret");
        AtomicFile.Write(Target, "x"u8);
        AtomicFile.Write(secret, "x"u8, OwnerOnly);

        File.GetUnixFileMode(Target).ShouldBe(AtomicFile.UsualMode);
        File.GetUnixFileMode(secret).ShouldBe(OwnerOnly);
    }

    [Fact]
    public void A_draft_with_a_mode_is_its_owners_alone_until_it_is_in_place()
    {
        if (OperatingSystem.IsWindows())
        {
            return;
        }

        using var draft = FileDraft.Create(Target, AtomicFile.UsualMode);
        draft.Write("key"u8);

        File.GetUnixFileMode(draft.Path).ShouldBe(OwnerOnly);
    }

    [Fact]
    public void A_link_stays_a_link_and_its_target_is_replaced()
    {
        var real = Path.Combine(_folder.FullName, "elsewhere", "real.txt");
        Directory.CreateDirectory(Path.GetDirectoryName(real)!);
        File.WriteAllText(real, "old");
        var middle = Path.Combine(_folder.FullName, "middle");
        File.CreateSymbolicLink(middle, Path.Combine("elsewhere", "real.txt"));
        File.CreateSymbolicLink(Target, middle);

        AtomicFile.Write(Target, "new"u8);

        new FileInfo(Target).LinkTarget.ShouldBe(middle);
        File.ReadAllText(real).ShouldBe("new");
    }

    [Fact]
    public void A_link_to_a_file_that_is_missing_creates_that_file()
    {
        var real = Path.Combine(_folder.FullName, "elsewhere", "real.txt");
        File.CreateSymbolicLink(Target, real);

        AtomicFile.Write(Target, "new"u8);

        new FileInfo(Target).LinkTarget.ShouldBe(real);
        File.ReadAllText(real).ShouldBe("new");
    }

    [Fact]
    public void A_directory_that_cannot_be_written_fails_the_write_and_keeps_the_file()
    {
        if (OperatingSystem.IsWindows())
        {
            return;
        }

        File.WriteAllText(Target, "old");
        File.SetUnixFileMode(_folder.FullName, UnixFileMode.UserRead | UnixFileMode.UserExecute);
        try
        {
            // The administrator may write anywhere but into what the kernel makes up.
            var path = Environment.IsPrivilegedProcess ? "/proc/self/fdinfo/file.txt" : Target;
            var failure = Should.Throw<Exception>(() => AtomicFile.Write(path, "new"u8));

            (failure is IOException or UnauthorizedAccessException).ShouldBeTrue(failure.ToString());
            File.ReadAllText(Target).ShouldBe("old");
        }
        finally
        {
            File.SetUnixFileMode(_folder.FullName, OwnerOnly | UnixFileMode.UserExecute);
        }
    }

    [Fact]
    public void A_directory_in_the_place_of_the_file_fails_the_write_and_leaves_nothing_behind()
    {
        Directory.CreateDirectory(Target);

        var failure = Should.Throw<Exception>(() => AtomicFile.Write(Target, "new"u8));

        (failure is IOException or UnauthorizedAccessException).ShouldBeTrue(failure.ToString());
        Directory.GetFiles(_folder.FullName).ShouldBeEmpty();
    }
}
