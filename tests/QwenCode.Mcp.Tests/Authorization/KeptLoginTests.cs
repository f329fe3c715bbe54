using ModelContextProtocol.Authentication;
using QwenCode.Mcp.Authorization;
using QwenCode.Mcp.Configuration;
using QwenCode.Mcp.Tests.Servers;

namespace QwenCode.Mcp.Tests.Authorization;

/// <summary>Sessions use logins that were made before; nobody is asked to log in there.</summary>
public sealed class KeptLoginTests
{
    private static readonly DateTimeOffset Past = TimeProvider.System.GetUtcNow().AddMinutes(-1);

    [Fact]
    public async Task A_server_that_wants_a_login_is_told_of_once_and_nothing_of_a_login_is_begun()
    {
        await using var world = new LoginWorld();
        await using var servers = world.Connect();

        (await servers.PrepareAsync(CancellationToken.None)).ShouldHaveSingleItem().ShouldBe("MCP server 'srv' wants a login. Log in with: qwen mcp login srv.");

        (await servers.PrepareAsync(CancellationToken.None)).ShouldBeEmpty();
        servers.Status.ShouldHaveSingleItem().ShouldBe(new QwenCode.Sessions.McpServerStatus("srv", "disconnected") { NeedsLogin = true });
        world.Asked.ShouldAllBe(static asked => asked == "POST /mcp");
    }

    [Fact]
    public async Task A_server_joins_as_soon_as_the_user_has_logged_in()
    {
        await using var world = new LoginWorld();
        await using var servers = world.Connect();
        await servers.PrepareAsync(CancellationToken.None);

        await world.LogInAsync();

        while (servers.Snapshot().Count == 0)
        {
            await Task.Yield();
        }

        servers.Status.ShouldHaveSingleItem().ShouldBe(new QwenCode.Sessions.McpServerStatus("srv", "connected"));
    }

    [Fact]
    public async Task A_server_that_is_used_with_a_login_only_is_not_even_contacted_without_one()
    {
        await using var world = new LoginWorld();
        await using var servers = world.Connect(world.Server(oauth: new OAuthConfiguration { IsEnabled = true }));

        (await servers.PrepareAsync(CancellationToken.None)).ShouldHaveSingleItem().ShouldContain("is used with a login only");

        world.Asked.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_token_goes_to_the_address_alone_that_it_was_issued_for()
    {
        await using var world = new LoginWorld();
        world.Keep(address: "https://other.example/mcp");
        await using var servers = world.Connect();

        (await servers.PrepareAsync(CancellationToken.None)).ShouldHaveSingleItem().ShouldContain("wants a login");
    }

    [Fact]
    public async Task A_token_takes_the_place_of_a_header_of_the_settings()
    {
        await using var world = new LoginWorld();
        world.Keep();
        await using var servers = world.Connect(world.Server() with { Headers = new Dictionary<string, string> { ["authorization"] = "Bearer outdated" } });

        (await servers.PrepareAsync(CancellationToken.None)).ShouldBeEmpty();

        servers.Snapshot().ShouldHaveSingleItem();
    }

    [Fact]
    public async Task Credentials_of_the_settings_that_are_refused_begin_no_login()
    {
        await using var world = new LoginWorld();
        await using var servers = world.Connect(world.Server() with { Headers = new Dictionary<string, string> { ["Authorization"] = "Bearer wrong-token" } });

        (await servers.PrepareAsync(CancellationToken.None)).ShouldHaveSingleItem().ShouldContain("the server refused the credentials (HTTP status 401)");

        world.Asked.ShouldAllBe(static asked => asked == "POST /mcp");
    }

    [Fact]
    public async Task A_token_that_has_expired_is_renewed_without_anybody_being_asked()
    {
        await using var world = new LoginWorld();
        world.Keep(expires: Past);
        await using var servers = world.Connect();

        (await servers.PrepareAsync(CancellationToken.None)).ShouldBeEmpty();

        servers.Snapshot().ShouldHaveSingleItem();
        var form = world.Forms.ShouldHaveSingleItem();
        (form["grant_type"], form["refresh_token"], form["client_id"], form["resource"]).ShouldBe(("refresh_token", "old-refresh-1", "client-1", world.Origin + "/mcp"));
        (world.Kept()!.AccessToken, world.Kept()!.RefreshToken).ShouldBe(("issued-token-1", "issued-refresh-1"));
    }

    [Fact]
    public async Task A_token_that_the_server_takes_no_more_is_renewed_before_its_time()
    {
        await using var world = new LoginWorld();
        world.Keep(expires: TimeProvider.System.GetUtcNow().AddHours(1));
        world.Accepted.Clear();
        await using var servers = world.Connect();

        (await servers.PrepareAsync(CancellationToken.None)).ShouldBeEmpty();

        world.Forms.ShouldHaveSingleItem()["refresh_token"].ShouldBe("old-refresh-1");
        world.Kept()!.AccessToken.ShouldBe("issued-token-1");
    }

    [Fact]
    public async Task A_message_that_is_sent_again_with_a_new_token_is_a_message_as_before()
    {
        await using var world = new LoginWorld();
        world.Keep();
        var marks = 0;
        var lists = 0;
        world.Before = (request, body) =>
        {
            marks += request.Headers["X-Qwen-Message"] is null ? 0 : 1;
            return !body.Contains("tools/list", StringComparison.Ordinal) ? null
                : lists++ == 0 ? (401, ["WWW-Authenticate: Bearer"], "{}")
                : (200, ["Content-Type: application/json"], $$$"""{"jsonrpc":"2.0","id":{{{System.Text.Json.JsonElement.Parse(body).GetProperty("id").GetRawText()}}},"result":{"tools":[{"name":"look","description":"{{{new string('x', 3 * 1024 * 1024)}}}","inputSchema":{"type":"object"}}]} }""");
        };
        await using var servers = world.Connect();

        (await servers.PrepareAsync(CancellationToken.None)).ShouldBeEmpty();

        servers.Snapshot().ShouldHaveSingleItem();
        (lists, marks).ShouldBe((2, 0));
        world.Forms.ShouldHaveSingleItem();
    }

    [Fact]
    public async Task A_refresh_token_that_is_not_replaced_stays()
    {
        await using var world = new LoginWorld();
        world.Keep(expires: Past);
        world.Accepted.Add("renewed");
        world.Before = (request, _) => request.Url!.AbsolutePath is "/token" ? (200, [], """{"access_token":"renewed","token_type":"Bearer","expires_in":"3600"}""") : null;
        await using var servers = world.Connect();

        (await servers.PrepareAsync(CancellationToken.None)).ShouldBeEmpty();

        (world.Kept()!.AccessToken, world.Kept()!.RefreshToken).ShouldBe(("renewed", "old-refresh-1"));
        world.Kept()!.Expires.ShouldNotBeNull();
    }

    [Fact]
    public async Task A_refresh_token_that_is_refused_ends_the_login()
    {
        await using var world = new LoginWorld();
        world.Keep(expires: Past);
        world.RefreshTokens.Clear();
        await using var servers = world.Connect();

        var notice = (await servers.PrepareAsync(CancellationToken.None)).ShouldHaveSingleItem();

        notice.ShouldStartWith("The login at MCP server 'srv' has ended (HTTP status 400 of ");
        notice.ShouldContain("invalid_grant unknown refresh token");
        notice.ShouldContain("Log in with: qwen mcp login srv");
        notice.ShouldNotContain("old-refresh-1");
        File.Exists(world.TokenFile).ShouldBeFalse();
        world.CountOf("POST /register").ShouldBe(0);
    }

    [Fact]
    public async Task A_place_of_tokens_that_is_down_does_not_end_the_login()
    {
        await using var world = new LoginWorld();
        world.Keep(expires: Past);
        world.Before = (request, _) => request.Url!.AbsolutePath is "/token" ? (503, [], "") : null;
        await using var servers = world.Connect();

        (await servers.PrepareAsync(CancellationToken.None)).ShouldHaveSingleItem().ShouldContain("It is tried again from time to time");

        world.Kept()!.RefreshToken.ShouldBe("old-refresh-1");
    }

    [Fact]
    public async Task A_server_that_changes_its_authorization_server_gets_neither_the_refresh_token_nor_a_new_login()
    {
        await using var world = new LoginWorld();
        world.Keep(expires: Past, issuer: "https://login.example");
        await using var servers = world.Connect();

        (await servers.PrepareAsync(CancellationToken.None)).ShouldHaveSingleItem().ShouldContain("has changed to the authorization server " + world.Origin);

        world.Forms.ShouldBeEmpty();
        world.CountOf("POST /register").ShouldBe(0);
    }

    [Fact]
    public async Task Of_many_that_renew_a_token_at_once_one_does_and_the_others_take_what_it_got()
    {
        await using var world = new LoginWorld();
        world.Keep(expires: Past);
        var all = Enumerable.Range(0, 8).Select(_ => world.Connect()).ToArray();

        var news = await Task.WhenAll(all.Select(static servers => servers.PrepareAsync(CancellationToken.None).AsTask()));

        news.ShouldAllBe(static some => some.Count == 0);
        world.Forms.ShouldHaveSingleItem();
        foreach (var servers in all)
        {
            servers.Snapshot().ShouldHaveSingleItem();
            await servers.DisposeAsync();
        }
    }

    [Theory]
    [InlineData(307)]
    [InlineData(302)]
    public async Task A_token_does_not_follow_a_redirect_to_another_host(int status)
    {
        await using var world = new LoginWorld();
        await using var other = new LoginWorld();
        world.Keep();
        world.Before = (request, _) => request.Url!.AbsolutePath is "/mcp" ? (status, [$"Location: {other.Origin}/mcp"], "") : null;
        await using var servers = world.Connect();

        (await servers.PrepareAsync(CancellationToken.None)).ShouldHaveSingleItem().ShouldContain($"redirects to another host, which is not followed: {other.Origin}/mcp");

        other.Asked.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_redirect_within_the_host_is_followed()
    {
        await using var world = new LoginWorld();
        world.Keep(address: world.Origin + "/old");
        world.Before = (request, _) => request.Url!.AbsolutePath is "/old" ? (308, ["Location: /mcp"], "") : null;
        await using var servers = world.Connect(world.Server() with { Address = new Uri(world.Origin + "/old") });

        (await servers.PrepareAsync(CancellationToken.None)).ShouldBeEmpty();

        servers.Snapshot().ShouldHaveSingleItem();
    }

    [Fact]
    public async Task Messages_go_to_no_other_host_that_a_server_of_events_names()
    {
        await using var world = new LoginWorld();
        await using var other = new LoginWorld();
        world.Keep();
        world.Before = (request, _) => request.HttpMethod is "GET" && request.Url!.AbsolutePath is "/mcp"
            ? (200, ["Content-Type: text/event-stream"], $"event: endpoint\ndata: {other.Origin}/mcp\n\n") : null;
        await using var servers = world.Connect(world.Server() with { Transport = McpTransport.Sse, Headers = new Dictionary<string, string> { ["X-Key"] = "my-own-key" } });

        await servers.PrepareAsync(CancellationToken.None);

        other.Asked.ShouldBeEmpty();
        servers.Snapshot().ShouldBeEmpty();
    }

    [Fact]
    public async Task A_token_that_a_server_throws_back_is_not_shown()
    {
        await using var world = new LoginWorld();
        world.Keep(access: "the-very-secret-token");
        world.Before = (request, _) => request.Headers["Authorization"] is { } sent ? (200, [], $$$"""{"jsonrpc":"2.0","id":1,"error":{"code":-32000,"message":"bad {{{sent}}}"}}""") : null;
        await using var servers = world.Connect();

        var notice = string.Join('\n', await servers.PrepareAsync(CancellationToken.None));

        notice.ShouldNotContain("the-very-secret-token");
    }

    [Fact]
    public async Task A_damaged_file_is_named_and_not_quoted()
    {
        await using var world = new LoginWorld();
        Directory.CreateDirectory(Path.GetDirectoryName(world.TokenFile)!);
        await File.WriteAllTextAsync(world.TokenFile, "[{\"token\": secret-in-there");
        await using var servers = world.Connect();

        var notice = (await servers.PrepareAsync(CancellationToken.None)).ShouldHaveSingleItem();

        notice.ShouldContain($"{world.TokenFile} is damaged; remove it and log in again");
        notice.ShouldNotContain("secret-in-there");
    }

    [Fact]
    public async Task Entries_of_others_stay_as_they_are()
    {
        await using var world = new LoginWorld();
        Directory.CreateDirectory(Path.GetDirectoryName(world.TokenFile)!);
        await File.WriteAllTextAsync(world.TokenFile, """[{"serverName":"theirs","more":{"kept":[1,2]}},7]""");

        await world.LogInAsync();
        await McpLogin.LogOutAsync("srv", world.TokenFile, TimeProvider.System, CancellationToken.None);

        System.Text.Json.JsonElement.Parse(await File.ReadAllTextAsync(world.TokenFile)).ToString().Replace(" ", "", StringComparison.Ordinal)
            .ReplaceLineEndings("").ShouldBe("""[{"serverName":"theirs","more":{"kept":[1,2]}},7]""");
    }

    [Fact]
    public async Task Many_writers_lose_nothing_of_each_other()
    {
        await using var world = new LoginWorld();

        await Task.WhenAll(Enumerable.Range(0, 20).Select(i => Task.Run(() => new ServerTokens($"s{i}", new Uri("https://x/"), new TokenFile(world.TokenFile, TimeProvider.System), TimeProvider.System)
            .StoreTokensAsync(new TokenContainer { AccessToken = "a", TokenType = "Bearer", ObtainedAt = default }, CancellationToken.None).AsTask())));

        System.Text.Json.JsonElement.Parse(await File.ReadAllTextAsync(world.TokenFile)).GetArrayLength().ShouldBe(20);
    }

    [Fact]
    public async Task A_call_whose_login_ends_meanwhile_says_what_to_do_and_works_again_after_a_login()
    {
        await using var world = new LoginWorld();
        world.Keep(refresh: null);
        await using var servers = world.Connect();
        await servers.PrepareAsync(CancellationToken.None);
        var tool = servers.Snapshot().ShouldHaveSingleItem();
        world.Accepted.Clear();

        (await tool.Prepare().ExecuteAsync(CancellationToken.None)).Error!.Message.ShouldContain("The login at MCP server 'srv' has ended. Log in with: qwen mcp login srv");
        await world.LogInAsync();

        (await tool.Prepare().ExecuteAsync(CancellationToken.None)).Error.ShouldBeNull();
    }

    [Theory]
    [InlineData("http://login.example/a", "https://srv.example/mcp")]
    [InlineData("http://127.0.0.1/a", "https://srv.example/mcp")]
    [InlineData("https://127.0.0.1/a", "https://srv.example/mcp")]
    [InlineData("https://192.168.1.1/a", "https://srv.example/mcp")]
    [InlineData("https://169.254.169.254/latest", "https://srv.example/mcp")]
    [InlineData("http://login.example/a", "http://localhost:1/mcp")]
    [InlineData("ftp://login.example/a", "https://srv.example/mcp")]
    public void What_a_server_names_for_its_login_must_be_safe(string named, string server) =>
        Should.Throw<LoginFailedException>(() => NamedAddress.Check(new Uri(named), new Uri(server), "It"));

    [Theory]
    [InlineData("https://login.example/a", "https://srv.example/mcp")]
    [InlineData("http://127.0.0.1:2/a", "http://localhost:1/mcp")]
    [InlineData("https://10.0.0.1/a", "https://10.0.0.2/mcp")]
    public void What_is_safe_is_taken(string named, string server) =>
        Should.NotThrow(() => NamedAddress.Check(new Uri(named), new Uri(server), "It"));

    [Theory]
    [InlineData("error=\"insufficient_scope\", scope=\"a, b=c\"", "scope", "a, b=c")]
    [InlineData("scope=x,error=invalid_token", "error", "invalid_token")]
    [InlineData("realm=\"say \\\"hi\\\"\", scope=\"z\"", "realm", "say \"hi\"")]
    [InlineData("realm=\"open", "scope", null)]
    [InlineData("realm=\"open", "realm", "open")]
    [InlineData("=,=,==\"", "scope", null)]
    [InlineData(null, "scope", null)]
    public void A_challenge_is_read(string? parameters, string name, string? value) => ChallengeParameters.Find(parameters, name).ShouldBe(value);

    [Fact]
    public async Task The_browser_is_waited_for_and_everybody_else_is_sent_away()
    {
        using var callback = LoopbackCallback.Open(new Uri("http://localhost:0/oauth/callback"), mayMove: true);
        var received = callback.ReceiveAsync("right", CancellationToken.None);
        using var client = new HttpClient();
        using var silent = new System.Net.Sockets.TcpClient("127.0.0.1", callback.Address.Port);

        foreach (var wrong in new[] { "/favicon.ico", "/oauth/callback?code=evil&state=wrong", "/oauth/callback?code=evil", "/oauth/callback?state=right&state=x", "/other?code=a&state=right" })
        {
            (await client.GetAsync(new Uri(callback.Address, wrong))).StatusCode.ShouldBe(System.Net.HttpStatusCode.NotFound);
        }

        (await client.PostAsync(new Uri(callback.Address, "/oauth/callback?code=c&state=right"), new StringContent(""))).StatusCode.ShouldBe(System.Net.HttpStatusCode.NotFound);
        received.IsCompleted.ShouldBeFalse();
        (await client.GetStringAsync(new Uri(callback.Address, "/oauth/callback?code=good&state=right"))).ShouldContain("You can close this page");

        (await received).PathAndQuery.ShouldBe("/oauth/callback?code=good&state=right");
    }

    [Fact]
    public void A_port_that_is_taken_is_named_or_left()
    {
        using var first = LoopbackCallback.Open(new Uri("http://127.0.0.1:0/cb"), mayMove: false);

        Should.Throw<LoginFailedException>(() => LoopbackCallback.Open(first.Address, mayMove: false)).Message.ShouldContain($"Port {first.Address.Port} of this machine");
        using var second = LoopbackCallback.Open(first.Address, mayMove: true);

        second.Address.Port.ShouldNotBe(first.Address.Port);
        second.Address.AbsolutePath.ShouldBe("/cb");
    }
}
