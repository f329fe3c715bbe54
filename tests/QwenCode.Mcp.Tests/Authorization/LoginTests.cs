using System.Text.Json;
using System.Web;
using QwenCode.Mcp.Authorization;
using QwenCode.Mcp.Configuration;
using QwenCode.Mcp.Tests.Servers;

namespace QwenCode.Mcp.Tests.Authorization;

/// <summary>A user logs in at a server.</summary>
public sealed class LoginTests
{
    [Fact]
    public async Task A_login_keeps_a_token_that_only_its_owner_can_read()
    {
        await using var world = new LoginWorld();

        (await world.LogInAsync()).ShouldBeNull();

        var asked = HttpUtility.ParseQueryString(world.Shown.ShouldHaveSingleItem().Query);
        asked["code_challenge_method"].ShouldBe("S256");
        asked["resource"].ShouldBe(world.Origin + "/mcp");
        asked["client_id"].ShouldBe("client-1");
        asked["redirect_uri"].ShouldBe("http://localhost:7777/oauth/callback");
        var form = world.Forms.ShouldHaveSingleItem();
        (form["code"], form["resource"]).ShouldBe(("the-code-4711", world.Origin + "/mcp"));
        form["code_verifier"].Length.ShouldBeGreaterThanOrEqualTo(43);
        if (!OperatingSystem.IsWindows())
        {
            File.GetUnixFileMode(world.TokenFile).ShouldBe(UnixFileMode.UserRead | UnixFileMode.UserWrite);
        }

        var entry = JsonElement.Parse(await File.ReadAllTextAsync(world.TokenFile))[0];
        entry.GetProperty("serverName").GetString().ShouldBe("srv");
        entry.GetProperty("mcpServerUrl").GetString().ShouldBe(world.Origin + "/mcp");
        entry.GetProperty("tokenUrl").GetString().ShouldBe(world.Origin + "/token");
        entry.GetProperty("clientId").GetString().ShouldBe("client-1");
        entry.GetProperty("token").GetProperty("accessToken").GetString().ShouldBe("issued-token-1");
        entry.GetProperty("token").GetProperty("tokenType").GetString().ShouldBe("Bearer");
        (entry.GetProperty("token").GetProperty("expiresAt").GetInt64() - entry.GetProperty("updatedAt").GetInt64()).ShouldBe(3_600_000);
    }

    [Fact]
    public async Task What_was_kept_is_used_by_the_next_session_and_forgotten_by_a_logout()
    {
        await using var world = new LoginWorld();
        await world.LogInAsync();
        await using (var servers = world.Connect())
        {
            (await servers.PrepareAsync(CancellationToken.None)).ShouldBeEmpty();
            servers.Snapshot().ShouldHaveSingleItem().Name.ShouldBe("mcp__srv__look");
        }

        (await McpLogin.LogOutAsync("srv", world.TokenFile, TimeProvider.System, CancellationToken.None)).ShouldBeTrue();
        (await McpLogin.LogOutAsync("srv", world.TokenFile, TimeProvider.System, CancellationToken.None)).ShouldBeFalse();

        File.Exists(world.TokenFile).ShouldBeFalse();
    }

    [Fact]
    public async Task A_server_that_asks_for_a_login_only_when_a_tool_is_called_can_be_logged_in_at()
    {
        await using var world = new LoginWorld();
        world.Before = (request, body) =>
        {
            if (request.Url!.AbsolutePath is "/mcp" && request.Headers["Authorization"] is null)
            {
                world.Accepted.Add("nobody");
                request.Headers.Set("Authorization", "Bearer nobody");
            }

            return null;
        };

        (await world.LogInAsync()).ShouldBeNull();

        world.Kept()!.AccessToken.ShouldBe("issued-token-1");
    }

    [Fact]
    public async Task Addresses_of_the_settings_take_the_place_of_the_servers_own()
    {
        await using var world = new LoginWorld();
        world.Before = (request, _) => request.Url!.AbsolutePath.StartsWith("/.well-known/oauth-authorization-server", StringComparison.Ordinal) ? (404, [], "") : null;

        (await world.LogInAsync(world.Server(oauth: new OAuthConfiguration
        {
            ClientId = "mine",
            ClientSecret = "my-own-secret",
            AuthorizationAddress = new Uri(world.Origin + "/authorize"),
            TokenAddress = new Uri(world.Origin + "/token"),
            Scopes = ["read"],
            Audiences = ["them"],
        }))).ShouldBeNull();

        var asked = HttpUtility.ParseQueryString(world.Shown.ShouldHaveSingleItem().Query);
        (asked["client_id"], asked["scope"], asked["audience"]).ShouldBe(("mine", "read", "them"));
        var form = world.Forms.ShouldHaveSingleItem();
        (form["client_id"], form["client_secret"]).ShouldBe(("mine", "my-own-secret"));
        world.CountOf("POST /register").ShouldBe(0);
    }

    [Fact]
    public async Task An_answer_as_a_form_is_read_too()
    {
        await using var world = new LoginWorld();
        world.Accepted.Add("from-a-form");
        world.Before = (request, _) => request.Url!.AbsolutePath is "/token" ? (200, ["Content-Type: application/x-www-form-urlencoded"], "access_token=from-a-form&token_type=bearer&expires_in=60") : null;

        (await world.LogInAsync()).ShouldBeNull();

        world.Kept()!.AccessToken.ShouldBe("from-a-form");
    }

    [Theory]
    [InlineData("code=c&iss=https%3A%2F%2Fevil.example", "", "does not match expected issuer")]
    [InlineData("code=c", ",\"authorization_response_iss_parameter_supported\":true", "none was received")]
    [InlineData("error=access_denied&error_description=no", "", "The login was refused: access_denied no")]
    [InlineData("nothing=1", "", "null or empty authorization code")]
    [InlineData("code=c&code=d", "", "null or empty authorization code")]
    public async Task What_comes_back_wrong_is_refused(string query, string metadata, string message)
    {
        await using var world = new LoginWorld();
        world.Metadata += metadata;

        var failure = await Should.ThrowAsync<LoginFailedException>(() => world.LogInAsync(browse: address => LoginWorld.Back(address, query)));

        failure.Message.ShouldContain(message);
        failure.Message.ShouldStartWith("The login at MCP server 'srv' failed: ");
        world.Forms.ShouldBeEmpty();
        File.Exists(world.TokenFile).ShouldBeFalse();
    }

    [Fact]
    public async Task An_answer_to_another_login_is_refused()
    {
        await using var world = new LoginWorld();

        var failure = await Should.ThrowAsync<LoginFailedException>(() => world.LogInAsync(browse: static _ => new Uri("http://localhost:7777/oauth/callback?code=c&state=another")));

        failure.Message.ShouldContain("state did not match");
        world.Forms.ShouldBeEmpty();
    }

    [Theory]
    [InlineData("\"x\":1", "does not include 'code_challenge_methods_supported'")]
    [InlineData("\"code_challenge_methods_supported\":[\"plain\"]", "'S256'")]
    [InlineData("\"code_challenge_methods_supported\":[\"S256\"],\"authorization_endpoint\":\"http://evil.example/a\"", "must begin with https://: http://evil.example/a")]
    [InlineData("\"code_challenge_methods_supported\":[\"S256\"],\"token_endpoint\":\"http://evil.example/t\"", "must begin with https://: http://evil.example/t")]
    [InlineData("\"code_challenge_methods_supported\":[\"S256\"],\"registration_endpoint\":\"http://evil.example/r\"", "must begin with https://: http://evil.example/r")]
    [InlineData("\"code_challenge_methods_supported\":[\"S256\"],\"authorization_endpoint\":\"file:///etc/passwd\"", "must use HTTP or HTTPS")]
    [InlineData("\"code_challenge_methods_supported\":[\"S256\"],\"issuer\":\"https://evil.example\"", "does not match the expected issuer")]
    public async Task A_description_that_is_not_safe_is_refused(string metadata, string message)
    {
        await using var world = new LoginWorld { Metadata = metadata };

        var failure = await Should.ThrowAsync<LoginFailedException>(() => world.LogInAsync());

        failure.Message.ShouldContain(message);
        world.Forms.ShouldBeEmpty();
        File.Exists(world.TokenFile).ShouldBeFalse();
    }

    [Fact]
    public async Task A_server_that_calls_itself_another_is_refused()
    {
        await using var world = new LoginWorld { Resource = "https://bank.example/mcp" };

        (await Should.ThrowAsync<LoginFailedException>(() => world.LogInAsync())).Message.ShouldContain("does not match the expected URI");

        world.Shown.ShouldBeEmpty();
    }

    [Fact]
    public async Task An_authorization_server_without_encryption_is_refused()
    {
        await using var world = new LoginWorld { Issuer = "http://login.example" };

        (await Should.ThrowAsync<LoginFailedException>(() => world.LogInAsync())).Message.ShouldContain("The authorization server must begin with https://: http://login.example");
    }

    [Theory]
    [InlineData(400, """{"error":"invalid_grant","error_description":"the-code-4711 is used"}""", "No token was issued (HTTP status 400 of ")]
    [InlineData(500, "<html>", "No token was issued (HTTP status 500 of ")]
    [InlineData(200, "{}", "No token was issued (HTTP status 200 of ")]
    [InlineData(200, """{"access_token":"a b\r\nX: y","token_type":"Bearer"}""", "cannot be sent in a header")]
    [InlineData(200, """{"access_token":"abc","token_type":"DPoP"}""", "unsupported token type: 'DPoP'")]
    [InlineData(302, "", "No token was issued (HTTP status 302 of ")]
    public async Task No_token_is_said_without_the_secrets_of_the_login(int status, string body, string message)
    {
        await using var world = new LoginWorld();
        world.Before = (request, _) => request.Url!.AbsolutePath is "/token" ? (status, ["Location: http://127.0.0.1:1/elsewhere"], body) : null;

        var failure = await Should.ThrowAsync<LoginFailedException>(() => world.LogInAsync());

        failure.Message.ShouldContain(message);
        failure.Message.ShouldNotContain("the-code-4711");
        File.Exists(world.TokenFile).ShouldBeFalse();
    }

    [Fact]
    public async Task A_server_that_demands_nothing_has_no_login()
    {
        await using var world = new LoginWorld();
        world.Before = (request, body) =>
        {
            world.Accepted.Add("nobody");
            request.Headers.Set("Authorization", "Bearer nobody");
            return request.Url!.AbsolutePath is "/mcp" ? null : (404, [], "");
        };

        await Should.ThrowAsync<LoginFailedException>(() => world.LogInAsync());

        world.Shown.ShouldAllBe(address => address.AbsolutePath == "/authorize");
    }

    [Fact]
    public async Task A_program_has_no_login() => (await Should.ThrowAsync<LoginFailedException>(() => new McpLogin(
        new McpServerConfiguration { Name = "p", Transport = McpTransport.Stdio, Command = "x" }, "/nowhere", TimeProvider.System).RunAsync(
            new Uri("http://localhost:1/"), static (_, _) => throw new InvalidOperationException(), CancellationToken.None))).Message.ShouldContain("is a program");

    [Fact]
    public async Task A_login_asks_for_the_rights_that_a_call_was_refused_for()
    {
        await using var world = new LoginWorld();
        world.Keep();
        world.Before = (_, body) => body.Contains("tools/call", StringComparison.Ordinal) ? (403, ["WWW-Authenticate: Bearer error=\"insufficient_scope\", scope=\"write admin\""], "{}") : null;
        await using (var servers = world.Connect())
        {
            await servers.PrepareAsync(CancellationToken.None);
            var result = await servers.Snapshot()[0].Prepare().ExecuteAsync(CancellationToken.None);
            result.Error!.Message.ShouldContain("MCP server 'srv' demands more rights than the login has (write admin). Log in with: qwen mcp login srv");
        }

        await world.LogInAsync();

        HttpUtility.ParseQueryString(world.Shown.ShouldHaveSingleItem().Query)["scope"].ShouldBe("write admin");
        world.Kept()!.Demanded.ShouldBeNull();
    }
}
