using System.Text;
using Microsoft.Extensions.AI;
using QwenCode.Models.Tests.Support;
using static QwenCode.Models.Tests.Support.OpenAIStream;

namespace QwenCode.Models.Tests;

public sealed class ReadingAnswersOverSocketsTests() : ReadingAnswersTests(TransportKind.Socket);

public sealed class ReadingAnswersOverHttpClientTests() : ReadingAnswersTests(TransportKind.HttpClient);

public abstract class ReadingAnswersTests(TransportKind transport) : OpenAIClientTest(transport)
{
    [Fact]
    public async Task Text_thoughts_usage_and_finish_reason_come_out_in_order()
    {
        var body = Chunk("""{"role":"assistant","content":""}""") + Thought("think") + Text("Hel") + Text("lo") + Finish()
            + Data("""{"choices":[],"usage":{"prompt_tokens":10,"completion_tokens":5,"total_tokens":15,"prompt_tokens_details":{"cached_tokens":4},"completion_tokens_details":{"reasoning_tokens":2}}}""") + Done;
        Server.Then(StubReply.Of(body));

        var updates = new List<ChatResponseUpdate>();
        await foreach (var update in Client().GetStreamingResponseAsync([new ChatMessage(ChatRole.User, "hi")]))
        {
            updates.Add(update);
        }

        updates.Select(update => update.Contents.Count == 1 ? update.Contents[0] switch { TextReasoningContent thought => "?" + thought.Text, TextContent text => text.Text, var other => other.GetType().Name } : "-")
            .ShouldBe(["?think", "Hel", "lo", "UsageContent"]);
        updates[^1].FinishReason.ShouldBe(ChatFinishReason.Stop);
        var usage = updates[^1].Contents.OfType<UsageContent>().Single().Details;
        (usage.InputTokenCount, usage.OutputTokenCount, usage.TotalTokenCount, usage.CachedInputTokenCount, usage.ReasoningTokenCount).ShouldBe((10, 5, 15, 4, 2));
        updates.ShouldAllBe(update => update.ResponseId == "c1" || update.ResponseId == null);
    }

    [Theory]
    [InlineData("""{"total_tokens":100}""", 70, 30, 100, null)]
    [InlineData("""{"prompt_tokens":1,"completion_tokens":2,"total_tokens":3,"cached_tokens":1}""", 1, 2, 3, 1)]
    [InlineData("""{"prompt_tokens":1,"completion_tokens":2}""", 1, 2, 3, null)]
    public async Task Usage_is_read_in_every_form(string usage, int input, int output, int total, int? cached)
    {
        var contents = await AskAsync(Text("x") + Finish() + Data($$"""{"choices":[],"usage":{{usage}}}""") + Done);

        var details = contents.OfType<UsageContent>().Single().Details;
        (details.InputTokenCount, details.OutputTokenCount, details.TotalTokenCount, details.CachedInputTokenCount).ShouldBe((input, output, total, cached));
    }

    [Theory]
    [InlineData("stop", "stop")]
    [InlineData("length", "length")]
    [InlineData("end_turn", "stop")]
    [InlineData("max_tokens", "length")]
    [InlineData("something_new", "something_new")]
    public async Task Finish_reasons_are_mapped(string sent, string expected)
    {
        Server.Then(StubReply.Of(Text("x") + Finish(sent) + Done));

        var response = await Client(options => options with { MaxOutputTokens = 100 }).GetResponseAsync("hi");

        response.FinishReason.ShouldBe(new ChatFinishReason(expected));
    }

    [Fact]
    public async Task Thoughts_under_their_other_name_are_read()
    {
        var contents = await AskAsync(Chunk("""{"reasoning":"hm"}""") + Text("x") + Finish() + Done);

        Answers.ThoughtsOf(contents).ShouldBe("hm");
    }

    [Fact]
    public async Task Line_ends_marks_comments_and_a_missing_end_do_no_harm()
    {
        var body = "\uFEFF: ping\r\n\r\n" + (Text("a") + Text("b") + Finish()).Replace("\n", "\r\n", StringComparison.Ordinal) + ":\r\n\r\n";

        Answers.TextOf(await AskAsync(body)).ShouldBe("ab");
    }

    [Fact]
    public async Task Rubbish_after_the_finish_reason_is_passed_over()
    {
        Answers.TextOf(await AskAsync(Text("a") + Finish() + Data("{not json"))).ShouldBe("a");
        Answers.TextOf(await AskAsync(Text("b") + Finish() + Done + Data("{not json"))).ShouldBe("b");
        Server.Requests.Count.ShouldBe(2);
    }

    [Fact]
    public async Task A_connection_that_breaks_after_the_finish_reason_loses_nothing()
    {
        Server.Then(StubReply.Of(Text("a") + Finish()) with { End = StubEnd.Reset });

        Answers.TextOf(await Answers.CollectAsync(Client())).ShouldBe("a");
        Server.Requests.Count.ShouldBe(1);
    }

    [Fact]
    public async Task A_whole_answer_instead_of_a_stream_is_read_too()
    {
        Server.Then(StubReply.Error(200, """
            {"id":"x","choices":[{"index":0,"finish_reason":"tool_calls","message":{"role":"assistant","content":"hi","tool_calls":[{"id":"c","type":"function","function":{"name":"f","arguments":"{\"a\":1}"}}]}}],"usage":{"prompt_tokens":1,"completion_tokens":1,"total_tokens":2}}
            """));

        var contents = await Answers.CollectAsync(Client());

        Answers.TextOf(contents).ShouldBe("hi");
        contents.OfType<FunctionCallContent>().Single().Name.ShouldBe("f");
    }

    [Fact]
    public async Task Halves_of_a_character_in_two_chunks_become_one_character()
    {
        var body = Chunk("{\"content\":\"a\\ud83d\"}") + Chunk("{\"content\":\"\\ude00b\"}") + Finish() + Done;

        Answers.TextOf(await AskAsync(body)).ShouldBe("a😀b");
    }

    [Fact]
    public async Task Bytes_may_be_cut_anywhere()
    {
        var body = Thought("дума́ю 🤔") + Text("Grüße, 世界 😀 \"quoted\" \\ \n") + Call(0, "c1", "f", "{\"p\":") + Call(0, null, null, "\"ß\"}") + Finish("tool_calls") + Usage() + Done;
        var bytes = Encoding.UTF8.GetByteCount(body);
        var random = new Random(4711);
        for (var round = 0; round < 60; round++)
        {
            var places = Enumerable.Range(0, random.Next(1, 40)).Select(_ => random.Next(1, bytes)).Distinct().Order().ToArray();
            Server.Then(StubReply.Of(body).Cut(places) with { Framing = (StubFraming)(round % 3) });

            var contents = await Answers.CollectAsync(Client());

            Answers.TextOf(contents).ShouldBe("Grüße, 世界 😀 \"quoted\" \\ \n", $"cut at {string.Join(',', places)}");
            Answers.ThoughtsOf(contents).ShouldBe("дума́ю 🤔");
            contents.OfType<FunctionCallContent>().Single().Arguments!["p"]!.ToString().ShouldBe("ß");
        }
    }

    [Theory]
    [InlineData("<think>x</think>y", "x", "y")]
    [InlineData("\n<think>\nx\n</think>\n\ny", "x", "y")]
    [InlineData("<thinking>x</thinking>y", "x", "y")]
    [InlineData("a <think>x</think>y", "", "a <think>x</think>y")]
    [InlineData("<thin ice", "", "<thin ice")]
    [InlineData("<b>x</b>", "", "<b>x</b>")]
    [InlineData("<think>a < b </thi</think>y<think>z</think>", "a < b </thi", "y<think>z</think>")]
    public async Task Thoughts_in_tags_at_the_beginning_are_thoughts_however_they_are_cut(string sent, string thought, string text)
    {
        for (var size = 1; size <= sent.Length; size += 3)
        {
            var contents = await AskAsync(string.Concat(sent.Chunk(size).Select(piece => Text(new string(piece)))) + Finish() + Done);

            (Answers.ThoughtsOf(contents).Trim(), Answers.TextOf(contents)).ShouldBe((thought, text), $"in pieces of {size}");
        }
    }
}
