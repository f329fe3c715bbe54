using Microsoft.Extensions.AI;
using QwenCode.Agents;
using QwenCode.Conversations;
using QwenCode.Sessions;
using QwenCode.Storage.Tasks;
using QwenCode.Storage.Transcripts;
using QwenCode.Tasks;
using QwenCode.Transcripts;

namespace QwenCode.Storage.Tests;

/// <summary>What journal and transcripts say about the way of each notification.</summary>
public sealed class TaskAuditTests : IDisposable
{
    private static readonly SessionId Session = new("ae32be69-470e-4883-957b-2ef22b2212fc");
    private readonly TempProject _project = new();

    public void Dispose() => _project.Dispose();

    [Fact]
    public async Task A_notification_has_its_states_with_their_times_and_its_consumer()
    {
        await RunAsync("a&b", deliver: true, answer: true);

        var task = Audit();

        task.ShouldSatisfyAllConditions(
            () => task.Id.ShouldBe("a&b"),
            () => task.State.ShouldBe(DeliveryState.Answered),
            () => task.Consumer.ShouldBe("main"),
            () => task.QueuedAt.ShouldBe(Ended("a&b").EndedAt),
            () => task.JournaledAt.ShouldNotBeNull(),
            () => (task.DeliveredAt >= task.JournaledAt).ShouldBeTrue(),
            () => (task.AnsweredAt >= task.DeliveredAt).ShouldBeTrue(),
            () => task.Losses.ShouldBeEmpty(),
            () => task.Doubles.ShouldBeEmpty());
    }

    [Fact]
    public async Task A_kill_between_transcript_and_journal_is_no_loss()
    {
        await RunAsync("a", deliver: true, answer: false);
        Edit(static lines => lines.Where(static line => !line.Contains("\"delivered\"", StringComparison.Ordinal) && !line.Contains("\"closed\"", StringComparison.Ordinal)));

        Audit().ShouldSatisfyAllConditions(static task => task.State.ShouldBe(DeliveryState.Delivered), static task => task.Losses.ShouldBeEmpty());
    }

    [Fact]
    public async Task What_waits_for_the_next_start_is_no_loss_unless_the_session_was_closed_in_order()
    {
        await RunAsync("a", deliver: false, answer: false);

        Audit().Losses.ShouldHaveSingleItem().ShouldContain("closed in order");
        Edit(static lines => lines.Where(static line => !line.Contains("\"closed\"", StringComparison.Ordinal)));

        Audit().ShouldSatisfyAllConditions(static task => task.State.ShouldBe(DeliveryState.Journaled), static task => task.Losses.ShouldBeEmpty());
    }

    [Fact]
    public async Task What_is_noted_as_delivered_and_is_in_no_transcript_is_lost()
    {
        await RunAsync("a", deliver: true, answer: true);
        var transcript = new TranscriptStore(_project.Workspace, "1", _project.Time).PathOf(Session);
        await File.WriteAllLinesAsync(transcript, (await File.ReadAllLinesAsync(transcript)).Where(static line => !line.Contains("task-id", StringComparison.Ordinal)));

        Audit().Losses.ShouldHaveSingleItem().ShouldContain("not in the transcript");
    }

    [Fact]
    public async Task What_is_delivered_without_an_end_is_lost()
    {
        await RunAsync("a", deliver: true, answer: true);
        Edit(static lines => lines.Where(static line => !line.Contains("\"ended\"", StringComparison.Ordinal)));

        Audit().Losses.ShouldHaveSingleItem().ShouldContain("its end is not in the journal");
    }

    [Theory]
    [InlineData("\"ended\"", "its end is in the journal 2 times")]
    [InlineData("\"delivered\"", "it is noted as delivered 2 times")]
    public async Task A_line_that_is_there_twice_is_a_double(string line, string expected)
    {
        await RunAsync("a", deliver: true, answer: true);
        Edit(lines => lines.SelectMany(each => each.Contains(line, StringComparison.Ordinal) ? new[] { each, each } : [each]));

        Audit().Doubles.ShouldHaveSingleItem().ShouldBe(expected);
    }

    [Fact]
    public async Task A_notification_that_is_in_the_transcript_twice_is_a_double()
    {
        await RunAsync("a", deliver: true, answer: true);
        Notify("a");

        Audit().Doubles.ShouldHaveSingleItem().ShouldBe("it is in the transcript of main 2 times");
    }

    [Fact]
    public async Task A_notification_to_an_agent_below_the_main_one_is_looked_for_in_its_own_transcript()
    {
        await RunAsync("a", deliver: false, answer: false, consumer: new AgentId("explore-1"));

        Audit().Losses.ShouldHaveSingleItem().ShouldContain("explore-1");
        new TranscriptStore(_project.Workspace, "1", _project.Time).OpenAgent(Session, new AgentTranscriptInfo(new AgentId("explore-1"), "explore", "d", null, null))
            .Append(Notification("a"));

        Audit().ShouldSatisfyAllConditions(static task => task.Losses.ShouldBeEmpty(), static task => task.Consumer.ShouldBe("explore-1"));
    }

    [Fact]
    public async Task A_task_that_was_stopped_with_its_owner_needs_no_notification()
    {
        await using (var journal = NewJournal())
        {
            journal.Started(Ended("a"));
            journal.Ended(Ended("a"));
            journal.Delivered("a", null);
        }

        Audit().ShouldSatisfyAllConditions(
            static task => task.State.ShouldBe(DeliveryState.Delivered), static task => task.Consumer.ShouldBeNull(), static task => task.Losses.ShouldBeEmpty());
    }

    [Fact]
    public async Task A_journal_of_an_older_version_is_read()
    {
        await RunAsync("a", deliver: true, answer: true);
        Edit(static lines => lines.Where(static line => !line.Contains("\"closed\"", StringComparison.Ordinal) && !line.Contains("\"answered\"", StringComparison.Ordinal))
            .Select(static line => line.Replace(",\"to\":\"main\"", string.Empty, StringComparison.Ordinal)));

        Audit().ShouldSatisfyAllConditions(
            static task => task.State.ShouldBe(DeliveryState.Delivered), static task => task.Consumer.ShouldBe("main"),
            static task => task.Losses.ShouldBeEmpty(), static task => task.Doubles.ShouldBeEmpty());
        await using var next = NewJournal();
        next.Recover().ShouldHaveSingleItem().ShouldSatisfyAllConditions(static task => task.WasDelivered.ShouldBeTrue(), static task => task.AwaitsAnswer.ShouldBeFalse());
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Only_what_the_main_agent_has_and_its_model_has_not_answered_awaits_an_answer(bool isAnswered)
    {
        await RunAsync("a", deliver: true, answer: isAnswered);

        await using var next = NewJournal();
        next.Recover().ShouldHaveSingleItem().AwaitsAnswer.ShouldBe(!isAnswered);
    }

    [Fact]
    public void A_session_without_a_journal_has_nothing_to_audit() => TaskAudit.Read(_project.Workspace, Session).ShouldBeEmpty();

    private TaskDelivery Audit() => TaskAudit.Read(_project.Workspace, Session).ShouldHaveSingleItem();

    private async Task RunAsync(string id, bool deliver, bool answer, AgentId? consumer = null)
    {
        await using var journal = NewJournal();
        journal.Started(Ended(id) with { State = TaskState.Running, EndedAt = null });
        journal.Ended(Ended(id));
        if (deliver)
        {
            Notify(id);
        }

        if (deliver || consumer is not null)
        {
            journal.Delivered(id, consumer ?? AgentId.Main);
        }

        if (answer)
        {
            journal.Answered(id);
        }
    }

    private void Notify(string id) => new TranscriptStore(_project.Workspace, "1", _project.Time).Open(Session).Append(Notification(id));

    private static UserEntry Notification(string id) => new(
        new HistoryMessage(ChatRole.User, $"<task-notification>\n<task-id>{id.Replace("&", "&amp;", StringComparison.Ordinal)}</task-id>\n</task-notification>"),
        UserEntryOrigin.Notification);

    private void Edit(Func<string[], IEnumerable<string>> change)
    {
        var path = TaskJournal.PathFor(_project.Workspace, Session);
        File.WriteAllLines(path, change(File.ReadAllLines(path)));
    }

    private TaskJournal NewJournal() => new(TaskJournal.PathFor(_project.Workspace, Session), _project.Time, new TaskJournalOptions { Sync = SyncPolicy.Never });

    private static TaskSnapshot Ended(string id) => new()
    {
        Id = id,
        Kind = TaskKind.Agent,
        Owner = AgentId.Main,
        Description = "d",
        Type = "explore",
        State = TaskState.Completed,
        EndReason = TaskEndReason.Goal,
        Result = "r",
        StartedAt = new DateTimeOffset(2026, 4, 17, 8, 51, 11, TimeSpan.Zero),
        EndedAt = new DateTimeOffset(2026, 4, 17, 8, 52, 0, TimeSpan.Zero),
    };
}
