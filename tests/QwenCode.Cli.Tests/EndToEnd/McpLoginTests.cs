using QwenCode.Cli.Tests.Support;
using QwenCode.Mcp.Tests.Authorization;

namespace QwenCode.Cli.Tests.EndToEnd;

/// <summary><c>qwen mcp login</c> and <c>logout</c>, and runs with and without a login.</summary>
public sealed class McpLoginTests
{
    [Fact]
    public async Task A_user_logs_in_uses_the_server_and_logs_out()
    {
        await using var room = new Room();
        await using var server = Configure(room);
        room.Model.On(static request => request.ToolResults.Count == 0 && request.ToolNames.Contains("mcp__s__look") ? ModelReply.Calls(("c1", "mcp__s__look", "{}")) : ModelReply.Text("Done."));

        var without = await room.RunAsync("-p", "hi");
        (without.ExitCode, without.Output).ShouldBe((0, "Done.\n"));
        without.Error.ShouldContain("MCP server 's' wants a login. Log in with: qwen mcp login s.");
        (await room.RunAsync("mcp", "list")).Output.ShouldEndWith("✗ s: " + server.Origin + "/mcp (http) - Needs login: qwen mcp login s\n");
        server.Asked.ShouldAllBe(static asked => asked == "POST /mcp");

        await using (var login = room.StartOpen("mcp", "login", "s"))
        {
            var address = (await login.WaitForLineAsync(static line => line.Contains("/authorize?", StringComparison.Ordinal))).Trim();
            using var browser = new HttpClient();
            (await browser.GetStringAsync(new Uri(address))).ShouldContain("You can close this page");
            var ended = await login.EndAsync();
            (ended.ExitCode, ended.Error).ShouldBe((0, ""));
            ended.Output.ShouldEndWith("Logged in at MCP server \"s\".\n");
        }

        (await room.RunAsync("mcp", "list")).Output.ShouldBe($"Configured MCP servers:\n✓ s: {server.Origin}/mcp (http) - Connected\n");
        var run = await room.RunAsync("-p", "hi", "--debug");
        run.ExitCode.ShouldBe(0, run.Error);
        room.Model.Requests[^1].ToolResults.Single().Text.ShouldBe("seen");
        run.Error.ShouldNotContain("issued-");
        room.FilesWith("issued-").ShouldBe([Path.Combine(room.Home, ".qwen", "mcp-oauth-tokens.json")]);

        (await room.RunAsync("mcp", "logout", "s")).Output.ShouldBe("Logged out of MCP server \"s\".\n");
        (await room.RunAsync("mcp", "logout", "s")).Output.ShouldBe("There is no login at an MCP server \"s\".\n");
        room.FilesWith("issued-").ShouldBeEmpty();
    }

    [Fact]
    public async Task Without_a_browser_on_this_machine_the_address_it_ended_at_is_pasted()
    {
        await using var room = new Room();
        await using var server = Configure(room);

        await using var login = room.StartOpen("mcp", "login", "s");
        var address = (await login.WaitForLineAsync(static line => line.Contains("/authorize?", StringComparison.Ordinal))).Trim();
        login.Type("");
        login.Type("http://localhost:7777/oauth/callback?code=evil&state=another");
        await login.WaitForErrorAsync(static line => line.Contains("That is not the address that this login ends at", StringComparison.Ordinal));
        login.Type(AuthorizedServer.Agree(new Uri(address)).AbsoluteUri);
        var ended = await login.EndAsync();

        ended.ExitCode.ShouldBe(0, ended.Error);
        ended.Output.ShouldContain("Open this address to log in at MCP server \"s\":");
        server.Forms.ShouldHaveSingleItem()["code"].ShouldBe("the-code-4711");
    }

    [Fact]
    public async Task Programs_that_renew_a_token_at_once_do_not_end_each_others_login()
    {
        await using var room = new Room();
        await using var server = Configure(room);
        server.RefreshTokens.Add("the-refresh-token");
        room.WriteHome(".qwen/mcp-oauth-tokens.json", $$$"""
            [{"serverName":"s","token":{"accessToken":"old","refreshToken":"the-refresh-token","tokenType":"Bearer","expiresAt":1000000000000},
              "clientId":"client-1","tokenEndpointAuthMethod":"none","authorizationServer":"{{{server.Issuer}}}","mcpServerUrl":"{{{server.Origin}}}/mcp","updatedAt":999999000000}]
            """);

        var results = await Task.WhenAll(Enumerable.Range(0, 3).Select(_ => room.RunAsync("mcp", "test", "s")));

        results.ShouldAllBe(static result => result.ExitCode == 0);
        server.Forms.ShouldHaveSingleItem()["refresh_token"].ShouldBe("the-refresh-token");
    }

    [Fact]
    public async Task A_login_that_is_refused_says_why()
    {
        await using var room = new Room();
        await using var server = Configure(room);

        await using var login = room.StartOpen("mcp", "login", "s");
        var address = (await login.WaitForLineAsync(static line => line.Contains("/authorize?", StringComparison.Ordinal))).Trim();
        login.Type(AuthorizedServer.Back(new Uri(address), "error=access_denied&error_description=Not%20today").AbsoluteUri);
        var ended = await login.EndAsync();

        (ended.ExitCode, ended.Error).ShouldBe((1, "The login at MCP server 's' failed: The login was refused: access_denied Not today.\n"));
    }

    [Theory]
    [InlineData("Usage: qwen mcp login NAME", "login")]
    [InlineData("There is no MCP server \"nobody\" in the settings.", "login", "nobody")]
    [InlineData("MCP server 'p' is a program", "login", "p")]
    [InlineData("Usage: qwen mcp logout NAME", "logout")]
    public async Task What_cannot_be_done_is_said(string message, params string[] words)
    {
        await using var room = new Room();
        room.WriteHome(".qwen/settings.json", """{"$version":3,"mcpServers":{"p":{"command":"sh"}}}""");

        var result = await room.RunAsync(["mcp", .. words]);

        result.ExitCode.ShouldBe(1);
        result.Error.ShouldContain(message);
    }

    private static AuthorizedServer Configure(Room room)
    {
        var server = new AuthorizedServer();
        room.Environment["NO_BROWSER"] = "1";
        room.WriteHome(".qwen/settings.json", $$$"""{"$version":3,"mcpServers":{"s":{"httpUrl":"{{{server.Origin}}}/mcp","trust":true} } }""");
        return server;
    }
}
