using QwenCode.Tasks;
using System.Text.Json;
using Microsoft.Extensions.AI;
using QwenCode.Agents;
using QwenCode.Conversations;
using QwenCode.Models;
using QwenCode.Sessions;
using QwenCode.Tools;
using QwenCode.Transcripts;

namespace QwenCode.Storage.Tests;

public sealed class TranscriptTests : IDisposable
{
    private readonly TempProject _project = new();
    private readonly SessionId _session = SessionId.New();

    public void Dispose() => _project.Dispose();

    [Fact]
    public void Records_have_the_members_of_the_reference_and_form_a_chain()
    {
        var transcript = _project.Store.Open(_session);

        transcript.Append(User("hi"));
        transcript.Append(new AssistantEntry(
            new HistoryMessage(ChatRole.Assistant, [new TextReasoningContent("hm"), new TextContent("ok"), Call("c1", """{"a": 1}""")]),
            "m",
            new UsageDetails { InputTokenCount = 10, OutputTokenCount = 5, TotalTokenCount = 15, CachedInputTokenCount = 3, ReasoningTokenCount = 2 }));
        transcript.Append(new ToolResultEntry("c1", "read_file", "success", "text", ToolResult.Success("text", "shown"), TimeSpan.FromMilliseconds(7)));

        var lines = Lines(transcript);
        var uuids = lines.Select(static line => line.GetProperty("uuid").GetString()).ToList();
        lines.Select(static line => line.GetProperty("parentUuid").GetString()).ShouldBe([null, uuids[0], uuids[1]]);
        Without(lines[0]).ShouldBe(
            $$$"""{"sessionId":"{{{_session}}}","timestamp":"2026-04-17T08:51:11.506Z","type":"user","cwd":"{{{_project.Workspace.Root}}}","version":"1.2.3","gitBranch":"trunk","message":{"role":"user","parts":[{"text":"hi"}]}}""");
        lines[1].GetProperty("message").GetRawText().ShouldBe(
            """{"role":"model","parts":[{"text":"hm","thought":true},{"text":"ok"},{"functionCall":{"id":"c1","name":"read_file","args":{"a": 1}}}]}""");
        lines[1].GetProperty("usageMetadata").GetRawText().ShouldBe(
            """{"promptTokenCount":10,"candidatesTokenCount":5,"thoughtsTokenCount":2,"totalTokenCount":15,"cachedContentTokenCount":3}""");
        lines[2].GetProperty("message").GetRawText().ShouldBe(
            """{"role":"user","parts":[{"functionResponse":{"id":"c1","name":"read_file","response":{"output":"text"}}}]}""");
        lines[2].GetProperty("toolCallResult").GetRawText().ShouldBe("""{"callId":"c1","status":"success","resultDisplay":"shown","durationMs":7}""");
    }

    [Fact]
    public void A_notification_keeps_what_people_are_shown()
    {
        var transcript = _project.Store.Open(_session);

        transcript.Append(new UserEntry(new HistoryMessage(ChatRole.User, "<task-notification>"), UserEntryOrigin.Notification, "Background agent done."));

        var line = Lines(transcript).ShouldHaveSingleItem();
        line.GetProperty("subtype").GetString().ShouldBe("notification");
        line.GetProperty("systemPayload").GetRawText().ShouldBe("""{"displayText":"Background agent done."}""");
        var entry = _project.Store.Load(_session)!.Entries.ShouldHaveSingleItem().Entry.ShouldBeOfType<UserEntry>();
        (entry.Origin, entry.DisplayText, entry.Message.Text).ShouldBe((UserEntryOrigin.Notification, "Background agent done.", "<task-notification>"));
    }

    [Fact]
    public void A_record_that_is_replayed_shows_what_people_were_shown_and_its_answer_comes_behind_it() // §10.65 §10.66
    {
        var transcript = _project.Store.Open(_session);
        transcript.Append(User("go"));
        transcript.Append(new UserEntry(new HistoryMessage(ChatRole.User, "<task-notification>"), UserEntryOrigin.Notification, "Background agent done."));
        transcript.Append(new AssistantEntry(new HistoryMessage(ChatRole.Assistant, "Thanks."), "m", null));

        var lines = Lines(transcript);
        lines[2].GetProperty("parentUuid").GetString().ShouldBe(lines[1].GetProperty("uuid").GetString());
        var entries = _project.Store.Load(_session)!.Entries;
        entries.Select(static entry => entry.Entry is UserEntry user ? (user.Origin, user.DisplayText) : (default, "answer")).ShouldBe(
            [(UserEntryOrigin.Prompt, null), (UserEntryOrigin.Notification, "Background agent done."), (default, "answer")]);
        entries[1].At.ShouldBe(new DateTimeOffset(2026, 4, 17, 8, 51, 11, 506, TimeSpan.Zero));
    }

    [Fact]
    public void A_fired_prompt_without_a_line_for_people_is_known_as_one_and_has_its_text() // §10.67
    {
        var transcript = _project.Store.Open(_session);

        transcript.Append(new UserEntry(new HistoryMessage(ChatRole.User, "tick"), UserEntryOrigin.Cron));

        var line = Lines(transcript).ShouldHaveSingleItem();
        line.GetProperty("subtype").GetString().ShouldBe("cron");
        line.TryGetProperty("systemPayload", out _).ShouldBeFalse();
        var entry = _project.Store.Load(_session)!.Entries.ShouldHaveSingleItem().Entry.ShouldBeOfType<UserEntry>();
        (entry.Origin, entry.DisplayText, entry.Message.Text).ShouldBe((UserEntryOrigin.Cron, null, "tick"));
    }

    [Theory]
    [InlineData("\ud800 alone, \udc00 alone, \ud83d\ude00 paired, \"quoted\" \\ back")]
    [InlineData("\0\u0001\u001f\u007f\u0085\u2028\u2029\r\n\t")]
    [InlineData("{\"uuid\":\"x\"}\n{\"type\":\"user\"}")]
    [InlineData("</script> <&> 'ä漢字'")]
    public void Hostile_texts_survive_exactly(string text)
    {
        var transcript = _project.Store.Open(_session);
        transcript.Append(User(text));
        transcript.Append(new AssistantEntry(new HistoryMessage(ChatRole.Assistant, [new TextContent(text), Call("c", "{}")]), "m", null));
        transcript.Append(new ToolResultEntry("c", "read_file", "error", text, ToolResult.Failure("x", text), default));

        var messages = _project.Store.Load(_session)!.Messages;

        File.ReadAllLines(transcript.Path!).Length.ShouldBe(3);
        messages.Count.ShouldBe(3);
        messages[0].Text.ShouldBe(text);
        messages[1].Text.ShouldBe(text);
        ResultOf(messages[2]).ShouldBe(text);
        _project.Reports.ShouldBeEmpty();
    }

    [Fact]
    public void Ten_million_characters_survive()
    {
        var text = new string('x', 10_000_000) + "\n\"end";

        _project.Store.Open(_session).Append(User(text));

        (_project.Store.Load(_session)!.Messages.ShouldHaveSingleItem().Text == text).ShouldBeTrue();
        var again = _project.NewStore().Open(_session);
        again.Append(User("more"));
        _project.Store.Load(_session)!.Messages.Count.ShouldBe(2);
    }

    [Theory]
    [InlineData("{\"path\": \"/x\", \"n\": 1.50}", false)]
    [InlineData("not json at all \ud800", false)]
    [InlineData("{\"cut\": \"off", true)]
    public void Arguments_survive_as_the_model_wrote_them(string raw, bool isTruncated)
    {
        JsonElement? value = null;
        if (raw.EndsWith('}'))
        {
            value = ToolDeclaration.Schema(System.Text.Encoding.UTF8.GetBytes(raw));
        }

        var call = new FunctionCallContent("c", "t") { RawRepresentation = new ToolCallArguments(raw, value, isTruncated) };
        _project.Store.Open(_session).Append(new AssistantEntry(new HistoryMessage(ChatRole.Assistant, [call]), "m", null));

        var read = _project.Store.Load(_session)!.Messages[0].Contents.ShouldHaveSingleItem().ShouldBeOfType<FunctionCallContent>();

        var arguments = read.RawRepresentation.ShouldBeOfType<ToolCallArguments>();
        (arguments.Raw, arguments.Value?.GetRawText(), arguments.IsTruncated).ShouldBe((raw, value?.GetRawText(), isTruncated));
    }

    [Fact]
    public void Arguments_over_several_lines_stay_on_one_line_of_the_file()
    {
        var value = ToolDeclaration.Schema("{\n  \"a\": \"x\\ny\"\r\n}"u8);
        var call = new FunctionCallContent("c", "t") { RawRepresentation = new ToolCallArguments(value.GetRawText(), value, false) };

        _project.Store.Open(_session).Append(new AssistantEntry(new HistoryMessage(ChatRole.Assistant, [call]), "m", null));

        File.ReadAllLines(_project.Store.PathOf(_session)).ShouldHaveSingleItem();
        var read = (FunctionCallContent)_project.Store.Load(_session)!.Messages[0].Contents[0];
        ToolCallArguments.Of(read).Value!.Value.GetProperty("a").GetString().ShouldBe("x\ny");
    }

    [Fact]
    public void Media_in_prompts_and_results_survive()
    {
        var image = new DataContent(new byte[] { 1, 2, 3 }, "image/png");
        var transcript = _project.Store.Open(_session);
        transcript.Append(new UserEntry(new HistoryMessage(ChatRole.User, [new TextContent("see"), image])));
        transcript.Append(new AssistantEntry(new HistoryMessage(ChatRole.Assistant, [Call("c", "{}")]), "m", null));
        transcript.Append(new ToolResultEntry("c", "read_file", "success", "an image", new ToolResult { Content = ToolContent.FromParts([new TextContent("an image"), image]) }, default));

        var messages = _project.Store.Load(_session)!.Messages;

        ((DataContent)messages[0].Contents[1]).Data.ToArray().ShouldBe([1, 2, 3]);
        var parts = ((FunctionResultContent)messages[2].Contents[0]).Result.ShouldBeAssignableTo<IReadOnlyList<AIContent>>()!;
        ((TextContent)parts[0]).Text.ShouldBe("an image");
        ((DataContent)parts[1]).MediaType.ShouldBe("image/png");
    }

    [Fact]
    public void Every_kind_of_display_comes_back_as_it_was()
    {
        ToolDisplay[] displays =
        [
            new TextDisplay("a\nb"),
            new FileDiffDisplay("/w/a.txt", "@@", null, "new", 1, 2),
            new PlanDisplay("agreed", "# plan", true),
        ];
        var transcript = _project.Store.Open(_session);
        foreach (var display in displays)
        {
            transcript.Append(new ToolResultEntry("c", "t", "success", "x", new ToolResult { Content = "x", Display = display }, default));
        }

        var items = new TodoItem[] { new("1", "do it", "in_progress") };
        transcript.Append(new ToolResultEntry("c", "t", "success", "x", new ToolResult { Content = "x", Display = new TodoDisplay(items) }, default));

        var read = _project.Store.Load(_session)!.Entries.Select(static entry => ((ToolResultEntry)entry.Entry).Result!.Display).ToList();

        read[..3].ShouldBe(displays);
        read[3].ShouldBeOfType<TodoDisplay>().Items.ShouldBe(items);
    }

    [Fact]
    public void A_later_process_goes_on_with_the_chain()
    {
        _project.Store.Open(_session).Append(User("one"));
        var transcript = _project.NewStore().Open(_session);

        transcript.Append(User("two"));

        var lines = Lines(transcript);
        lines[1].GetProperty("parentUuid").GetString().ShouldBe(lines[0].GetProperty("uuid").GetString());
    }

    [Fact]
    public void A_line_that_was_cut_is_not_glued_to_the_next_one()
    {
        var transcript = _project.Store.Open(_session);
        transcript.Append(User("one"));
        File.AppendAllText(transcript.Path!, "{\"uuid\":\"half");

        var again = _project.NewStore();
        again.Open(_session).Append(User("two"));

        again.Load(_session)!.Messages.Select(static message => message.Text).ShouldBe(["one", "two"]);
        _project.Reports.ShouldHaveSingleItem().ShouldContain("line 2");
    }

    [Fact]
    public void What_cannot_be_written_is_reported_once_and_the_run_goes_on()
    {
        Directory.CreateDirectory(Path.GetDirectoryName(_project.Chats)!);
        File.WriteAllText(_project.Chats, "a file where the directory should be");
        var transcript = _project.Store.Open(_session);

        transcript.Append(User("one"));
        transcript.Append(User("two"));

        _project.Reports.ShouldHaveSingleItem().ShouldContain(transcript.Path!);
    }

    [Fact]
    public void Nothing_is_written_where_recording_is_off()
    {
        var store = _project.NewStore(isRecording: false);
        var transcript = store.Open(_session);

        transcript.Append(User("one"));
        store.OpenAgent(_session, new AgentTranscriptInfo(new AgentId("a"), "explore", "look", null)).Append(User("two"));

        transcript.Path.ShouldBeNull();
        Directory.Exists(_project.Workspace.ProjectDirectory).ShouldBeFalse();
    }

    [Fact]
    public void A_hundred_writers_of_one_session_make_one_chain()
    {
        var transcript = _project.Store.Open(_session);

        Parallel.For(0, 100, i =>
        {
            for (var j = 0; j < 10; j++)
            {
                _project.Store.Open(_session).Append(User($"{i}-{j}"));
            }
        });

        var texts = _project.Store.Load(_session)!.Messages.Select(static message => message.Text).ToList();
        texts.Count.ShouldBe(1000);
        texts.Distinct().Count().ShouldBe(1000);
        texts.Where(static text => text.StartsWith("7-", StringComparison.Ordinal)).ShouldBe(Enumerable.Range(0, 10).Select(static j => $"7-{j}"));
        Lines(transcript).Count.ShouldBe(1000);
    }

    [Fact]
    public void Writers_of_two_processes_lose_no_record()
    {
        var stores = new[] { _project.Store, _project.NewStore() };

        Parallel.For(0, 8, i =>
        {
            for (var j = 0; j < 100; j++)
            {
                stores[i % 2].Open(_session).Append(User($"{i}-{j}"));
            }
        });

        Lines(_project.Store.Open(_session)).Select(static line => line.GetProperty("message").GetProperty("parts")[0].GetProperty("text").GetString())
            .Distinct().Count().ShouldBe(800);
    }

    [Fact]
    public void Ten_thousand_agents_write_without_keeping_files_open()
    {
        var transcripts = Enumerable.Range(0, 10_000)
            .Select(i => _project.Store.OpenAgent(_session, new AgentTranscriptInfo(new AgentId($"explore-call_{i}"), "explore", "look", null))).ToList();

        Parallel.ForEach(transcripts, static transcript => transcript.Append(User("go")));

        _project.Reports.ShouldBeEmpty();
        Directory.GetFiles(Path.GetDirectoryName(transcripts[0].Path!)!, "*.jsonl").Length.ShouldBe(10_000);
        if (OperatingSystem.IsLinux())
        {
            Directory.GetFiles("/proc/self/fd").Length.ShouldBeLessThan(1_000);
        }
    }

    [Fact]
    public void An_agent_has_its_own_file_and_a_side_car()
    {
        var info = new AgentTranscriptInfo(new AgentId("explore-call:7"), "explore", "look \"around\"", new AgentId("general-call_1"), "blue");

        var transcript = _project.Store.OpenAgent(_session, info);
        transcript.Append(User("go"));

        transcript.Path.ShouldBe(Path.Combine(_project.Workspace.ProjectDirectory, "subagents", _session.Value, "agent-explore-call_7.jsonl"));
        var line = Lines(transcript).ShouldHaveSingleItem();
        (line.GetProperty("agentId").GetString(), line.GetProperty("agentName").GetString(), line.GetProperty("agentColor").GetString(), line.GetProperty("isSidechain").GetBoolean())
            .ShouldBe(("explore-call:7", "explore", "blue", true));
        File.ReadAllText(Path.ChangeExtension(transcript.Path!, ".meta.json")).TrimEnd().ShouldBe(
            $$"""{"agentId":"explore-call:7","agentType":"explore","subagentName":"explore","description":"look \"around\"","parentSessionId":"{{_session}}","parentAgentId":"general-call_1","createdAt":"2026-04-17T08:51:11.506Z","status":"running","isBackgrounded":false,"lastUpdatedAt":"2026-04-17T08:51:11.506Z","depth":0}""");
        _project.Store.LoadAgent(_session, info.Id)!.Messages.ShouldHaveSingleItem().Text.ShouldBe("go");
    }

    [Fact]
    public void A_side_car_says_how_its_agent_stands_as_other_versions_read_it()
    {
        var info = new AgentTranscriptInfo(new AgentId("explore-c1"), "explore", "look", null) { ToolUseId = "c1", IsBackgrounded = true, Depth = 1 };
        var transcript = _project.Store.OpenAgent(_session, info);
        var sideCar = Path.ChangeExtension(transcript.Path!, ".meta.json");
        _project.Store.UnendedAgents(_session).ShouldHaveSingleItem().ShouldBe(new AgentSideCar(
            info with { Depth = 0 }, true, DateTimeOffset.Parse("2026-04-17T08:51:11.506Z", System.Globalization.CultureInfo.InvariantCulture), transcript.Path!));

        _project.Store.EndAgent(_session, info, TaskState.Completed);

        var written = JsonElement.Parse(File.ReadAllText(sideCar));
        (written.GetProperty("status").GetString(), written.GetProperty("isBackgrounded").GetBoolean(), written.GetProperty("toolUseId").GetString(), written.GetProperty("subagentName").GetString())
            .ShouldBe(("completed", true, "c1", "explore"));
        written.GetProperty("createdAt").GetString().ShouldBe("2026-04-17T08:51:11.506Z");
        _project.Store.UnendedAgents(_session).ShouldBeEmpty();
    }

    [Theory]
    [InlineData("""{"agentId":"a-1","agentType":"a","status":"running","isBackgrounded":true,"persistedCliFlags":{"model":null},"resumeCount":2}""", true)]
    [InlineData("""{"agentId":"a-1","agentType":"a","status":"paused","isBackgrounded":true}""", true)]
    [InlineData("""{"agentId":"a-1","agentType":"a","description":"d"}""", true)]
    [InlineData("""{"agentId":"a-1","status":5}""", true)]
    [InlineData("""{"agentId":"a-1","status":"completed","isBackgrounded":true}""", false)]
    [InlineData("""{"agentType":"a","status":"running"}""", false)]
    [InlineData("[1]", false)]
    [InlineData("{", false)]
    [InlineData("", false)]
    public void A_side_car_of_another_version_is_read_and_a_broken_one_costs_nothing(string text, bool isUnended)
    {
        var directory = Directory.CreateDirectory(Path.Combine(_project.Workspace.ProjectDirectory, "subagents", _session.Value)).FullName;
        File.WriteAllText(Path.Combine(directory, "agent-a-1.meta.json"), text);

        _project.Store.UnendedAgents(_session).Count.ShouldBe(isUnended ? 1 : 0);
    }

    [Fact]
    public void Agents_whose_ids_make_one_file_name_do_not_share_a_file()
    {
        AgentId[] ids = [new("a.b"), new("a_b"), new("a:b"), new(new string('x', 400) + "1"), new(new string('x', 400) + "2")];

        foreach (var id in ids)
        {
            _project.Store.OpenAgent(_session, new AgentTranscriptInfo(id, "explore", "look", null)).Append(User(id.Value));
        }

        foreach (var id in ids)
        {
            _project.Store.LoadAgent(_session, id)!.Messages.ShouldHaveSingleItem().Text.ShouldBe(id.Value);
        }
    }

    private static UserEntry User(string text) => new(new HistoryMessage(ChatRole.User, text));

    private static FunctionCallContent Call(string id, string arguments)
    {
        var value = ToolDeclaration.Schema(System.Text.Encoding.UTF8.GetBytes(arguments));
        return new FunctionCallContent(id, "read_file") { RawRepresentation = new ToolCallArguments(arguments, value, false) };
    }

    private static string? ResultOf(HistoryMessage message) => ((FunctionResultContent)message.Contents[0]).Result as string;

    private static List<JsonElement> Lines(ITranscript transcript) => [.. File.ReadAllLines(transcript.Path!).Select(static line => JsonElement.Parse(line))];

    private static string Without(JsonElement record)
    {
        var text = record.GetRawText();
        return "{" + text[text.IndexOf("\"sessionId\"", StringComparison.Ordinal)..];
    }
}
