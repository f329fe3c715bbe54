using System.Net;
using System.Net.Sockets;
using System.Text;

namespace QwenCode.Hooks.Tests;

/// <summary>Http hooks against a server on this machine, which may be reached.</summary>
public sealed class HttpHookTests : IDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private int _requests;

    public HttpHookTests() => _listener.Start();

    public void Dispose() => _listener.Dispose();

    [Theory]
    [InlineData("200 OK", "application/json", "{\"decision\":\"deny\",\"reason\":\"no\"}", true, "no")]
    [InlineData("200 OK", "application/json; charset=utf-8", "{\"hookSpecificOutput\":{\"permissionDecision\":\"deny\",\"permissionDecisionReason\":\"no\"}}", true, "no")]
    [InlineData("200 OK", "application/json", "{\"decision\":7,\"reason\":[]}", true, "A hook decided by a member of the wrong kind.")]
    [InlineData("200 OK", "application/json", "{broken", true, "A hook printed \"{broken\", which holds a '{' and is not one JSON object.")]
    [InlineData("200 OK", "text/plain", "just so you know", false, null)]
    [InlineData("200 OK", "application/json", "", false, null)]
    [InlineData("500 No", "application/json", "{\"decision\":\"deny\"}", false, null)]
    [InlineData("302 Found", "application/json", "{\"decision\":\"deny\"}", false, null)]
    public async Task The_answer_decides(string status, string type, string body, bool blocks, string? reason)
    {
        await using var bench = Bench();
        var serving = ServeAsync(status, type, body);

        var said = await bench.RunAsync();
        await serving;

        (said.IsBlocking, said.Reason).ShouldBe((blocks, reason));
    }

    [Fact]
    public async Task A_hook_for_once_is_called_once()
    {
        await using var bench = Bench(",\"once\":true");
        var serving = ServeAsync("200 OK", "application/json", "{\"decision\":\"deny\",\"reason\":\"no\"}");

        (await bench.RunAsync()).IsBlocking.ShouldBeTrue();
        await serving;

        (await bench.RunAsync()).ShouldBe(HookOutcome.None);
        _requests.ShouldBe(1);
    }

    [Fact]
    public async Task A_server_that_never_answers_is_given_up()
    {
        await using var bench = Bench(",\"timeout\":0.2");

        (await bench.RunAsync()).ShouldBe(HookOutcome.None);

        bench.Notices.ShouldHaveSingleItem().ShouldContain("0.2 s");
    }

    [Fact]
    public async Task A_server_that_is_not_there_has_no_say()
    {
        await using var bench = Bench();
        _listener.Stop();

        (await bench.RunAsync()).ShouldBe(HookOutcome.None);

        bench.Notices.ShouldHaveSingleItem().ShouldContain("could not be called");
    }

    private HookBench Bench(string more = "") => new($$"""{"PreToolUse":[{"hooks":[{"type":"http","url":"http://127.0.0.1:{{((IPEndPoint)_listener.LocalEndpoint).Port}}/h"{{more}}}]}]}""");

    private async Task ServeAsync(string status, string type, string body)
    {
        using var client = await _listener.AcceptTcpClientAsync();
        _requests++;
        var stream = client.GetStream();
        var text = string.Empty;
        var buffer = new byte[8192];
        while (!text.Contains("tool_input", StringComparison.Ordinal))
        {
            text += Encoding.UTF8.GetString(buffer, 0, await stream.ReadAsync(buffer));
        }

        text.ShouldStartWith("POST /h ");
        text.ShouldContain("\"hook_event_name\":\"PreToolUse\"");
        await stream.WriteAsync(Encoding.UTF8.GetBytes($"HTTP/1.1 {status}\r\nContent-Type: {type}\r\nContent-Length: {Encoding.UTF8.GetByteCount(body)}\r\nLocation: http://127.0.0.1:1/\r\nConnection: close\r\n\r\n{body}"));
    }
}
