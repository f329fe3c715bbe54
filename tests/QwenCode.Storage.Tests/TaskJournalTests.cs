using QwenCode.Agents;
using QwenCode.Sessions;
using QwenCode.Storage.Tasks;
using QwenCode.Tasks;

namespace QwenCode.Storage.Tests;

public sealed class TaskJournalTests : IDisposable
{
    private readonly TempProject _project = new();
    private readonly string _path;

    public TaskJournalTests() => _path = TaskJournal.PathFor(_project.Workspace, new SessionId("ae32be69-470e-4883-957b-2ef22b2212fc"));

    public void Dispose() => _project.Dispose();

    [Fact]
    public async Task What_was_written_is_recovered_whole()
    {
        var (running, ended, told) = (Running("a"), Completed("b", "result \ud800 </x>\n"), Completed("c", new string('r', 3_000_000)));
        await using (var journal = NewJournal())
        {
            journal.Started(running);
            journal.Started(Running("b"));
            journal.Started(Running("c"));
            journal.Ended(told);
            journal.Ended(ended);
            journal.Delivered("c", AgentId.Main);
        }

        await using var next = NewJournal();
        next.Recover().ShouldBe([new(running, false), new(ended, false), new(told, true) { AwaitsAnswer = true }]);
        next.Recover().ShouldBe([new(running, false), new(ended, false), new(told, true) { AwaitsAnswer = true }]);
        _path.ShouldEndWith("chats/ae32be69-470e-4883-957b-2ef22b2212fc.tasks.jsonl");
    }

    [Fact]
    public async Task The_first_end_is_the_end()
    {
        await using (var journal = NewJournal())
        {
            journal.Started(Running("a"));
            journal.Ended(Completed("a", "first"));
            journal.Ended(Completed("a", "second"));
        }

        await using var next = NewJournal();
        next.Recover().ShouldHaveSingleItem().Task.Result.ShouldBe("first");
    }

    [Fact]
    public async Task A_session_without_tasks_leaves_no_file()
    {
        await using (var journal = NewJournal())
        {
            journal.Recover().ShouldBeEmpty();
        }

        Directory.Exists(_project.Chats).ShouldBeFalse();
    }

    [Fact]
    public async Task A_journal_cut_at_any_byte_recovers_what_was_whole()
    {
        await using (var journal = NewJournal())
        {
            journal.Started(Running("a"));
            journal.Started(Running("b"));
            journal.Ended(Completed("a", "ä\n"));
            journal.Delivered("a", AgentId.Main);
            journal.Ended(Completed("b", "x"));
        }

        var whole = await File.ReadAllBytesAsync(_path);
        for (var length = 0; length <= whole.Length; length++)
        {
            await File.WriteAllBytesAsync(_path, whole.AsMemory(0, length));
            var lines = whole.AsSpan(0, length).Count((byte)'\n') + (length < whole.Length && whole[length] == '\n' ? 1 : 0);
            JournaledTask[] expected =
            [
                .. lines < 2 ? [] : new[] { new JournaledTask(lines < 4 ? Running("a") : Completed("a", "ä\n"), lines >= 5) { AwaitsAnswer = lines >= 5 } },
                .. lines < 3 ? [] : new[] { new JournaledTask(lines < 6 ? Running("b") : Completed("b", "x"), false) },
            ];

            await using (var journal = NewJournal())
            {
                journal.Recover().ShouldBe(expected);
                journal.Started(Running("c"));
            }

            // What the next process writes stands on a line of its own, whatever the crash left before it.
            TaskJournalReader.Read(_path).Tasks.ShouldBe([.. expected, new JournaledTask(Running("c"), false)]);
        }
    }

    [Fact]
    public async Task A_hundred_writers_lose_nothing()
    {
        await using (var journal = NewJournal(SyncPolicy.EachEnd))
        {
            await Task.WhenAll(Enumerable.Range(0, 100).Select(i => Task.Run(() =>
            {
                journal.Started(Running($"t{i}"));
                journal.Ended(Completed($"t{i}", $"r{i}"));
                journal.Delivered($"t{i}", AgentId.Main);
            })));
        }

        var tasks = TaskJournalReader.Read(_path, _project.Reports.Add).Tasks;
        tasks.Count.ShouldBe(100);
        tasks.ShouldAllBe(static task => task.WasDelivered && task.Task.Result == task.Task.Id.Replace('t', 'r'));
        _project.Reports.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_second_process_is_told_whose_the_tasks_are()
    {
        await using var owner = NewJournal();
        owner.Started(Running("a"));
        await using var other = NewJournal();

        var refusal = Should.Throw<TaskJournalInUseException>(() => other.Recover());

        refusal.ProcessId.ShouldBe(Environment.ProcessId);
        refusal.Message.ShouldContain($"process {Environment.ProcessId}");
        Should.Throw<IOException>(() => other.Ended(Completed("a", "stolen")));
        other.Started(Running("z"));
        _project.Reports.ShouldHaveSingleItem();
        TaskJournalReader.Read(_path).Tasks.ShouldBe([new(Running("a"), false)]);
    }

    [Fact]
    public async Task The_lock_goes_with_its_owner()
    {
        await using (var owner = NewJournal())
        {
            owner.Started(Running("a"));
        }

        File.Exists(_path + ".lock").ShouldBeTrue();
        await using var next = NewJournal();
        next.Recover().ShouldHaveSingleItem();
    }

    [Fact]
    public async Task An_end_that_cannot_be_written_is_an_error_and_a_start_is_reported_once()
    {
        Directory.CreateDirectory(Path.GetDirectoryName(_project.Chats)!);
        await File.WriteAllTextAsync(_project.Chats, "a file where the directory should be");
        await using var journal = NewJournal();

        journal.Started(Running("a"));
        journal.Delivered("a", AgentId.Main);
        Should.Throw<IOException>(() => journal.Ended(Completed("a", "x")));

        _project.Reports.ShouldHaveSingleItem().ShouldContain(_path);
    }

    [Fact]
    public async Task A_closed_journal_takes_nothing_more()
    {
        var journal = NewJournal();
        journal.Started(Running("a"));
        await journal.DisposeAsync();
        await journal.DisposeAsync();

        Should.Throw<IOException>(() => journal.Ended(Completed("a", "x")));
    }

    [Fact]
    public void Lines_that_make_no_sense_are_skipped_and_reported()
    {
        Directory.CreateDirectory(_project.Chats);
        File.WriteAllText(_path, "nonsense\n{\"op\":\"of tomorrow\"}\n{\"op\":\"delivered\",\"id\":\"never announced\"}\n{\"op\":\"ended\",\"task\":{\"id\":\"x\"}}\n");

        TaskJournalReader.Read(_path, _project.Reports.Add).Tasks.ShouldBeEmpty();

        _project.Reports.ShouldHaveSingleItem().ShouldContain("3 lines");
    }

    private TaskJournal NewJournal(SyncPolicy sync = SyncPolicy.Never) => new(_path, _project.Time, new TaskJournalOptions { Sync = sync, Report = _project.Reports.Add });

    private static TaskSnapshot Running(string id) => new()
    {
        Id = id,
        Kind = TaskKind.Agent,
        Owner = AgentId.Main,
        ToolUseId = "call_1",
        Description = "look \"around\"",
        Type = "explore",
        Prompt = "find\nit",
        State = TaskState.Running,
        StartedAt = new DateTimeOffset(2026, 4, 17, 8, 51, 11, 506, TimeSpan.FromHours(2)).AddTicks(7),
    };

    private static TaskSnapshot Completed(string id, string result) => Running(id) with
    {
        State = TaskState.Completed,
        EndReason = TaskEndReason.Goal,
        Result = result,
        Stats = new TaskStats(7257, 3, TimeSpan.FromTicks(6_600_001)),
        OutputFile = "/w/agent.jsonl",
        EndedAt = new DateTimeOffset(2026, 4, 17, 8, 52, 0, TimeSpan.Zero),
    };
}
