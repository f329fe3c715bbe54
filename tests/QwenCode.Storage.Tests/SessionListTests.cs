using Microsoft.Extensions.AI;
using QwenCode.Conversations;
using QwenCode.Sessions;
using QwenCode.Storage.Transcripts;
using QwenCode.Transcripts;

namespace QwenCode.Storage.Tests;

public sealed class SessionListTests : IDisposable
{
    private readonly TempProject _project = new();

    public void Dispose() => _project.Dispose();

    [Fact]
    public void Sessions_are_listed_in_pages_the_latest_first()
    {
        var sessions = Enumerable.Range(0, 5).Select(i => Record($"prompt {i}", DateTime.UnixEpoch.AddDays(i))).Reverse().ToList();
        File.WriteAllText(Path.Combine(_project.Chats, $"{sessions[0]}.tasks.jsonl"), "{}\n");

        var listed = new List<SessionId>();
        for (string? cursor = null; ;)
        {
            var page = _project.Store.List(cursor, 2);
            page.Sessions.Count.ShouldBeLessThanOrEqualTo(2);
            listed.AddRange(page.Sessions.Select(static session => session.Id));
            if ((cursor = page.NextCursor) is null)
            {
                break;
            }
        }

        listed.ShouldBe(sessions);
        _project.Store.Latest().ShouldBe(sessions[0]);
    }

    [Fact]
    public void A_session_is_named_after_its_first_prompt_until_it_gets_a_title()
    {
        var session = Record("what is this?", DateTime.UnixEpoch);
        _project.Store.List().Sessions.ShouldHaveSingleItem().ShouldBe(
            new SessionSummary(session, _project.Workspace.Root, "what is this?", "trunk", _project.Time.GetUtcNow(), DateTime.UnixEpoch));

        _project.Store.Open(session).Append(new TitleEntry("A title"));

        _project.Store.List().Sessions.ShouldHaveSingleItem().Title.ShouldBe("A title");
    }

    [Fact]
    public void A_title_is_found_after_a_long_conversation()
    {
        var session = Record("x", DateTime.UnixEpoch);
        _project.Store.Open(session).Append(new TitleEntry("Kept"));

        for (var i = 0; i < 40; i++)
        {
            _project.Store.Open(session).Append(new UserEntry(new HistoryMessage(ChatRole.User, new string('x', 20_000))));
        }

        _project.Store.List().Sessions.ShouldHaveSingleItem().Title.ShouldBe("Kept");
        _project.NewStore().Open(session).Append(new UserEntry(new HistoryMessage(ChatRole.User, new string('x', 500_000))));
        _project.Store.List().Sessions.ShouldHaveSingleItem().Title.ShouldBe("Kept");
    }

    [Fact]
    public void A_prompt_of_megabytes_is_named_by_its_beginning()
    {
        Record("start \"quoted\"\n" + new string('x', 3_000_000), DateTime.UnixEpoch);

        var title = _project.Store.List().Sessions.ShouldHaveSingleItem().Title;

        title.ShouldStartWith("start \"quoted\"\nxxx");
        title.Length.ShouldBe(203);
    }

    [Fact]
    public void A_project_without_sessions_has_none()
    {
        _project.Store.List().Sessions.ShouldBeEmpty();
        _project.Store.Latest().ShouldBeNull();
    }

    [Fact]
    public void A_directory_that_no_file_can_have_is_none_of_this_project()
    {
        const string session = "ae32be69-470e-4883-957b-2ef22b2212fc";
        _project.WriteChat(session, """{"uuid":"1","parentUuid":null,"sessionId":"ae32be69-470e-4883-957b-2ef22b2212fc","timestamp":"2026-04-17T08:51:11.506Z","type":"user","cwd":"/\u0000w","version":"1","message":{"role":"user","parts":[{"text":"hi"}]}}""");

        _project.Store.List().Sessions.ShouldBeEmpty();
        _project.Store.Load(new SessionId(session)).ShouldBeNull();
    }

    [Theory]
    [InlineData("ref: refs/heads/feature/x\n", "feature/x")]
    [InlineData("0123456789abcdef0123456789abcdef01234567\n", "HEAD")]
    public void The_branch_is_read_from_the_repository(string head, string branch)
    {
        var git = Directory.CreateDirectory(Path.Combine(_project.Workspace.Root, ".git")).FullName;
        File.WriteAllText(Path.Combine(git, "HEAD"), head);
        var inner = Directory.CreateDirectory(Path.Combine(_project.Workspace.Root, "src", "deep")).FullName;

        GitHead.Branch(inner).ShouldBe(branch);
    }

    [Fact]
    public void The_branch_of_a_linked_work_tree_is_read_from_where_it_points()
    {
        var git = Directory.CreateDirectory(Path.Combine(_project.Workspace.Root, "main.git", "worktrees", "w")).FullName;
        File.WriteAllText(Path.Combine(git, "HEAD"), "ref: refs/heads/side\n");
        var tree = Directory.CreateDirectory(Path.Combine(_project.Workspace.Root, "w")).FullName;
        File.WriteAllText(Path.Combine(tree, ".git"), "gitdir: ../main.git/worktrees/w\n");

        GitHead.Branch(tree).ShouldBe("side");
    }

    private SessionId Record(string prompt, DateTime at)
    {
        var session = SessionId.New();
        var transcript = _project.Store.Open(session);
        transcript.Append(new UserEntry(new HistoryMessage(ChatRole.User, prompt)));
        File.SetLastWriteTimeUtc(transcript.Path!, at);
        return session;
    }
}
