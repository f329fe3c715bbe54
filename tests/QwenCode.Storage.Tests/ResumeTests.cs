using System.Text;
using Microsoft.Extensions.AI;
using QwenCode.Conversations;
using QwenCode.Models;
using QwenCode.Sessions;
using QwenCode.Storage.Transcripts;
using QwenCode.Transcripts;

namespace QwenCode.Storage.Tests;

public sealed class ResumeTests : IDisposable
{
    private const string Session = "ae32be69-470e-4883-957b-2ef22b2212fc";
    private readonly TempProject _project = new();

    public void Dispose() => _project.Dispose();

    [Fact]
    public void A_session_of_the_reference_is_resumed()
    {
        _project.WriteChat(Session, """
            {"uuid":"1","parentUuid":null,"sessionId":"SESSION","timestamp":"2026-11-24T03:08:54.842Z","type":"user","cwd":"ROOT","version":"0.15.6","message":{"role":"user","parts":[{"text":"hi there"}]}}
            {"uuid":"2","parentUuid":"1","timestamp":"2026-11-24T03:08:54.897Z","type":"system","version":"0.15.6","subtype":"ui_telemetry","systemPayload":{"uiEvent":{"event.name":"qwen-code.api_response"}}}
            {"uuid":"3","parentUuid":"2","timestamp":"2026-11-24T03:08:54.908Z","type":"assistant","model":"m","message":{"role":"model","parts":[{"text":"think","thought":true},{"text":"let me"},{"functionCall":{"id":"call_a","name":"read_file","args":{"file_path":"/w/a.txt","limit":1}}},{"functionCall":{"id":"call_b","name":"read_file","args":{"file_path":"/w/missing.txt"}}}]},"usageMetadata":{"promptTokenCount":10,"candidatesTokenCount":5,"thoughtsTokenCount":2,"totalTokenCount":15,"cachedContentTokenCount":3}}
            {"uuid":"4","parentUuid":"3","timestamp":"2026-11-24T03:08:54.988Z","type":"tool_result","message":{"role":"user","parts":[{"functionResponse":{"id":"call_a","name":"read_file","response":{"output":"one"}}}]},"toolCallResult":{"callId":"call_a","status":"success","resultDisplay":"Read lines 1-1 of 3 from a.txt"}}
            {"uuid":"5","parentUuid":"4","timestamp":"2026-11-24T03:08:55.009Z","type":"tool_result","message":{"role":"user","parts":[{"functionResponse":{"id":"call_b","name":"read_file","response":{"error":"File not found"}}}]},"toolCallResult":{"callId":"call_b","status":"error","resultDisplay":"File not found","error":{},"errorType":"file_not_found"}}
            {"uuid":"6","parentUuid":"5","timestamp":"2026-11-24T03:08:55.046Z","type":"assistant","model":"m","message":{"role":"model","parts":[{"text":"done"}]}}
            {"uuid":"7","parentUuid":"6","timestamp":"2026-11-24T03:08:56.000Z","type":"user","subtype":"notification","message":{"role":"user","parts":[{"text":"<task-notification>"}]},"systemPayload":{"displayText":"Background agent done."}}

            """.Replace("SESSION", Session, StringComparison.Ordinal).Replace("ROOT", _project.Workspace.Root, StringComparison.Ordinal));

        var stored = Load();

        Shape(stored.Messages).ShouldBe("user:hi there|assistant:TextReasoningContent,let me,call_a,call_b|tool:call_a=one,call_b=File not found|assistant:done|user:<task-notification>");
        ToolCallArguments.Of((FunctionCallContent)stored.Messages[1].Contents[2]).Value!.Value.GetProperty("limit").GetInt32().ShouldBe(1);
        stored.Entries.Select(static entry => entry.Entry.GetType().Name).ShouldBe(
            [nameof(UserEntry), nameof(AssistantEntry), nameof(ToolResultEntry), nameof(ToolResultEntry), nameof(AssistantEntry), nameof(UserEntry)]);
        stored.Entries[0].At.ShouldBe(new DateTimeOffset(2026, 11, 24, 3, 8, 54, 842, TimeSpan.Zero));
        ((AssistantEntry)stored.Entries[1].Entry).Message.Contents[0].ShouldBeOfType<TextReasoningContent>().Text.ShouldBe("think");
        ((AssistantEntry)stored.Entries[1].Entry).Usage!.CachedInputTokenCount.ShouldBe(3);
        ((ToolResultEntry)stored.Entries[3].Entry).Result!.Error!.Type.ShouldBe("file_not_found");
        _project.Reports.ShouldBeEmpty();
    }

    [Fact]
    public void A_call_without_result_gets_one_that_says_so()
    {
        Write(User("1", null, "go"), Calls("2", "1", "a", "b"), Result("3", "2", "b", "done"), User("4", "3", "and now?"));

        Shape(Load().Messages).ShouldBe($"user:go|assistant:a,b|tool:a={HistoryBuilder.MissingResult},b=done|user:and now?");
    }

    [Fact]
    public void Results_without_call_are_left_out_and_reported()
    {
        Write(User("1", null, "go"), Result("2", "1", "x", "?"), Calls("3", "2", "a"), Result("4", "3", "a", "first"), Result("5", "4", "a", "second"));

        Shape(Load().Messages).ShouldBe("user:go|assistant:a|tool:a=first");
        _project.Reports.ShouldHaveSingleItem().ShouldContain("2 results");
    }

    [Fact]
    public void A_result_that_came_after_the_next_message_stands_behind_its_call()
    {
        Write(Calls("1", null, "a"), User("2", "1", "meanwhile"), Result("3", "2", "a", "late"));

        Shape(Load().Messages).ShouldBe("assistant:a|tool:a=late|user:meanwhile");
    }

    [Fact]
    public void Calls_that_are_counted_anew_in_every_answer_get_their_own_results()
    {
        Write(Calls("1", null, "c0"), Result("2", "1", "c0", "one"), Calls("3", "2", "c0"), Result("4", "3", "c0", "two"));

        Shape(Load().Messages).ShouldBe("assistant:c0|tool:c0=one|assistant:c0|tool:c0=two");
    }

    [Fact]
    public void An_answer_recorded_in_pieces_is_one_message()
    {
        Write(Say("1", null, "look"), Calls("2", "1", "a"), Calls("3", "2", "b"), Result("4", "3", "a", "x"), Result("5", "4", "b", "y"), Say("6", "5", "end"));

        Shape(Load().Messages).ShouldBe("assistant:look,a,b|tool:a=x,b=y|assistant:end");
    }

    [Fact]
    public void What_was_rewound_is_not_in_the_conversation()
    {
        Write(User("1", null, "one"), Say("2", "1", "two"), User("3", "2", "wrong"), """{"uuid":"4","parentUuid":"2","type":"system","subtype":"rewind","systemPayload":{}}""", User("5", "4", "right"));

        var stored = Load();

        Shape(stored.Messages).ShouldBe("user:one|assistant:two|user:right");
        stored.Entries.Count.ShouldBe(3);
    }

    [Fact]
    public void A_compressed_history_takes_the_place_of_what_was_before_but_not_for_people()
    {
        Write(
            User("1", null, "one"),
            Say("2", "1", "two"),
            """{"uuid":"3","parentUuid":"2","type":"system","subtype":"chat_compression","systemPayload":{"info":{"originalTokenCount":9,"newTokenCount":4,"compressionStatus":1},"compressedHistory":[{"role":"user","parts":[{"text":"snapshot"}]},{"role":"model","parts":[{"text":"noted"},{"functionCall":{"id":"a","name":"t","args":{}}}]},{"role":"user","parts":[{"functionResponse":{"id":"a","name":"t","response":{"output":"kept"}}}]}]}}""",
            User("4", "3", "go on"));

        var stored = Load();

        Shape(stored.Messages).ShouldBe("user:snapshot|assistant:noted,a|tool:a=kept|user:go on");
        stored.Entries.Count.ShouldBe(4);
    }

    [Fact]
    public void A_compression_of_ours_is_read_back()
    {
        var session = new SessionId(Session);
        var transcript = _project.Store.Open(session);
        transcript.Append(new UserEntry(new HistoryMessage(ChatRole.User, "old")));
        HistoryMessage[] history =
        [
            new(ChatRole.User, "snapshot"),
            new(ChatRole.Assistant, [new FunctionCallContent("a", "look")]),
            new(ChatRole.Tool, [new FunctionResultContent("a", "seen")]),
        ];

        transcript.Append(new CompressionEntry(history, 100, 10));

        Shape(Load().Messages).ShouldBe("user:snapshot|assistant:a|tool:a=seen");
        File.ReadAllText(transcript.Path!).ShouldContain("""{"functionResponse":{"id":"a","name":"look","response":{"output":"seen"}}}""");
    }

    [Fact]
    public void A_line_that_makes_no_sense_costs_only_itself()
    {
        Write(User("1", null, "one"), "{ nonsense", Say("3", "2", "three"), "[]", """{"uuid":"4","parentUuid":"3","type":"of tomorrow"}""", User("5", "4", "five"));

        Shape(Load().Messages).ShouldBe("user:one|assistant:three|user:five");
        _project.Reports.Count.ShouldBe(3);
        _project.Reports.ShouldContain(static report => report.Contains("line 2 is no record, because it is not valid JSON"));
        _project.Reports.ShouldContain(static report => report.Contains("line 4 is no record, because it is no object"));
    }

    [Fact]
    public void What_is_lost_of_a_line_is_told_with_its_reason_and_many_lines_are_told_as_a_number()
    {
        var lost = Enumerable.Range(0, 8).Select(static _ => "{}");
        Write([User("1", null, "one"), .. lost,
            """{"uuid":"2","parentUuid":"1","type":"assistant","message":{"role":"model","parts":[{"text":"a"},{"executableCode":{"code":"x"}}]}}""",
            """{"uuid":"3","parentUuid":"2","type":"user","message":{"role":"user","parts":"torn"}}"""]);

        Shape(Load().Messages).ShouldBe("user:one|assistant:a");
        _project.Reports.ShouldContain(static report => report.Contains("line 2 is no record, because it has no uuid"));
        _project.Reports.ShouldContain(static report => report.Contains("of 5 more lines something is lost; the last is line 11"));
    }

    [Fact]
    public void What_a_provider_wants_back_with_a_call_and_the_thoughts_are_in_a_resumed_history()
    {
        Write(User("1", null, "one"),
            """{"uuid":"2","parentUuid":"1","type":"assistant","message":{"role":"model","parts":[{"text":"hm","thought":true},{"functionCall":{"id":"a","name":"f","args":{}},"extraContent":{"google":{"thought_signature":"SIG"}}},{"functionCall":{"id":"b","name":"f","args":{}},"thoughtSignature":"OTHER"}]}}""",
            """{"uuid":"3","parentUuid":"2","type":"assistant","message":{"role":"model","parts":[{"text":"only a thought","thought":true}]}}""");

        var messages = Load().Messages;

        Shape(messages).ShouldBe($"user:one|assistant:TextReasoningContent,a,b,TextReasoningContent|tool:a={HistoryBuilder.MissingResult},b={HistoryBuilder.MissingResult}");
        messages[1].Contents.OfType<FunctionCallContent>().Select(static call => call.AdditionalProperties![ToolCallArguments.ExtraContent]!.ToString())
            .ShouldBe(["""{"google":{"thought_signature":"SIG"}}""", """{"google":{"thought_signature":"OTHER"}}"""]);
    }

    [Fact]
    public void Parents_in_a_circle_end()
    {
        Write(User("1", "2", "one"), User("2", "1", "two"));

        Shape(Load().Messages).ShouldBe("user:one|user:two");
    }

    [Fact]
    public void Half_a_character_that_another_program_escaped_is_read()
    {
        Write("""{"uuid":"1","parentUuid":null,"type":"user","message":{"role":"user","parts":[{"text":"cut \ud83d"}]}}""");

        Load().Messages[0].Text.ShouldBe("cut \ud83d");
    }

    [Fact]
    public void A_file_cut_at_any_byte_gives_what_was_whole()
    {
        var whole = Encoding.UTF8.GetBytes(string.Join('\n', User("1", null, "ä one"), Calls("2", "1", "a"), Result("3", "2", "a", "x"), Say("4", "3", "end")) + "\n");
        var path = _project.WriteChat(Session, string.Empty);

        for (var length = 0; length <= whole.Length; length++)
        {
            File.WriteAllBytes(path, whole[..length]);
            var stored = ConversationReader.Read(path, static _ => { });

            var lines = whole.AsSpan(0, length).Count((byte)'\n') + (length < whole.Length && whole[length] == '\n' ? 1 : 0);
            stored.Entries.Count.ShouldBe(lines);
            stored.Messages.Count(static message => message.Role == ChatRole.Tool).ShouldBe(lines >= 2 ? 1 : 0);
        }
    }

    [Fact]
    public void A_session_of_another_root_with_the_same_name_in_paths_is_not_ours()
    {
        var (dotted, dashed) = (_project.NewWorkspace("a.b"), _project.NewWorkspace("a-b"));
        dotted.ProjectDirectory.ShouldBe(dashed.ProjectDirectory);
        var session = new SessionId(Session);
        _project.NewStore(workspace: dotted).Open(session).Append(new UserEntry(new HistoryMessage(ChatRole.User, "x")));

        var other = _project.NewStore(workspace: dashed);

        other.Exists(session).ShouldBeFalse();
        other.Load(session).ShouldBeNull();
        other.Latest().ShouldBeNull();
        _project.NewStore(workspace: dotted).Load(session).ShouldNotBeNull();
    }

    [Fact]
    public void A_session_that_was_never_recorded_is_null() => _project.Store.Load(SessionId.New()).ShouldBeNull();

    [Theory]
    [InlineData(64 * 1024)]
    [InlineData(300_000)]
    public void Lines_of_any_length_are_read(int length)
    {
        Write(User("1", null, new string('a', length - 100)), User("2", "1", new string('b', length)), User("3", "2", "c"));

        Load().Messages.Select(static message => message.Text.Length).ShouldBe([length - 100, length, 1]);
    }

    private static string User(string uuid, string? parent, string text) => Record(uuid, parent, "user", $$"""{"role":"user","parts":[{"text":"{{text}}"}]}""");

    private static string Say(string uuid, string? parent, string text) => Record(uuid, parent, "assistant", $$"""{"role":"model","parts":[{"text":"{{text}}"}]}""");

    private static string Calls(string uuid, string? parent, params string[] ids) => Record(
        uuid, parent, "assistant", $$"""{"role":"model","parts":[{{string.Join(',', ids.Select(static id => "{\"functionCall\":{\"id\":\"" + id + "\",\"name\":\"t\",\"args\":{}}}"))}}]}""");

    private static string Result(string uuid, string? parent, string id, string text) => Record(
        uuid, parent, "tool_result", $$""" {"role":"user","parts":[{"functionResponse":{"id":"{{id}}","name":"t","response":{"output":"{{text}}"} } }]}""");

    private static string Record(string uuid, string? parent, string type, string message) =>
        $$"""{"uuid":"{{uuid}}","parentUuid":{{(parent is null ? "null" : $"\"{parent}\"")}},"type":"{{type}}","message":{{message}}}""";

    private static string Shape(IEnumerable<HistoryMessage> messages) => string.Join('|', messages.Select(static message => $"{message.Role}:" + string.Join(',', message.Contents.Select(static content => content switch
    {
        TextContent text => text.Text,
        FunctionCallContent call => call.CallId,
        FunctionResultContent result => $"{result.CallId}={result.Result}",
        _ => content.GetType().Name,
    }))));

    private void Write(params string[] lines) => _project.WriteChat(Session, string.Join('\n', lines) + "\n");

    private StoredConversation Load() => _project.Store.Load(new SessionId(Session)).ShouldNotBeNull();
}
