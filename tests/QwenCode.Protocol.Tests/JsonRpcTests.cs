using System.Text;
using System.Text.Json;
using QwenCode.Protocol.JsonRpc;

namespace QwenCode.Protocol.Tests;

public sealed class JsonRpcTests
{
    private readonly RecordingSink _sink = new();

    [Theory]
    [InlineData("""{"jsonrpc":"2.0","id":1,"method":"m","params":{}}""", true)]
    [InlineData("""{"jsonrpc":"2.0","id":null,"method":"m"}""", true)]
    [InlineData("""{"jsonrpc":"2.0","method":"m"}""", false)]
    [InlineData("""{"jsonrpc":"2.0","id":1,"result":null}""", false)]
    public void A_message_with_a_method_and_an_id_is_a_request(string line, bool isRequest) => Read(line).IsRequest.ShouldBe(isRequest);

    [Theory]
    [InlineData("{", -32700, null)]
    [InlineData("{} {}", -32700, null)]
    [InlineData("7", -32600, null)]
    [InlineData("[{}]", -32600, null)]
    [InlineData("""{"id":"a"}""", -32600, "a")]
    [InlineData("""{"id":"a","method":7}""", -32600, "a")]
    [InlineData("""{"id":{},"method":"m"}""", -32600, null)]
    [InlineData("""{"id":true,"method":"m"}""", -32600, null)]
    public void What_is_no_message_has_a_code_and_the_id_that_can_be_read(string line, int code, string? id)
    {
        JsonElement found = default;

        var error = Should.Throw<JsonRpcException>(() => JsonRpcMessage.Read(Encoding.UTF8.GetBytes(line), out found));

        error.Code.ShouldBe(code);
        (found.ValueKind is JsonValueKind.String ? found.GetString() : null).ShouldBe(id);
    }

    [Fact]
    public void An_id_comes_back_as_it_came()
    {
        var peer = new JsonRpcPeer(_sink);
        foreach (var id in (string[])["\"a\\u0041\"", "1.50", "null"])
        {
            peer.Result(Messages.Json(id), static _ => { });
            peer.Error(Messages.Json(id), JsonRpcException.Internal("why"));
        }

        _sink.All().Select(static message => message.GetProperty("id").GetRawText())
            .ShouldBe(["\"a\\u0041\"", "\"a\\u0041\"", "1.50", "1.50", "null", "null"]);
    }

    [Theory]
    [InlineData("1")]
    [InlineData("1.0")]
    [InlineData("\"1\"")]
    public async Task An_answer_finds_its_question_and_one_to_nothing_is_ignored(string written)
    {
        var peer = new JsonRpcPeer(_sink);
        var asked = peer.RequestAsync("m", static json => json.WriteNumber("a"u8, 1), CancellationToken.None);

        peer.Answer(Read("""{"id":99,"result":{}}"""));
        peer.Answer(Read("""{"id":1.5,"result":{}}"""));
        asked.IsCompleted.ShouldBeFalse();
        peer.Answer(Read($$$"""{"id":{{{written}}},"result":{"b":2}}"""));

        (await asked).GetProperty("b").GetInt32().ShouldBe(2);
        (await _sink.NextAsync()).GetRawText().ShouldBe("""{"jsonrpc":"2.0","id":1,"method":"m","params":{"a":1}}""");
    }

    [Theory]
    [InlineData("""{"id":1,"error":{"code":5,"message":"no","data":{"details":"why"}}}""", 5, "why")]
    [InlineData("""{"id":1,"error":{"code":5,"message":"no","data":"because"}}""", 5, "because")]
    [InlineData("""{"id":1,"error":{}}""", -32603, "Unknown error")]
    [InlineData("""{"id":1,"error":{"code":1e300}}""", int.MaxValue, "Unknown error")]
    public async Task An_error_of_the_peer_says_what_it_knows(string line, int code, string message)
    {
        var peer = new JsonRpcPeer(_sink);
        var asked = peer.RequestAsync("m", static _ => { }, CancellationToken.None);

        peer.Answer(Read(line));

        (await Should.ThrowAsync<JsonRpcException>(() => asked.AsTask())).ShouldSatisfyAllConditions(
            error => error.Code.ShouldBe(code), error => error.Message.ShouldBe(message));
    }

    [Fact]
    public async Task An_answer_without_result_and_error_fails_its_question()
    {
        var peer = new JsonRpcPeer(_sink);
        var asked = peer.RequestAsync("m", static _ => { }, CancellationToken.None);

        peer.Fail(Messages.Json("2")).ShouldBeFalse();
        peer.Fail(Messages.Json("1")).ShouldBeTrue();

        (await Should.ThrowAsync<JsonRpcException>(() => asked.AsTask())).Message.ShouldContain("neither a result nor an error");
    }

    [Fact]
    public async Task A_question_that_is_given_up_is_taken_back()
    {
        var peer = new JsonRpcPeer(_sink);
        using var stop = new CancellationTokenSource();
        var asked = peer.RequestAsync("m", static _ => { }, stop.Token);

        await stop.CancelAsync();

        await Should.ThrowAsync<OperationCanceledException>(() => asked.AsTask());
        _sink.All().Select(static message => message.GetProperty("method").GetString()).ShouldBe(["m", "$/cancel_request"]);
    }

    [Fact]
    public void A_body_that_throws_leaves_nothing_of_itself_in_the_next_message()
    {
        var peer = new JsonRpcPeer(_sink);

        Should.Throw<InvalidOperationException>(() => peer.Notify("m", static json =>
        {
            json.WriteString("half"u8, "written"u8);
            throw new InvalidOperationException();
        }));
        peer.Notify("n", static _ => { });

        _sink.All().ShouldHaveSingleItem().GetRawText().ShouldBe("""{"jsonrpc":"2.0","method":"n","params":{}}""");
    }

    private static JsonRpcMessage Read(string line) => JsonRpcMessage.Read(Encoding.UTF8.GetBytes(line), out _);
}
