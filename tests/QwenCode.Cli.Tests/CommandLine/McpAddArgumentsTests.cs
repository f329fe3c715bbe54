using QwenCode.Cli.CommandLine;
using QwenCode.Cli.Commands;

namespace QwenCode.Cli.Tests.CommandLine;

public sealed class McpAddArgumentsTests
{
    [Theory]
    [InlineData("py -e A=b=c -e D=e --timeout 15000 python -m server --port 8080", "stdio", """{"command":"python","args":["-m","server","--port","8080"],"env":{"A":"b=c","D":"e"},"timeout":15000}""")]
    [InlineData("fs npx -- -y --trust pkg", "stdio", """{"command":"npx","args":["-y","--trust","pkg"]}""")]
    [InlineData("fs --trust --include-tools=a,b --exclude-tools c run", "stdio", """{"command":"run","trust":true,"includeTools":["a","b"],"excludeTools":["c"]}""")]
    [InlineData("web https://h/mcp --description Docs", "http", """{"httpUrl":"https://h/mcp","description":"Docs"}""")]
    [InlineData("-t sse old http://h/sse -H X-Key:1:2", "sse", """{"url":"http://h/sse","headers":{"X-Key":"1:2"}}""")]
    public void An_entry_is_made_of_the_words(string line, string transport, string entry)
    {
        var given = McpAddArguments.Parse(line.Split(' '));

        (given.Transport, given.Entry.GetRawText(), given.IsProject).ShouldBe((transport, entry, false));
    }

    [Theory]
    [InlineData("x", "Usage: qwen mcp add")]
    [InlineData("-t pipe x y", "--transport must be one of stdio, sse, http")]
    [InlineData("-s team x y", "--scope must be one of user, project")]
    [InlineData("-e NOVALUE x y", "--env must have the form NAME=VALUE")]
    [InlineData("x y --timeout soon", "--timeout must be a number of milliseconds")]
    [InlineData("x y --timeout", "Not enough arguments following: --timeout")]
    [InlineData("x https://h --oauth-client-id", "Not enough arguments following: --oauth-client-id")]
    public void What_makes_no_sense_is_said(string line, string message) =>
        Should.Throw<RefusedException>(() => McpAddArguments.Parse(line.Split(' '))).Message.ShouldStartWith(message);
}
