using System.Text;
using QwenCode.Protocol.Acp;
using QwenCode.Protocol.JsonRpc;
using QwenCode.Tools;

namespace QwenCode.Protocol.Tests.Acp;

public sealed class AcpTerminalsTests
{
    private static readonly ClientCommand Command = new("bash", ["-c", "make"], "/w")
    {
        Environment = new Dictionary<string, string> { ["A"] = "1", ["THE_KEY"] = "secret" }, MaxOutput = 100,
    };

    private readonly RecordingSink _sink = new();
    private readonly List<string> _warnings = [];
    private readonly JsonRpcPeer _peer;
    private readonly AcpTerminals _terminals;

    public AcpTerminalsTests()
    {
        _peer = new JsonRpcPeer(_sink);
        _terminals = new AcpTerminals(_peer, "s1", new HashSet<string> { "THE_KEY" }, _warnings.Add);
    }

    [Theory]
    [InlineData("{}", false)]
    [InlineData("""{"clientCapabilities":{"terminal":false}}""", false)]
    [InlineData("""{"clientCapabilities":{"terminal":{}}}""", false)]
    [InlineData("""{"clientCapabilities":{"terminal":true}}""", true)]
    public void A_client_has_terminals_if_it_says_so(string parameters, bool has) =>
        AcpClient.Read(Messages.Json(parameters)).HasTerminals.ShouldBe(has);

    [Fact]
    public async Task A_command_is_sent_without_keys_and_hides_those_of_the_editor()
    {
        var opening = _terminals.StartAsync(Command, CancellationToken.None);
        Answer(1, """ "result":{"terminalId":"t1"} """);

        (await opening)!.Id.ShouldBe("t1");
        var sent = await _sink.NextAsync();
        sent.GetProperty("method").GetString().ShouldBe("terminal/create");
        sent.GetProperty("params").GetRawText().ShouldBe(
            """{"sessionId":"s1","command":"bash","args":["-c","make"],"env":[{"name":"A","value":"1"},{"name":"THE_KEY","value":""}],"cwd":"/w","outputByteLimit":100}""");
    }

    [Fact]
    public async Task A_terminal_that_comes_too_late_is_given_back()
    {
        using var cancel = new CancellationTokenSource();
        var opening = _terminals.StartAsync(Command, cancel.Token).AsTask();
        await cancel.CancelAsync();
        await Should.ThrowAsync<OperationCanceledException>(() => opening);

        Answer(1, """ "result":{"terminalId":"t1"} """);

        (await _sink.NextAsync()).GetProperty("method").GetString().ShouldBe("terminal/create");
        var released = await _sink.NextAsync();
        released.GetProperty("method").GetString().ShouldBe("terminal/release");
        released.GetProperty("params").GetRawText().ShouldBe("""{"sessionId":"s1","terminalId":"t1"}""");
    }

    [Fact]
    public async Task A_client_without_the_method_is_asked_once()
    {
        var opening = _terminals.StartAsync(Command, CancellationToken.None);
        Answer(1, """ "error":{"code":-32601,"message":"Method not found"} """);

        (await opening).ShouldBeNull();
        (await _terminals.StartAsync(Command, CancellationToken.None)).ShouldBeNull();
        _sink.All().Count.ShouldBe(1);
        _warnings.Count.ShouldBe(1);
    }

    [Theory]
    [InlineData(""" "error":{"code":-32603,"message":"Locked"} """, "Locked")]
    [InlineData(""" "result":{} """, "did not name it")]
    [InlineData(""" "result":null """, "did not name it")]
    public async Task Any_other_answer_is_a_failure(string answer, string reason)
    {
        var opening = _terminals.StartAsync(Command, CancellationToken.None).AsTask();
        Answer(1, answer);

        (await Should.ThrowAsync<IOException>(() => opening)).Message.ShouldContain(reason);
    }

    [Theory]
    [InlineData("""{"exitCode":3,"signal":null}""", 3, null)]
    [InlineData("""{"exitCode":null,"signal":"SIGKILL"}""", null, "SIGKILL")]
    [InlineData("""{"exitCode":3221225477}""", unchecked((int)0xC0000005), null)]
    [InlineData("""{"exitCode":-1,"signal":""}""", null, null)]
    [InlineData("{}", null, null)]
    public async Task An_end_is_read_as_the_client_says_it(string result, int? code, string? signal)
    {
        var terminal = await OpenAsync();
        var waiting = terminal.WaitAsync(CancellationToken.None);
        Answer(2, $"\"result\":{result}");

        (await waiting).ShouldBe(new ClientExit(code, signal));
    }

    [Fact]
    public async Task A_client_that_goes_away_fails_what_waits_and_giving_back_does_not()
    {
        var terminal = await OpenAsync();
        var waiting = terminal.WaitAsync(CancellationToken.None).AsTask();

        _peer.Close();

        await Should.ThrowAsync<IOException>(() => waiting);
        await Should.ThrowAsync<IOException>(() => terminal.KillAsync(CancellationToken.None).AsTask());
        await Should.ThrowAsync<IOException>(() => terminal.ReadAsync(CancellationToken.None).AsTask());
        terminal.Dispose();
        await Should.ThrowAsync<IOException>(() => _terminals.StartAsync(Command, CancellationToken.None).AsTask());
    }

    [Fact]
    public async Task A_terminal_is_given_back_once()
    {
        var terminal = await OpenAsync();

        terminal.Dispose();
        terminal.Dispose();

        _sink.All().Select(static message => message.GetProperty("method").GetString()).ShouldBe(["terminal/create", "terminal/release"]);
    }

    private async Task<IClientTerminal> OpenAsync()
    {
        var opening = _terminals.StartAsync(Command, CancellationToken.None);
        Answer(1, """ "result":{"terminalId":"t1"} """);
        return (await opening).ShouldNotBeNull();
    }

    private void Answer(int id, string rest) =>
        _peer.Answer(JsonRpcMessage.Read(Encoding.UTF8.GetBytes($$"""{"jsonrpc":"2.0","id":{{id}},{{rest}}}"""), out _));
}
