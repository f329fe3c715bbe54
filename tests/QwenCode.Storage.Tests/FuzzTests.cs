using QwenCode.Fuzzing;
using QwenCode.Sessions;
using QwenCode.Storage.Tasks;

namespace QwenCode.Storage.Tests;

/// <summary>Session files that are broken in every way: what can be read is read, and nothing throws.</summary>
[Collection(FuzzCollection.Name)]
public sealed class FuzzTests : IDisposable
{
    private const string Session = "ae32be69-470e-4883-957b-2ef22b2212fc";

    private static readonly string[] Transcripts =
    [
        """
        {"uuid":"1","parentUuid":null,"sessionId":"ae32be69-470e-4883-957b-2ef22b2212fc","timestamp":"2026-04-17T08:51:11.506Z","type":"user","cwd":"/w","version":"1","message":{"role":"user","parts":[{"text":"hi"}]}}
        {"uuid":"2","parentUuid":"1","type":"assistant","model":"m","message":{"role":"model","parts":[{"text":"t","thought":true},{"functionCall":{"id":"c","name":"read_file","args":{"a":1}}}]},"usageMetadata":{"totalTokenCount":3}}
        {"uuid":"3","parentUuid":"2","type":"tool_result","message":{"role":"user","parts":[{"functionResponse":{"id":"c","name":"read_file","response":{"output":"x"}}}]},"toolCallResult":{"callId":"c","status":"success","resultDisplay":"x"}}
        {"uuid":"4","parentUuid":"3","type":"user","subtype":"notification","message":{"role":"user","parts":[{"text":"<task-notification>\n<task-id>a</task-id>\n</task-notification>"}]},"systemPayload":{"displayText":"d"}}
        {"uuid":"5","parentUuid":"4","type":"system","subtype":"custom_title","systemPayload":{"customTitle":"t"}}

        """,
    ];

    private static readonly string[] Journals =
    [
        """
        {"v":1,"op":"opened","at":"2026-04-17T08:51:11.506Z","pid":1}
        {"v":1,"op":"started","at":"2026-04-17T08:51:11.506Z","task":{"id":"a","kind":"Agent","owner":"main","description":"d","type":"t","prompt":"p","state":"Queued","startedAt":"2026-04-17T08:51:11.506Z"}}
        {"v":1,"op":"ended","at":"2026-04-17T08:51:11.506Z","task":{"id":"a","kind":"Agent","owner":"main","description":"d","type":"t","prompt":"p","state":"Completed","endReason":"Goal","result":"r","stats":{"totalTokens":1,"toolUses":2,"durationTicks":3},"startedAt":"2026-04-17T08:51:11.506Z","endedAt":"2026-04-17T08:51:11.506Z"}}
        {"v":1,"op":"delivered","at":"2026-04-17T08:51:11.506Z","id":"a","to":"main"}
        {"v":1,"op":"answered","at":"2026-04-17T08:51:11.506Z","id":"a"}
        {"v":1,"op":"closed","at":"2026-04-17T08:51:11.506Z"}

        """,
    ];

    private static readonly string[] Words = ["{", "}", "[", "]", "\"", "\\ud800", "null", "1e999", "\n", "\0", ":", ",", "\"uuid\":\"1\",", "{\"a\":", "[[", "\uFEFF", "-1", "99999999999999999999"];

    private readonly TempProject _project = new();

    public void Dispose() => _project.Dispose();

    [Fact]
    public void Any_transcript_is_read_as_far_as_it_goes()
    {
        var path = _project.WriteChat(Session, string.Empty);
        Fuzz.Run(3, Transcripts, Words, bytes =>
        {
            File.WriteAllBytes(path, bytes);
            var store = _project.NewStore();
            _ = store.Load(new SessionId(Session));
            _ = store.List();
            _project.Reports.Clear();
        });
    }

    [Fact]
    public void Any_journal_is_read_and_audited_as_far_as_it_goes()
    {
        _project.WriteChat(Session, Transcripts[0]);
        var path = TaskJournal.PathFor(_project.Workspace, new SessionId(Session));
        Fuzz.Run(4, Journals, Words, bytes =>
        {
            File.WriteAllBytes(path, bytes);
            _ = TaskJournalReader.Read(path, _project.Reports.Add);
            _ = TaskAudit.Read(_project.Workspace, new SessionId(Session));
            _project.Reports.Clear();
        });
    }
}
