using System.Text.Json;
using Microsoft.Extensions.AI;
using QwenCode.Conversations;
using QwenCode.Models;
using QwenCode.Sessions;
using QwenCode.Transcripts;

namespace QwenCode.Storage.Tests;

/// <summary>What a provider signed is in the transcript, and in the history that is read from it.</summary>
public sealed class SignatureTests : IDisposable
{
    private readonly TempProject _project = new();
    private readonly SessionId _session = SessionId.New();

    public void Dispose() => _project.Dispose();

    [Fact]
    public void An_answer_is_read_back_with_its_parts_its_signatures_and_its_origin()
    {
        var call = ToolCall("a");
        Signatures.Sign(call, "SIG");
        var text = new TextContent(string.Empty);
        Signatures.Sign(text, "TXT");
        var vertex = ToolCall("b");
        Signatures.SetExtraContent(vertex, JsonElement.Parse("""{"vertex":{"x":1}}"""));
        Append(new ModelOrigin("anthropic", "claude"),
            new TextReasoningContent("hm") { ProtectedData = "sA" }, Signatures.Redacted("opaque=="), new ProviderContent("novel", JsonElement.Parse("""{"n":1}""")), call, text, vertex);

        var record = File.ReadLines(_project.Store.Open(_session).Path!).Select(static line => JsonElement.Parse(line)).Last();
        (record.GetProperty("model").GetString(), record.GetProperty("provider").GetString()).ShouldBe(("claude", "anthropic"));
        record.GetProperty("message").GetProperty("parts").EnumerateArray().Select(static part => part.GetRawText()).ShouldBe(
        [
            """{"text":"hm","thought":true,"thoughtSignature":"sA"}""",
            """{"text":"","thought":true,"thoughtSignature":"opaque==","redacted":true}""",
            """{"text":"","providerKind":"novel","providerPart":{"n":1}}""",
            """{"functionCall":{"id":"a","name":"f","args":{}},"thoughtSignature":"SIG"}""",
            """{"text":"","thoughtSignature":"TXT"}""",
            """{"functionCall":{"id":"b","name":"f","args":{}},"extraContent":{"vertex":{"x":1}}}""",
        ]);

        var answer = _project.Store.Load(_session)!.Messages[1];
        ((HistoryMessage)answer).Origin.ShouldBe(new ModelOrigin("anthropic", "claude"));
        answer.Contents[0].ShouldBeOfType<TextReasoningContent>().ProtectedData.ShouldBe("sA");
        Signatures.IsRedacted(answer.Contents[1].ShouldBeOfType<TextReasoningContent>()).ShouldBeTrue();
        answer.Contents[2].ShouldBeOfType<ProviderContent>().Value.GetRawText().ShouldBe("""{"n":1}""");
        Signatures.Of(answer.Contents[3]).ShouldBe("SIG");
        (answer.Contents[4].ShouldBeOfType<TextContent>().Text, Signatures.Of(answer.Contents[4])).ShouldBe((string.Empty, "TXT"));
        Signatures.ExtraContent(answer.Contents[5])!.Value.GetRawText().ShouldBe("""{"vertex":{"x":1}}""");
    }

    [Fact]
    public void An_older_record_has_a_model_of_an_unknown_protocol()
    {
        _project.WriteChat(_session.Value,
            """{"uuid":"1","parentUuid":null,"type":"assistant","model":"gemini-3-pro","message":{"role":"model","parts":[{"text":"hi"}]}}""");

        var origin = ((HistoryMessage)_project.Store.Load(_session)!.Messages[0]).Origin!;

        origin.ShouldBe(new ModelOrigin(string.Empty, "gemini-3-pro"));
        (origin.Is("gemini", "gemini-3-pro"), origin.Is("gemini", "gemini-2.5-pro")).ShouldBe((true, false));
    }

    [Fact]
    public void Answers_of_two_models_that_become_one_belong_to_neither()
    {
        Append(new ModelOrigin("anthropic", "claude"), new TextContent("one"));
        Append(new ModelOrigin("gemini", "pro"), new TextContent("two"));

        var messages = _project.Store.Load(_session)!.Messages;

        ((HistoryMessage)messages[^1]).Origin.ShouldBe(ModelOrigin.Nobody);
    }

    [Fact]
    public void A_compressed_history_keeps_where_its_answers_came_from_beside_them()
    {
        var origin = new ModelOrigin("anthropic", "claude");
        var transcript = _project.Store.Open(_session);
        transcript.Append(new CompressionEntry(
            [new HistoryMessage(ChatRole.User, "sum"), new HistoryMessage(ChatRole.Assistant, "ok") { Origin = origin }], 10, 5));

        var record = JsonElement.Parse(File.ReadLines(transcript.Path!).Single());
        record.GetProperty("systemPayload").GetProperty("compressedHistory")[1].GetRawText().ShouldBe("""{"role":"model","parts":[{"text":"ok"}]}""");
        _project.Store.Load(_session)!.Messages.Select(static message => ((HistoryMessage)message).Origin).ShouldBe([null, origin]);
    }

    private static FunctionCallContent ToolCall(string id) =>
        new(id, "f", new Dictionary<string, object?>()) { RawRepresentation = new ToolCallArguments("{}", JsonElement.Parse("{}"), false) };

    private void Append(ModelOrigin origin, params AIContent[] parts)
    {
        var transcript = _project.Store.Open(_session);
        if (!File.Exists(transcript.Path))
        {
            transcript.Append(new UserEntry(new HistoryMessage(ChatRole.User, "hi")));
        }

        transcript.Append(new AssistantEntry(new HistoryMessage(ChatRole.Assistant, parts) { Origin = origin }, origin.Model, null));
    }
}
