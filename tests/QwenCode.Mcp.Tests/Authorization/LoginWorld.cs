using QwenCode.Mcp.Authorization;
using QwenCode.Mcp.Configuration;
using QwenCode.Workspaces;

namespace QwenCode.Mcp.Tests.Authorization;

/// <summary>A server that wants a login, and the home of a user who may have one.</summary>
internal sealed class LoginWorld : AuthorizedServer
{
    private readonly string _home = Directory.CreateTempSubdirectory("qwen-login-").FullName;

    public string TokenFile => Path.Combine(_home, ".qwen", "mcp-oauth-tokens.json");

    /// <summary>Gets the addresses that the user was asked to log in at.</summary>
    public List<Uri> Shown { get; } = [];

    public McpServerConfiguration Server(string name = "srv", OAuthConfiguration? oauth = null) =>
        new() { Name = name, Transport = McpTransport.Http, Address = new Uri(Origin + "/mcp"), OAuth = oauth };

    public McpServers Connect(McpServerConfiguration? server = null, TimeProvider? time = null) => new(new McpServersOptions
    {
        Servers = [server ?? Server()],
        Workspace = new Workspace(Path.GetTempPath()),
        TokenFile = TokenFile,
        Time = time ?? TimeProvider.System,
    });

    /// <summary>Logs in; the user agrees to everything.</summary>
    public Task<string?> LogInAsync(McpServerConfiguration? server = null, Func<Uri, Uri>? browse = null) =>
        new McpLogin(server ?? Server(), TokenFile, TimeProvider.System).RunAsync(
            new Uri("http://localhost:7777/oauth/callback"), (address, _) =>
            {
                Shown.Add(address);
                return Task.FromResult(browse is null ? Agree(address) : browse(address));
            }, new CancellationTokenSource(TimeSpan.FromSeconds(30)).Token);

    /// <summary>Writes a token into the user's home.</summary>
    public void Keep(string access = "old-token-1", string? refresh = "old-refresh-1", DateTimeOffset? expires = null, string? address = null, string name = "srv", string? issuer = null)
    {
        Accepted.Add(access);
        if (refresh is not null)
        {
            RefreshTokens.Add(refresh);
        }

        var file = new TokenFile(TokenFile, TimeProvider.System);
        file.WriteAsync(new StoredToken
        {
            Server = name,
            Address = address ?? Origin + "/mcp",
            AccessToken = access,
            RefreshToken = refresh,
            Expires = expires,
            Updated = TimeProvider.System.GetUtcNow().AddHours(-1),
            ClientId = "client-1",
            ClientAuthentication = "none",
            Issuer = issuer ?? Issuer,
        }, CancellationToken.None).GetAwaiter().GetResult();
    }

    public StoredToken? Kept(string name = "srv") => new TokenFile(TokenFile, TimeProvider.System).Find(name, new Uri(Origin + "/mcp"));

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        Directory.Delete(_home, recursive: true);
    }
}
