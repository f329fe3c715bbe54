using System.Text;
using QwenCode.Protocol.Acp;
using QwenCode.Protocol.JsonRpc;

namespace QwenCode.Protocol.Tests.Acp;

public sealed class AcpFilesTests
{
    private readonly RecordingSink _sink = new();
    private readonly JsonRpcPeer _peer;
    private readonly AcpFiles _files;

    public AcpFilesTests()
    {
        _peer = new JsonRpcPeer(_sink);
        _files = new AcpFiles(_peer, AcpClient.Read(Messages.Json("""{"clientCapabilities":{"fs":{"readTextFile":true}}}""")), "s1");
    }

    [Fact]
    public void Only_what_the_client_offers_is_asked_of_it() => (_files.CanRead, _files.CanWrite).ShouldBe((true, false));

    [Fact]
    public async Task Lines_are_counted_from_one_and_the_whole_file_is_asked_for_without_them()
    {
        var part = _files.ReadTextAsync("/w/a", 9, 20, CancellationToken.None);
        var whole = _files.ReadTextAsync("/w/a", null, null, CancellationToken.None);

        (await _sink.NextAsync()).GetProperty("params").GetRawText().ShouldBe("""{"sessionId":"s1","path":"/w/a","line":10,"limit":20}""");
        (await _sink.NextAsync()).GetProperty("params").GetRawText().ShouldBe("""{"sessionId":"s1","path":"/w/a"}""");
        Answer(1, "\"result\":{\"content\":\"part\"}");
        Answer(2, "\"result\":{\"content\":\"whole\"}");
        (await part, await whole).ShouldBe(("part", "whole"));
    }

    [Fact]
    public async Task A_file_that_the_client_does_not_have_is_not_found()
    {
        var read = _files.ReadTextAsync("/w/a", null, null, CancellationToken.None);
        Answer(1, "\"error\":{\"code\":-32002,\"message\":\"Resource not found\"}");

        (await Should.ThrowAsync<FileNotFoundException>(() => read.AsTask())).FileName.ShouldBe("/w/a");
    }

    [Theory]
    [InlineData("\"result\":{}")]
    [InlineData("\"error\":{\"code\":-32603,\"message\":\"Locked\"}")]
    [InlineData("\"error\":\"no object\"")]
    public async Task Any_other_answer_is_a_failure_that_names_the_file(string answer)
    {
        var read = _files.ReadTextAsync("/w/a", null, null, CancellationToken.None);
        Answer(1, answer);

        (await Should.ThrowAsync<IOException>(() => read.AsTask())).Message.ShouldContain("/w/a");
    }

    private void Answer(int id, string rest) =>
        _peer.Answer(JsonRpcMessage.Read(Encoding.UTF8.GetBytes($$"""{"jsonrpc":"2.0","id":{{id}},{{rest}}}"""), out _));
}
