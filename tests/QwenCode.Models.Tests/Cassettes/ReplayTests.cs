using System.Net;
using System.Net.Sockets;
using System.Text;
using Microsoft.Extensions.AI;
using QwenCode.Models.Cassettes;
using QwenCode.Models.Tests.Support;
using static QwenCode.Models.Tests.Support.OpenAIStream;

namespace QwenCode.Models.Tests.Cassettes;

/// <summary>What was recorded is replayed to the byte, by its conversation and last words, and nothing else is answered.</summary>
public sealed class ReplayTests : CassetteTest
{
    private const string AnthropicAnswer =
        "event: content_block_start\ndata: {\"type\":\"content_block_start\",\"index\":0,\"content_block\":{\"type\":\"text\",\"text\":\"from anthropic\"}}\n\n"
        + "data: {\"type\":\"content_block_stop\",\"index\":0}\n\n"
        + "data: {\"type\":\"message_delta\",\"delta\":{\"stop_reason\":\"end_turn\"},\"usage\":{\"output_tokens\":1}}\n\ndata: {\"type\":\"message_stop\"}\n\n";

    private const string GeminiAnswer =
        "data: {\"candidates\":[{\"content\":{\"role\":\"model\",\"parts\":[{\"text\":\"from gemini\"}]},\"finishReason\":\"STOP\"}]}\r\n\r\n";

    [Theory]
    [InlineData("openai", "from openai")]
    [InlineData("anthropic", "from anthropic")]
    [InlineData("gemini", "from gemini")]
    public async Task All_wires_are_recorded_and_replayed_alike(string protocol, string expected)
    {
        Server.Then(StubReply.Of(protocol switch { "anthropic" => AnthropicAnswer, "gemini" => GeminiAnswer, _ => Answer("from openai") }));
        (await AskAsync(Client(Cassette(CassetteMode.Record), protocol), Instructions("be good"), User("hi"))).ShouldBe(expected);
        var replay = Cassette(CassetteMode.Strict);

        (await AskAsync(Client(replay, protocol), Instructions("be good"), User("hi"))).ShouldBe(expected);

        Server.Requests.ShouldHaveSingleItem();
        replay.Notes.ShouldBeEmpty();
        replay.Model!.Protocol.ShouldBe(protocol);
    }

    [Fact]
    public async Task A_stream_cut_in_the_middle_of_a_letter_is_replayed_in_the_same_pieces()
    {
        var answer = Data("""{"choices":[{"index":0,"delta":{"content":"grün – 漢字 😀"}}]}""") + Finish() + Done;
        var letter = Encoding.UTF8.GetByteCount(answer[..answer.IndexOf('漢', StringComparison.Ordinal)]) + 1;
        Server.Then(StubReply.Of(answer).Cut(3, letter, letter + 20));
        var recorded = await UpdatesAsync(Client(Cassette(CassetteMode.Record)));

        var replayed = await UpdatesAsync(Client(Cassette(CassetteMode.Strict)));

        replayed.ShouldBe(recorded);
        string.Concat(replayed).ShouldBe("grün – 漢字 😀");
        Exchange().Pieces.SelectMany(static piece => piece).ShouldBe(Encoding.UTF8.GetBytes(answer));
        (await PiecesAsync()).ShouldBe(Exchange().Pieces);
    }

    [Fact]
    public async Task A_body_that_is_no_text_is_replayed_in_the_pieces_it_was_read_in()
    {
        byte[] body = [0xff, 0x00, 0x0a, 0xe2, 0x82, 0xac, 0xe2, 0x82];
        Server.Then(new StubReply { Status = 400, ContentType = "application/octet-stream", Pieces = [body[..4], body[4..]], Framing = StubFraming.Length });
        var recorded = await Should.ThrowAsync<ModelException>(() => AskAsync(Client(Cassette(CassetteMode.Record)), User("hi")));

        var replayed = await Should.ThrowAsync<ModelException>(() => AskAsync(Client(Cassette(CassetteMode.Strict)), User("hi")));

        replayed.Message.ShouldBe(recorded.Message);
        Exchange().Pieces.SelectMany(static piece => piece).ShouldBe(body);
    }

    [Fact]
    public async Task A_limit_with_a_wait_is_replayed_at_once()
    {
        Server.Then(StubReply.Error(429, """{"error":{"message":"slow down"}}""", ("Retry-After", "20")), StubReply.Of(Answer("now")));
        (await AskAsync(Client(Cassette(CassetteMode.Record)), User("hi"))).ShouldBe("now");
        Clock.Delays.ShouldBe([TimeSpan.FromSeconds(20)]);

        (await AskAsync(Client(Cassette(CassetteMode.Strict)), User("hi"))).ShouldBe("now");

        Clock.Delays.Count.ShouldBe(1);
        Server.Requests.Count.ShouldBe(2);
    }

    [Fact]
    public async Task A_limit_that_is_too_long_to_wait_for_says_the_same_time_in_a_replay()
    {
        Server.Then(StubReply.Error(429, """{"error":{"message":"slow down"}}""", ("Retry-After", "3600")));
        await Should.ThrowAsync<ModelException>(() => AskAsync(Client(Cassette(CassetteMode.Record)), User("hi")));

        var replayed = await Should.ThrowAsync<ModelException>(() => AskAsync(Client(Cassette(CassetteMode.Strict)), User("hi")));

        (replayed.Fault, replayed.Status).ShouldBe((ModelFault.RateLimited, 429));
        replayed.Advice.ShouldContain("3600 s");
    }

    [Fact]
    public async Task A_stream_that_broke_off_breaks_off_in_a_replay_and_is_asked_again()
    {
        Server.Then(StubReply.Of(Text("half")) with { End = StubEnd.Reset }, StubReply.Of(Answer("whole")));
        var recorded = await Answers.CollectAsync(Client(Cassette(CassetteMode.Record)));

        var replayed = await Answers.CollectAsync(Client(Cassette(CassetteMode.Strict)));

        replayed.Select(static content => content.GetType()).ShouldBe(recorded.Select(static content => content.GetType()));
        replayed.OfType<StreamRestartContent>().ShouldHaveSingleItem().Reason.ShouldBe(recorded.OfType<StreamRestartContent>().Single().Reason);
        Server.Requests.Count.ShouldBe(2);
    }

    [Fact]
    public async Task A_web_page_in_place_of_an_answer_is_replayed_as_one()
    {
        Server.Then(StubReply.Of("<!doctype html><html><head><title>Sign in</title></head></html>") with { ContentType = "text/html" });
        var recorded = await Should.ThrowAsync<ModelException>(() => AskAsync(Client(Cassette(CassetteMode.Record)), User("hi")));

        var replayed = await Should.ThrowAsync<ModelException>(() => AskAsync(Client(Cassette(CassetteMode.Strict)), User("hi")));

        replayed.Message.ShouldBe(recorded.Message);
        replayed.Message.ShouldContain("Sign in");
    }

    [Fact]
    public async Task A_server_that_is_not_there_is_not_there_in_a_replay()
    {
        using var taken = new Socket(SocketType.Stream, ProtocolType.Tcp);
        taken.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        BaseUrl = new Uri($"http://127.0.0.1:{((IPEndPoint)taken.LocalEndPoint!).Port}/v1");
        var recorded = await Should.ThrowAsync<ModelException>(() => AskAsync(Client(Cassette(CassetteMode.Record)), User("hi")));

        var replayed = await Should.ThrowAsync<ModelException>(() => AskAsync(Client(Cassette(CassetteMode.Strict)), User("hi")));

        (replayed.Fault, replayed.Message).ShouldBe((ModelFault.Unreachable, recorded.Message));
    }

    [Fact]
    public async Task Notifications_in_another_order_find_their_answers_by_the_last_words()
    {
        const string alpha = "<task-notification>alpha</task-notification>", beta = "<task-notification>beta</task-notification>";
        Server.Then(StubReply.Of(Answer("on alpha")), StubReply.Of(Answer("on beta")));
        var recording = Client(Cassette(CassetteMode.Record));
        await AskAsync(recording, User("go"), Model("started"), User(alpha));
        await AskAsync(recording, User("go"), Model("started"), User(alpha), Model("on alpha"), User(beta));
        var replay = Cassette(CassetteMode.Strict);
        var client = Client(replay);

        // As if the other agent were the faster one: no request is equal to a recorded one, and each is found.
        var first = AskAsync(client, User("go"), Model("started"), User(beta));
        var second = AskAsync(client, User("go"), Model("started"), User(beta), Model("on beta"), User(alpha));

        (await first, await second).ShouldBe(("on beta", "on alpha"));
        replay.Notes.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_request_that_was_not_recorded_fails_at_once_and_names_the_nearest_one()
    {
        Server.Then(StubReply.Of(Answer("one")));
        await AskAsync(Client(Cassette(CassetteMode.Record)), User("count the lines of a.txt"));
        var replay = Cassette(CassetteMode.Replay);
        var client = Client(replay);

        var fault = await Should.ThrowAsync<ModelException>(() => AskAsync(client, User("count the lines of b.txt"), Model("which?"), User("all")));

        fault.Fault.ShouldBe(ModelFault.NotConfigured);
        fault.Message.ShouldContain("conversation \"count the lines of b.txt\", step 1");
        fault.Message.ShouldContain("The nearest is conversation \"count the lines of a.txt\", step 0: recorded \"count the lines of a.txt\", now \"count the lines of b.txt\"");
        replay.Fault.ShouldBe(fault.Message);
        Server.Requests.Count.ShouldBe(1);

        // A run that has lost its way is told so whatever it asks.
        (await Should.ThrowAsync<ModelException>(() => AskAsync(client, User("count the lines of a.txt")))).Message.ShouldBe(fault.Message);
    }

    [Fact]
    public async Task A_request_that_is_made_more_often_than_it_was_recorded_fails()
    {
        Server.Then(StubReply.Of(Answer("one")));
        await AskAsync(Client(Cassette(CassetteMode.Record)), User("hi"));
        var client = Client(Cassette(CassetteMode.Replay));
        await AskAsync(client, User("hi"));

        (await Should.ThrowAsync<ModelException>(() => AskAsync(client, User("hi")))).Message.ShouldContain("has been replayed already");
    }

    [Fact]
    public async Task A_changed_system_prompt_passes_with_a_note_and_fails_a_strict_replay()
    {
        Server.Then(StubReply.Of(Answer("one")));
        await AskAsync(Client(Cassette(CassetteMode.Record)), Instructions("You are a parrot."), User("hi"));
        var (replay, strict) = (Cassette(CassetteMode.Replay), Cassette(CassetteMode.Strict));

        (await AskAsync(Client(replay), Instructions("You are a cat."), User("hi"))).ShouldBe("one");
        var fault = await Should.ThrowAsync<ModelException>(() => AskAsync(Client(strict), Instructions("You are a cat."), User("hi")));

        replay.Notes.ShouldHaveSingleItem().ShouldContain("the system prompt differs: recorded \"You are a parrot.\", now \"You are a cat.\"");
        replay.Fault.ShouldBeNull();
        fault.Message.ShouldContain("the system prompt differs");
        strict.Fault.ShouldBe(fault.Message);
    }

    [Fact]
    public async Task A_tool_result_that_differs_is_told_once()
    {
        Server.Then(StubReply.Of(Answer("three")), StubReply.Of(Answer("done")));
        var recording = Client(Cassette(CassetteMode.Record));
        await AskAsync(recording, User("count"), Called("c1", "count_lines", "{}"), Result("c1", "3 lines"));
        await AskAsync(recording, User("count"), Called("c1", "count_lines", "{}"), Result("c1", "3 lines"), Model("three"), User("sure?"));
        var replay = Cassette(CassetteMode.Replay);
        var client = Client(replay);

        (await AskAsync(client, User("count"), Called("c1", "count_lines", "{}"), Result("c1", "4 lines"))).ShouldBe("three");
        (await AskAsync(client, User("count"), Called("c1", "count_lines", "{}"), Result("c1", "4 lines"), Model("three"), User("sure?"))).ShouldBe("done");

        replay.Notes.ShouldHaveSingleItem().ShouldContain("the result of count_lines differs: recorded \"count_lines: 3 lines\", now \"count_lines: 4 lines\"");
    }

    private RecordedExchange Exchange() => CassetteReader.Read(File, static _ => { }).ShouldHaveSingleItem();

    private async Task<List<byte[]>> PiecesAsync()
    {
        var options = new OpenAI.OpenAIClientOptions { Model = "test-model", BaseUrl = Server.BaseUrl };
        var texts = new CassetteTexts(options, new CassettePlace(HomeDirectory, Project, Environment));
        var transport = new ReplayTransport(Cassette(CassetteMode.Replay), texts);
        using var response = await transport.SendAsync(new(Server.BaseUrl, [], ["""{"messages":[{"role":"user","content":"hi"}]}"""u8.ToArray()]), default);
        using var body = await response.OpenBodyAsync(default);
        var pieces = new List<byte[]>();
        var buffer = new byte[100_000];
        while (await body.ReadAsync(buffer) is > 0 and var count)
        {
            pieces.Add(buffer[..count]);
        }

        return pieces;
    }

    private static async Task<List<string>> UpdatesAsync(IChatClient client)
    {
        var texts = new List<string>();
        await foreach (var update in client.GetStreamingResponseAsync([User("hi")]))
        {
            texts.AddRange(update.Contents.OfType<TextContent>().Select(static content => content.Text));
        }

        return texts;
    }
}
