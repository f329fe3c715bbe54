using QwenCode.Sessions;
using QwenCode.Storage.Transcripts;

namespace QwenCode.Storage.Tests;

/// <summary>One process has a session at a time. Two stores are as two processes here: a lock belongs to the opened file.</summary>
public sealed class SessionLockTests : IDisposable
{
    private static readonly SessionId Session = new("ae32be69-470e-4883-957b-2ef22b2212fc");
    private readonly TempProject _project = new();

    private string LockFile => Path.Combine(_project.Chats, Session + ".lock");

    public void Dispose() => _project.Dispose();

    [Fact]
    public void A_session_that_is_open_elsewhere_names_the_process_the_time_and_the_way_out()
    {
        _project.Store.Claim(Session);

        var refusal = Should.Throw<SessionInUseException>(() => _project.NewStore().Claim(Session));

        refusal.ProcessId.ShouldBe(Environment.ProcessId);
        refusal.Since.ShouldBe(_project.Time.GetUtcNow());
        refusal.Message.ShouldContain($"process {Environment.ProcessId} since ");
        refusal.Message.ShouldContain("--fork-session");
        _project.Store.Release(Session);
    }

    [Fact]
    public async Task Closing_the_transcript_gives_the_session_back()
    {
        _project.Store.Claim(Session);
        await _project.Store.Open(Session).DisposeAsync();

        File.Exists(LockFile).ShouldBeFalse();
        var other = _project.NewStore();
        other.Claim(Session);
        other.Release(Session);
    }

    [Fact]
    public void A_session_that_is_claimed_twice_here_is_given_back_twice()
    {
        _project.Store.Claim(Session);
        _project.Store.Claim(Session);

        _project.Store.Release(Session);
        Should.Throw<SessionInUseException>(() => _project.NewStore().Claim(Session));
        _project.Store.Release(Session);

        _project.NewStore().Find("ae32").ShouldBeEmpty();
        File.Exists(LockFile).ShouldBeFalse();
    }

    [Fact]
    public void What_a_killed_process_left_holds_nobody()
    {
        Directory.CreateDirectory(_project.Chats);
        File.WriteAllText(LockFile, "1 1764547200000\n"); // A process that lives, without the lock: the number was used again.

        _project.Store.Claim(Session);

        File.Exists(LockFile).ShouldBeTrue();
        _project.Store.Release(Session);
        File.Exists(LockFile).ShouldBeFalse();
    }

    [Fact]
    public void A_run_that_records_nothing_disturbs_nobody()
    {
        _project.Store.Claim(Session);

        _project.NewStore(isRecording: false).Claim(Session);

        _project.Store.Release(Session);
    }

    [Fact]
    public void A_session_that_is_open_is_not_deleted()
    {
        var path = _project.WriteChat(Session.Value, """{"uuid":"1","type":"user","cwd":"","message":{"role":"user","parts":[{"text":"hi"}]}}""" + "\n");
        _project.Store.Claim(Session);

        Should.Throw<SessionInUseException>(() => _project.NewStore().Delete(Session));

        File.Exists(path).ShouldBeTrue();
        _project.Store.Release(Session);
        _project.NewStore().Delete(Session);
        Directory.EnumerateFileSystemEntries(_project.Chats).ShouldBeEmpty();
    }
}
