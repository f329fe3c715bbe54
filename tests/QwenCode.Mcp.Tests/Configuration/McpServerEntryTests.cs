using System.Text.Json;
using QwenCode.Mcp.Configuration;

namespace QwenCode.Mcp.Tests.Configuration;

public sealed class McpServerEntryTests
{
    [Fact]
    public void All_fields_of_a_program_are_read()
    {
        var server = Read("""{"command":"node","args":["a","b"],"env":{"K":"v","N":1},"cwd":"sub","timeout":1500,"trust":true,"description":"d","includeTools":["x"],"excludeTools":["y"]}""");

        server.Transport.ShouldBe(McpTransport.Stdio);
        server.Command.ShouldBe("node");
        server.Arguments.ShouldBe(["a", "b"]);
        server.Environment.ShouldBe(new Dictionary<string, string> { ["K"] = "v", ["N"] = "1" });
        server.WorkingDirectory.ShouldBe("sub");
        server.Timeout.ShouldBe(TimeSpan.FromMilliseconds(1500));
        server.IsTrusted.ShouldBeTrue();
        server.Description.ShouldBe("d");
        server.IncludeTools.ShouldBe(["x"]);
        server.ExcludeTools.ShouldBe(["y"]);
    }

    [Fact]
    public void What_is_not_written_has_its_default()
    {
        var server = Read("""{"command":"node","cwd":null}""");

        server.Timeout.ShouldBe(TimeSpan.FromMinutes(10));
        server.IsTrusted.ShouldBeFalse();
        server.IncludeTools.ShouldBeNull();
        server.ExcludeTools.ShouldBeEmpty();
        server.WorkingDirectory.ShouldBeNull();
    }

    [Theory]
    [InlineData("""{"command":"c","url":"http://sse/","httpUrl":"http://http/"}""", McpTransport.Http, "http://http/")]
    [InlineData("""{"command":"c","url":"http://sse/"}""", McpTransport.Sse, "http://sse/")]
    [InlineData("""{"type":"http","url":"http://other/"}""", McpTransport.Http, "http://other/")]
    [InlineData("""{"command":"c"}""", McpTransport.Stdio, null)]
    public void Of_several_ways_the_first_counts(string entry, McpTransport transport, string? address)
    {
        var server = Read(entry);

        server.Transport.ShouldBe(transport);
        server.Address?.AbsoluteUri.ShouldBe(address);
    }

    [Theory]
    [InlineData("""[]""", "mcpServers.s must be an object.")]
    [InlineData("""{}""", "mcpServers.s says no way to reach the server")]
    [InlineData("""{"tcp":"x:1"}""", "mcpServers.s says no way to reach the server")]
    [InlineData("""{"type":"sdk","command":"x"}""", "mcpServers.s.type is \"sdk\"")]
    [InlineData("""{"command":7}""", "mcpServers.s.command must be a string.")]
    [InlineData("""{"command":""}""", "mcpServers.s.command must not be empty.")]
    [InlineData("""{"command":"c","args":"a b"}""", "mcpServers.s.args must be an array of strings.")]
    [InlineData("""{"command":"c","args":["a",1]}""", "mcpServers.s.args[1] must be a string.")]
    [InlineData("""{"command":"c","env":{"K":{}}}""", "mcpServers.s.env.K must be a string.")]
    [InlineData("""{"command":"c","timeout":0}""", "mcpServers.s.timeout must be a number of milliseconds above 0")]
    [InlineData("""{"command":"c","timeout":"5"}""", "mcpServers.s.timeout must be a number of milliseconds above 0")]
    [InlineData("""{"command":"c","timeout":1e300}""", "mcpServers.s.timeout must be a number of milliseconds above 0")]
    [InlineData("""{"command":"c","trust":"yes"}""", "mcpServers.s.trust must be true or false.")]
    [InlineData("""{"httpUrl":"file:///x"}""", "mcpServers.s.httpUrl must be an address")]
    [InlineData("""{"url":"http://x","authProviderType":"google_credentials"}""", "mcpServers.s.authProviderType is \"google_credentials\", which does not exist here")]
    [InlineData("""{"url":"http://x","authProviderType":"service_account_impersonation"}""", "mcpServers.s.authProviderType is \"service_account_impersonation\", which does not exist here")]
    [InlineData("""{"url":"http://x","oauth":[]}""", "mcpServers.s.oauth must be an object.")]
    [InlineData("""{"url":"http://x","oauth":{"enabled":1}}""", "mcpServers.s.oauth.enabled must be true or false.")]
    [InlineData("""{"url":"http://x","oauth":{"scopes":"a b"}}""", "mcpServers.s.oauth.scopes must be an array of strings.")]
    [InlineData("""{"url":"http://x","oauth":{"tokenUrl":"https://t/"}}""", "mcpServers.s.oauth must have both")]
    [InlineData("""{"url":"http://x","oauth":{"registrationUrl":"https://t/"}}""", "mcpServers.s.oauth.registrationUrl needs")]
    [InlineData("""{"url":"http://x","oauth":{"clientSecret":"s"}}""", "mcpServers.s.oauth.clientSecret needs \"clientId\"")]
    [InlineData("""{"url":"http://x","oauth":{"authorizationUrl":"http://a/","tokenUrl":"https://t/"}}""", "mcpServers.s.oauth.authorizationUrl must begin with https://.")]
    [InlineData("""{"url":"http://x","oauth":{"redirectUri":"https://evil.example/cb"}}""", "mcpServers.s.oauth.redirectUri must be an address of this machine")]
    public void What_cannot_be_used_is_named(string entry, string message) =>
        Should.Throw<McpConfigurationException>(() => Read(entry)).Message.ShouldStartWith(message);

    [Fact]
    public void A_setting_without_effect_is_not_dropped_in_silence()
    {
        Read("""{"httpUrl":"http://x/","oauth":{"enabled":true,"tokenParamName":"t"}}""").Warnings.ShouldHaveSingleItem().ShouldContain("mcpServers.s.oauth.tokenParamName has no effect");
        Read("""{"command":"x","oauth":{"enabled":true}}""").Warnings.ShouldHaveSingleItem().ShouldContain("mcpServers.s.oauth has no effect");
    }

    [Fact]
    public void What_a_login_needs_is_read()
    {
        var read = Read("""
            {"httpUrl":"https://x/mcp","authProviderType":"dynamic_discovery","oauth":{"enabled":true,"clientId":"i","clientSecret":"s","authorizationUrl":"https://a/","tokenUrl":"https://t/",
             "registrationUrl":"https://r/","scopes":["one","two"],"audiences":["au"],"redirectUri":"http://127.0.0.1:9/cb","clientMetadataUrl":"https://c/d.json"}}
            """).OAuth!;

        (read.IsEnabled, read.ClientId, read.ClientSecret).ShouldBe((true, "i", "s"));
        (read.AuthorizationAddress, read.TokenAddress, read.RegistrationAddress).ShouldBe((new Uri("https://a/"), new Uri("https://t/"), new Uri("https://r/")));
        (read.RedirectAddress, read.ClientMetadataAddress).ShouldBe((new Uri("http://127.0.0.1:9/cb"), new Uri("https://c/d.json")));
        read.Scopes.ShouldBe(["one", "two"]);
        read.Audiences.ShouldBe(["au"]);
        Read("""{"httpUrl":"https://x/mcp"}""").OAuth.ShouldBeNull();
    }

    [Theory]
    [InlineData("a", null, null, true)]
    [InlineData("a", "b", null, false)]
    [InlineData("a", "a", null, true)]
    [InlineData("a", "a(x, y)", null, true)]
    [InlineData("a", "ab(x)", null, false)]
    [InlineData("a", null, "a", false)]
    [InlineData("a", "a", "a", false)]
    [InlineData("a", null, "a(x)", true)]
    public void Exclusion_wins_over_inclusion(string tool, string? include, string? exclude, bool isWanted) =>
        new McpServerConfiguration
        {
            Name = "s",
            Transport = McpTransport.Stdio,
            IncludeTools = include is null ? null : [include],
            ExcludeTools = exclude is null ? [] : [exclude],
        }.Wants(tool).ShouldBe(isWanted);

    private static McpServerConfiguration Read(string entry)
    {
        using var json = JsonDocument.Parse(entry);
        return McpServerEntry.Read("s", json.RootElement);
    }
}
