using Microsoft.Extensions.AI;
using QwenCode.Models.Tests.Support;
using static QwenCode.Models.Tests.Support.OpenAIStream;

namespace QwenCode.Models.Tests;

public sealed class FailureOverSocketsTests() : FailureTests(TransportKind.Socket);

public sealed class FailureOverHttpClientTests() : FailureTests(TransportKind.HttpClient);

public abstract class FailureTests(TransportKind transport) : OpenAIClientTest(transport)
{
    private const string Key = "sk-secret-key-123";

    [Theory]
    [InlineData(400, ModelFault.Refused)]
    [InlineData(401, ModelFault.Unauthorized)]
    [InlineData(403, ModelFault.Unauthorized)]
    [InlineData(404, ModelFault.NotFound)]
    [InlineData(422, ModelFault.Refused)]
    public async Task A_refusal_is_final_and_says_what_the_provider_said(int status, ModelFault fault)
    {
        Server.Always = StubReply.Error(status, """{"error":{"message":"the model refused","type":"x","code":"y"}}""");

        var exception = await Should.ThrowAsync<ModelException>(() => Answers.CollectAsync(Client()));

        exception.Message.ShouldBe($"{status} the model refused");
        (exception.Fault, exception.Status).ShouldBe((fault, status));
        Server.Requests.Count.ShouldBe(1);
    }

    [Theory]
    [InlineData(400, """{"error":{"message":"This model's maximum context length is 8192 tokens. However, your messages resulted in 9000 tokens.","type":"invalid_request_error","code":"context_length_exceeded"}}""")]
    [InlineData(400, """{"type":"error","error":{"type":"invalid_request_error","message":"prompt is too long: 210000 tokens > 200000 maximum"}}""")]
    [InlineData(413, """{"type":"error","error":{"type":"request_too_large","message":"Request exceeds the maximum size"}}""")]
    [InlineData(400, """{"error":{"code":400,"message":"The input token count (1200000) exceeds the maximum number of tokens allowed (1048576).","status":"INVALID_ARGUMENT"}}""")]
    [InlineData(400, """{"error":{"code":400,"message":"the request exceeds the available context size, try increasing it","type":"exceed_context_size_error"}}""")]
    [InlineData(400, """{"code":"InvalidParameter","message":"Range of input length should be [1, 129024]"}""")]
    [InlineData(500, """{"error":{"message":"Input is too long for requested model."}}""")]
    public async Task A_request_that_is_longer_than_the_window_is_told_from_others_and_not_repeated(int status, string body)
    {
        Server.Always = StubReply.Error(status, body);

        var exception = await Should.ThrowAsync<ModelException>(() => Answers.CollectAsync(Client()));

        (exception.Fault, exception.Status).ShouldBe((ModelFault.TooLong, status));
        exception.Advice.ShouldContain("contextWindowSize");
        Server.Requests.Count.ShouldBe(1);
    }

    [Theory]
    [InlineData(408, ModelFault.Timeout)]
    [InlineData(409, ModelFault.Refused)]
    [InlineData(429, ModelFault.RateLimited)]
    [InlineData(500, ModelFault.ServerError)]
    [InlineData(503, ModelFault.ServerError)]
    public async Task What_may_pass_is_tried_again_but_never_more_often_than_configured(int status, ModelFault fault)
    {
        Server.Always = StubReply.Error(status, "{}");

        var exception = await Should.ThrowAsync<ModelException>(() => Answers.CollectAsync(Client(options => options with { MaxRetries = 2 })));

        exception.Fault.ShouldBe(fault);
        exception.Message.ShouldBe($"{status} Words");
        Server.Requests.Count.ShouldBe(3);
        Server.Requests.Select(request => request.Text).Distinct().Count().ShouldBe(1);
    }

    [Fact]
    public async Task Pauses_double_and_are_longer_when_there_are_too_many_requests()
    {
        Server.Then(StubReply.Error(500, ""), StubReply.Error(500, ""), StubReply.Error(429, ""), StubReply.Of(Answer("ok")));

        Answers.TextOf(await Answers.CollectAsync(Client())).ShouldBe("ok");

        Clock.Delays.ShouldBe([TimeSpan.FromSeconds(0.5), TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(8)]);
    }

    [Theory]
    [InlineData("100", 100, 10, 4)] // as long as the provider says, told twice a minute
    [InlineData("7000", 7_000, 3, 234)] // longer than anybody would wait who sits in front of it
    public async Task Limits_are_waited_out_if_nobody_is_there(string value, double seconds, int times, int told)
    {
        Server.Then([.. Enumerable.Repeat(StubReply.Error(429, "", ("Retry-After", value)), times), StubReply.Of(Answer("ok"))]);

        var updates = await Answers.CollectAsync(Client(static options => options with { WaitsForLimits = true, MaxRetries = 2 }));

        Answers.TextOf(updates).ShouldBe("ok");
        Clock.Delays.Sum(static delay => delay.TotalSeconds).ShouldBe(seconds * times, 1);
        Clock.Delays.ShouldAllBe(static delay => delay <= TimeSpan.FromSeconds(30));
        var waits = updates.OfType<LimitWaitContent>().ToArray();
        waits.Length.ShouldBe((told - 1) * times);
        waits[0].Left.TotalSeconds.ShouldBe(seconds, 1);
    }

    [Fact]
    public async Task Without_a_word_of_the_provider_a_limit_is_asked_about_every_five_minutes_at_last()
    {
        Server.Then([.. Enumerable.Repeat(StubReply.Error(529, "overloaded"), 12), StubReply.Of(Answer("ok"))]);

        await Answers.CollectAsync(Client(static options => options with { WaitsForLimits = true }));

        // 2, 4, 8 … 256 seconds, then 300 each.
        Clock.Delays.Sum(static delay => delay.TotalSeconds).ShouldBe(510 + (4 * 300), 1);
    }

    [Theory]
    [InlineData(429, """{"error":{"message":"You exceeded your current quota, please check your plan and billing details.","code":"insufficient_quota"}}""")]
    [InlineData(402, """{"error":{"message":"Insufficient Balance"}}""")]
    [InlineData(401, "{}")]
    [InlineData(400, "{}")]
    public async Task What_no_waiting_helps_against_is_not_waited_for(int status, string body)
    {
        Server.Always = StubReply.Error(status, body);

        await Should.ThrowAsync<ModelException>(() => Answers.CollectAsync(Client(static options => options with { WaitsForLimits = true })));

        Server.Requests.Count.ShouldBe(1);
        Clock.Delays.ShouldBeEmpty();
    }

    [Theory]
    [InlineData(0.0, 0.375)]
    [InlineData(0.9999, 0.625)]
    public async Task Pauses_are_jittered_by_a_quarter(double jitter, double seconds)
    {
        Server.Then(StubReply.Error(500, ""), StubReply.Of(Answer("ok")));

        await Answers.CollectAsync(Client(options => options with { Jitter = () => jitter }));

        Clock.Delays.Single().TotalSeconds.ShouldBe(seconds, 0.002);
    }

    [Theory]
    [InlineData("7", 7)]
    [InlineData("Thu, 01 Jan 2026 00:00:20 GMT", 20)]
    [InlineData("soon", 2)]
    public async Task The_server_may_say_how_long_to_wait(string value, double seconds)
    {
        Server.Then(StubReply.Error(429, "", ("Retry-After", value)), StubReply.Of(Answer("ok")));

        await Answers.CollectAsync(Client());

        Clock.Delays.Single().TotalSeconds.ShouldBe(seconds, 0.001);
    }

    [Theory]
    [InlineData("""[{"error":{"code":429,"message":"quota","details":[{"@type":"x/google.rpc.RetryInfo","retryDelay":"11.5s"}]}}]""", 11.5)]
    [InlineData("""{"error":{"message":"Rate limit reached. Please try again in 1m2.5s. Visit us."}}""", 62.5)]
    [InlineData("""{"error":{"message":"slow down, retry in 9 seconds"}}""", 9)]
    [InlineData("""{"error":{"message":"retry in no time"}}""", 2)]
    public async Task The_server_may_say_in_words_how_long_to_wait(string body, double seconds)
    {
        Server.Then(StubReply.Error(429, body), StubReply.Of(Answer("ok")));

        await Answers.CollectAsync(Client(static options => options with { MaxRetryAfter = TimeSpan.FromMinutes(2) }));

        Clock.Delays.Single().TotalSeconds.ShouldBe(seconds, 0.001);
    }

    [Fact]
    public async Task The_quota_of_a_day_is_final_and_it_is_said_when_there_is_a_new_one()
    {
        Server.Always = StubReply.Error(429,
            """{"error":{"code":429,"message":"Quota exceeded","details":[{"violations":[{"quotaId":"GenerateRequestsPerDayPerProject"}]},{"retryDelay":"39660s"}]}}""");

        var exception = await Should.ThrowAsync<ModelException>(() => Answers.CollectAsync(Client(static options => options with { MaxRetryAfter = TimeSpan.FromDays(1) })));

        exception.Advice.ShouldContain("11 h 1 min");
        (Server.Requests.Count, Clock.Delays.Count).ShouldBe((1, 0));
    }

    [Theory]
    [InlineData(529, "{}", null, 2, 2.0)]
    [InlineData(503, "{}", "false", 1, null)]
    [InlineData(400, "{}", "true", 2, 0.5)]
    public async Task An_overloaded_server_is_left_alone_longer_and_may_say_whether_to_come_back(int status, string body, string? header, int requests, double? wait)
    {
        Server.Then(header is null ? StubReply.Error(status, body) : StubReply.Error(status, body, ("x-should-retry", header)), StubReply.Of(Answer("ok")));

        var ask = Answers.CollectAsync(Client());

        if (wait is null)
        {
            await Should.ThrowAsync<ModelException>(() => ask);
        }
        else
        {
            await ask;
        }

        Server.Requests.Count.ShouldBe(requests);
        Clock.Delays.Select(static delay => (double?)delay.TotalSeconds).ShouldBe(wait is null ? [] : [wait]);
    }

    [Fact]
    public async Task A_wait_beyond_the_cap_is_not_waited_for()
    {
        Server.Always = StubReply.Error(429, """{"error":{"message":"slow down"}}""", ("Retry-After", "3600"));

        var exception = await Should.ThrowAsync<ModelException>(() => Answers.CollectAsync(Client()));

        exception.Message.ShouldBe("429 slow down");
        exception.Advice.ShouldContain("3600 s");
        Server.Requests.Count.ShouldBe(1);
    }

    [Fact]
    public async Task Codes_that_mean_too_many_requests_can_be_added()
    {
        Server.Then(StubReply.Error(400, """{"error":{"message":"busy","code":4711}}"""), StubReply.Of(Answer("ok")));

        Answers.TextOf(await Answers.CollectAsync(Client(options => options with { RetryErrorCodes = [4711] }))).ShouldBe("ok");
    }

    [Fact]
    public async Task A_connection_that_is_closed_or_reset_before_the_answer_is_tried_again()
    {
        Server.Then(
            new StubReply { WithoutHeaders = true, End = StubEnd.Close },
            new StubReply { WithoutHeaders = true, End = StubEnd.Reset },
            StubReply.Of(Answer("ok")));

        Answers.TextOf(await Answers.CollectAsync(Client())).ShouldBe("ok");
        Server.Requests.Count.ShouldBe(3);
    }

    [Theory]
    [InlineData(StubFraming.Chunked, StubEnd.Reset)]
    [InlineData(StubFraming.Chunked, StubEnd.Close)]
    [InlineData(StubFraming.Length, StubEnd.Close)]
    [InlineData(StubFraming.UntilClose, StubEnd.Reset)]
    [InlineData(StubFraming.UntilClose, StubEnd.Close)]
    internal async Task A_cut_answer_begins_again_and_says_so(StubFraming framing, StubEnd end)
    {
        Server.Then(StubReply.Of(Text("this will be")) with { Framing = framing, End = end }, StubReply.Of(Answer("whole")));

        var contents = await Answers.CollectAsync(Client());

        // A reset may overtake the piece before it; if the piece arrived, the restart must follow it.
        var visible = contents.Where(content => content is TextContent or StreamRestartContent).Select(content => content is TextContent text ? text.Text : "RESTART").ToList();
        if (end is StubEnd.Close || visible.Count > 1)
        {
            visible.ShouldBe(["this will be", "RESTART", "whole"]);
        }
        else
        {
            visible.ShouldBe(["whole"]);
        }
    }

    [Fact]
    public async Task The_whole_answer_holds_nothing_of_what_was_abandoned()
    {
        Server.Then(StubReply.Of(Text("lost")) with { End = StubEnd.Close }, StubReply.Of(Answer("kept")));

        var response = await Client().GetResponseAsync("hi");

        response.Text.ShouldBe("kept");
        response.Usage!.TotalTokenCount.ShouldBe(15);
    }

    [Theory]
    [InlineData("")]
    [InlineData(Done)]
    [InlineData("data: {\"choices\":[{\"index\":0,\"delta\":{\"content\":\"half\"},\"finish_reason\":null}]}\n\n")]
    [InlineData("data: {\"choices\":[{\"index\":0,\"delta\":{},\"finish_reason\":\"stop\"}]}\n\n")]
    [InlineData("data: {\"choices\":[{\"index\":0,\"delta\":{\"reasoning_content\":\"hm\"},\"finish_reason\":\"stop\"}]}\n\n")]
    [InlineData("data: {\"choi\n\n")]
    public async Task An_answer_without_content_or_end_is_asked_for_again_and_is_an_error_in_the_end(string body)
    {
        Server.Always = StubReply.Of(body);

        var exception = await Should.ThrowAsync<ModelException>(() => Answers.CollectAsync(Client()));

        exception.Fault.ShouldBe(ModelFault.BrokenStream);
        Server.Requests.Count.ShouldBe(4);
    }

    [Fact]
    public async Task An_error_inside_of_an_answer_is_an_error_with_its_status()
    {
        Server.Always = StubReply.Of(Text("a") + Data("""{"error":{"message":"context too long","code":400}}"""));

        var exception = await Should.ThrowAsync<ModelException>(() => Answers.CollectAsync(Client()));

        (exception.Message, exception.Status, exception.Fault).ShouldBe(("400 context too long", 400, ModelFault.Refused));
        Server.Requests.Count.ShouldBe(1);
    }

    [Theory]
    [InlineData("""{"error":{"message":"overloaded","type":"overloaded_error"}}""")]
    [InlineData("""{"error":{"message":"limit","code":"1302"}}""")]
    [InlineData("""{"error":{"message":"bad gateway","code":502}}""")]
    [InlineData("""{"choices":[{"index":0,"delta":{"content":"{\"error\":{\"message\":\"busy\",\"code\":429}}"},"finish_reason":"error_finish"}]}""")]
    public async Task An_error_inside_of_an_answer_that_may_pass_is_tried_again(string error)
    {
        Server.Then(StubReply.Of(Data(error)), StubReply.Of(Answer("ok")));

        Answers.TextOf(await Answers.CollectAsync(Client())).ShouldEndWith("ok");
    }

    [Fact]
    public async Task Headers_that_do_not_come_in_time_are_a_timeout()
    {
        Server.Always = new StubReply { WithoutHeaders = true, End = StubEnd.Stall };

        var asking = Answers.CollectAsync(Client(options => options with { MaxRetries = 0, ResponseTimeout = TimeSpan.FromSeconds(60) }));
        await Server.WaitForRequestsAsync(1);
        await Clock.AdvanceUntilAsync(TimeSpan.FromSeconds(61), asking);

        var exception = await Should.ThrowAsync<ModelException>(() => asking);
        exception.Fault.ShouldBe(ModelFault.Timeout);
        exception.Message.ShouldBe("no answer within 60 s");
        exception.Advice.ShouldContain("127.0.0.1");
    }

    [Fact]
    public async Task A_silence_in_the_middle_of_an_answer_is_a_timeout()
    {
        Server.Always = StubReply.Of(Text("a")) with { End = StubEnd.Stall };

        await using var updates = Client(options => options with { MaxRetries = 0 }).GetStreamingResponseAsync("hi").GetAsyncEnumerator();
        (await updates.MoveNextAsync()).ShouldBeTrue();
        var next = updates.MoveNextAsync().AsTask();
        await Clock.AdvanceUntilAsync(TimeSpan.FromSeconds(601), next);

        var exception = await Should.ThrowAsync<ModelException>(() => next);
        (exception.Fault, exception.Message).ShouldBe((ModelFault.Timeout, "the answer stopped for 600 s"));
        exception.Advice.ShouldContain("'timeout' in generationConfig");
    }

    [Fact]
    public async Task A_cancel_is_a_cancel_with_the_callers_token()
    {
        Server.Always = StubReply.Of(Text("a")) with { End = StubEnd.Stall };
        using var cancel = new CancellationTokenSource();

        await using var updates = Client().GetStreamingResponseAsync("hi", cancellationToken: cancel.Token).GetAsyncEnumerator();
        (await updates.MoveNextAsync()).ShouldBeTrue();
        var next = updates.MoveNextAsync().AsTask();
        await cancel.CancelAsync();

        (await Should.ThrowAsync<OperationCanceledException>(() => next)).CancellationToken.ShouldBe(cancel.Token);
        Server.Requests.Count.ShouldBe(1);
    }

    [Fact]
    public async Task A_cancel_before_the_headers_is_a_cancel_too()
    {
        Server.Always = new StubReply { WithoutHeaders = true, End = StubEnd.Stall };
        using var cancel = new CancellationTokenSource();

        var asking = Client().GetResponseAsync("hi", cancellationToken: cancel.Token);
        await Server.WaitForRequestsAsync(1);
        await cancel.CancelAsync();

        (await Should.ThrowAsync<OperationCanceledException>(() => asking)).CancellationToken.ShouldBe(cancel.Token);
    }

    [Fact]
    public async Task A_server_that_is_not_there_is_named_with_the_setting_to_fix()
    {
        int port;
        await using (var gone = new StubServer())
        {
            port = gone.Port;
        }

        var exception = await Should.ThrowAsync<ModelException>(() => Answers.CollectAsync(Client(options => options with { BaseUrl = new Uri($"http://127.0.0.1:{port}/v1") })));

        exception.Fault.ShouldBe(ModelFault.Unreachable);
        exception.Message.ShouldBe($"could not connect to 127.0.0.1:{port}: connection refused");
        exception.Advice.ShouldContain("--openai-base-url");
        Clock.Delays.Count.ShouldBe(3);
    }

    [Fact]
    public async Task A_web_page_is_no_answer()
    {
        Server.Always = StubReply.Of("<html>") with { ContentType = "text/html; charset=utf-8" };

        var exception = await Should.ThrowAsync<ModelException>(() => Answers.CollectAsync(Client()));

        exception.Message.ShouldContain("web page");
        exception.Advice.ShouldContain("--openai-base-url");
        Server.Requests.Count.ShouldBe(1);
    }

    [Fact]
    public async Task A_redirect_to_another_host_is_not_followed_with_our_key()
    {
        Server.Always = StubReply.Error(307, "", ("Location", "http://localhost:1/v1/chat/completions"));

        var exception = await Should.ThrowAsync<ModelException>(() => Answers.CollectAsync(Client()));

        exception.Status.ShouldBe(307);
        exception.Advice.ShouldContain("localhost");
        Server.Requests.Count.ShouldBe(1);
    }

    [Fact]
    public async Task A_redirect_on_the_same_server_is_followed()
    {
        Server.Then(StubReply.Error(308, "", ("Location", "/v2/chat/completions")), StubReply.Of(Answer("ok")));

        Answers.TextOf(await Answers.CollectAsync(Client())).ShouldBe("ok");
        Server.Requests[1].Path.ShouldBe("/v2/chat/completions");
        Server.Requests[1].Text.ShouldBe(Server.Requests[0].Text);
    }

    [Theory]
    [InlineData(400)]
    [InlineData(401)]
    [InlineData(404)]
    [InlineData(429)]
    [InlineData(500)]
    public async Task A_key_that_the_server_repeats_never_shows(int status)
    {
        Server.Always = StubReply.Error(status, $$$"""{"error":{"message":"bad key {{{Key}}} or Bearer {{{Key}}}, header tok-9876"}}""");

        var exception = await Should.ThrowAsync<ModelException>(() => Answers.CollectAsync(Client(options => options with
        {
            Headers = new Dictionary<string, string> { ["X-Auth-Token"] = "tok-9876" },
        })));

        exception.Message.ShouldBe($"{status} bad key *** or Bearer ***, header ***");
        exception.ToString().ShouldNotContain(Key);
        exception.Advice.ShouldNotContain(Key);
    }

    [Fact]
    public async Task A_key_in_the_stream_or_in_a_plain_text_never_shows()
    {
        Server.Then(StubReply.Of(Data($$$"""{"error":{"message":"key {{{Key}}}"}}""")), StubReply.Error(400, $"plain {Key}"));

        (await Should.ThrowAsync<ModelException>(() => Answers.CollectAsync(Client()))).Message.ShouldBe("key ***");
        (await Should.ThrowAsync<ModelException>(() => Answers.CollectAsync(Client()))).Message.ShouldBe("400 plain ***");
    }

    [Fact]
    public void Options_and_entries_do_not_show_the_key()
    {
        Options.ToString().ShouldNotContain(Key);
        new ModelEntry { Protocol = "openai", Id = "m", ApiKey = Key }.ToString().ShouldNotContain(Key);
    }

    [Fact]
    public void A_key_that_cannot_be_sent_is_refused_without_being_shown()
    {
        var exception = Should.Throw<ModelException>(() => Client(options => options with { ApiKey = "abc\u00e9defg" }));

        exception.Fault.ShouldBe(ModelFault.NotConfigured);
        exception.Message.ShouldNotContain("abc");
    }

    [Fact]
    public async Task An_answer_cut_by_the_default_limit_is_asked_for_once_more_with_a_larger_one()
    {
        Server.Then(StubReply.Of(Text("half") + Finish("length") + Done), StubReply.Of(Answer("whole")));

        var contents = await Answers.CollectAsync(Client());

        contents.Where(content => content is TextContent or StreamRestartContent).Select(content => (content as TextContent)?.Text).ShouldBe(["half", null, "whole"]);
        Server.Requests.Select(request => request.Json.GetProperty("max_tokens").GetInt32()).ShouldBe([8000, 64000]);
    }

    [Fact]
    public async Task A_call_cut_by_the_limit_is_asked_for_again_whatever_the_finish_reason()
    {
        var cut = Call(0, "a", "write_file", "{\"content\":\"abc") + Finish("tool_calls") + Done;
        Server.Then(StubReply.Of(cut), StubReply.Of(cut));

        var response = await Client().GetResponseAsync("hi");

        Server.Requests.Count.ShouldBe(2);
        response.FinishReason.ShouldBe(ChatFinishReason.Length);
        response.Messages.Single().Contents.OfType<FunctionCallContent>().Single().RawRepresentation.ShouldBeOfType<ToolCallArguments>().IsTruncated.ShouldBeTrue();
    }

    [Fact]
    public async Task A_limit_that_was_chosen_is_not_enlarged()
    {
        Server.Always = StubReply.Of(Text("half") + Finish("length") + Done);

        (await Client(options => options with { MaxOutputTokens = 50 }).GetResponseAsync("hi")).FinishReason.ShouldBe(ChatFinishReason.Length);
        (await Client(options => options with { Sampling = new() { MaxTokens = 50 } }).GetResponseAsync("hi")).Text.ShouldBe("half");
        Server.Requests.Count.ShouldBe(2);
    }

    [Fact]
    public async Task A_server_that_does_not_grant_the_larger_limit_leaves_the_answer_that_was_cut()
    {
        Server.Then(StubReply.Of(Text("half") + Finish("length") + Done), StubReply.Error(400, """{"error":{"message":"max_tokens too large"}}"""));

        var response = await Client().GetResponseAsync("hi");

        (response.Text, response.FinishReason).ShouldBe(("half", ChatFinishReason.Length));
    }
}
