using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using System.Web;

namespace QwenCode.Mcp.Tests.Authorization;

/// <summary>An MCP server and its authorization server on one port of loopback, which a test bends.</summary>
#pragma warning disable CA1852 // Two test projects have this file, and only one derives from it.
internal class AuthorizedServer : IAsyncDisposable
#pragma warning restore CA1852
{
    private readonly HttpListener _listener = new();
    private readonly Lock _gate = new();
    private readonly Task _serving;
    private int _issued;

    public AuthorizedServer()
    {
        using var probe = new TcpListener(IPAddress.Loopback, 0);
        probe.Start();
        Origin = $"http://127.0.0.1:{((IPEndPoint)probe.LocalEndpoint).Port}";
        probe.Stop();
        _listener.Prefixes.Add(Origin + "/");
        _listener.Start();
        Issuer = Origin;
        Resource = Origin + "/mcp";
        _serving = ServeAsync();
    }

    public string Origin { get; }

    public string Issuer { get; set; }

    public string Resource { get; set; }

    /// <summary>Gets or sets members of the authorization server's description that differ from the usual.</summary>
    public string Metadata { get; set; } = "\"code_challenge_methods_supported\":[\"S256\"]";

    /// <summary>Gets the tokens that the server takes; whatever is issued is added.</summary>
    public HashSet<string> Accepted { get; } = [];

    public HashSet<string> RefreshTokens { get; } = [];

    /// <summary>Gets or sets how long tokens live, in seconds; as it stands in the answer.</summary>
    public string Life { get; set; } = "3600";

    /// <summary>Gets or sets what answers before the world does: a status, headers and a body, or nothing.</summary>
    public Func<HttpListenerRequest, string, (int Status, string[] Headers, string Body)?> Before { get; set; } = static (_, _) => null;

    /// <summary>Gets what was asked, as <c>METHOD /path</c>.</summary>
    public List<string> Asked { get; } = [];

    /// <summary>Gets the forms that were sent to the place where tokens are issued.</summary>
    public List<Dictionary<string, string>> Forms { get; } = [];

    public int CountOf(string asked)
    {
        lock (_gate)
        {
            return Asked.Count(one => one == asked);
        }
    }

    /// <summary>What a browser comes back with from the page of the authorization server.</summary>
    public static Uri Agree(Uri address) => Back(address, "code=the-code-4711");

    public static Uri Back(Uri address, string query) =>
        new($"{HttpUtility.ParseQueryString(address.Query)["redirect_uri"]}?{query}&state={HttpUtility.ParseQueryString(address.Query)["state"]}");

    public virtual async ValueTask DisposeAsync()
    {
        _listener.Close();
        await _serving;
    }

    private async Task ServeAsync()
    {
        var answering = new List<Task>();
        while (true)
        {
            try
            {
                answering.Add(AnswerAsync(await _listener.GetContextAsync()));
            }
            catch (Exception exception) when (exception is HttpListenerException or ObjectDisposedException)
            {
                await Task.WhenAll(answering);
                return;
            }
        }
    }

    private async Task AnswerAsync(HttpListenerContext context)
    {
        try
        {
            var body = await new StreamReader(context.Request.InputStream).ReadToEndAsync();
            var (status, headers, text) = Before(context.Request, body) ?? Answer(context.Request, body);
            context.Response.StatusCode = status;
            foreach (var header in headers)
            {
                context.Response.AddHeader(header[..header.IndexOf(':', StringComparison.Ordinal)], header[(header.IndexOf(':', StringComparison.Ordinal) + 1)..].Trim());
            }

            context.Response.ContentType ??= "application/json";
            await context.Response.OutputStream.WriteAsync(Encoding.UTF8.GetBytes(text));
            context.Response.Close();
        }
        catch (Exception exception) when (exception is HttpListenerException or ObjectDisposedException or IOException)
        {
            // The client has gone.
        }
    }

    public (int Status, string[] Headers, string Body) Answer(HttpListenerRequest request, string body)
    {
        lock (_gate)
        {
            var path = request.Url!.AbsolutePath;
            Asked.Add($"{request.HttpMethod} {path}");
            return path switch
            {
                "/mcp" when request.HttpMethod is not "POST" => (405, [], ""),
                "/mcp" => Accepts(request) ? Speak(body) : (401, [$"WWW-Authenticate: Bearer realm=\"a, b\", resource_metadata=\"{Origin}/.well-known/oauth-protected-resource/mcp\""], "{}"),
                "/.well-known/oauth-protected-resource/mcp" => (200, [], $$"""{"resource":"{{Resource}}","authorization_servers":["{{Issuer}}"]}"""),
                "/.well-known/oauth-authorization-server" => (200, [], $$"""{"issuer":"{{Issuer}}","authorization_endpoint":"{{Origin}}/authorize","token_endpoint":"{{Origin}}/token","registration_endpoint":"{{Origin}}/register","token_endpoint_auth_methods_supported":["none"],{{Metadata}}}"""),
                "/authorize" => (302, [$"Location: {Agree(request.Url)}"], ""),
                "/register" => (201, [], """{"client_id":"client-1","token_endpoint_auth_method":"none"}"""),
                "/token" => Issue(HttpUtility.ParseQueryString(body)),
                _ => (404, [], "{}"),
            };
        }
    }

    private bool Accepts(HttpListenerRequest request) =>
        request.Headers["Authorization"] is { } value && value.StartsWith("Bearer ", StringComparison.Ordinal) && Accepted.Contains(value["Bearer ".Length..]);

    private (int Status, string[] Headers, string Body) Issue(System.Collections.Specialized.NameValueCollection form)
    {
        Forms.Add(form.AllKeys.ToDictionary(static key => key!, key => form[key]!));
        if (form["grant_type"] is "refresh_token" && !RefreshTokens.Remove(form["refresh_token"]!))
        {
            return (400, [], """{"error":"invalid_grant","error_description":"unknown refresh token"}""");
        }

        var (access, refresh) = ($"issued-token-{++_issued}", $"issued-refresh-{_issued}");
        Accepted.Add(access);
        RefreshTokens.Add(refresh);
        return (200, [], $$"""{"access_token":"{{access}}","token_type":"Bearer","refresh_token":"{{refresh}}","expires_in":{{Life}},"scope":"all"}""");
    }

    private static (int Status, string[] Headers, string Body) Speak(string body)
    {
        var message = JsonElement.Parse(body);
        if (!message.TryGetProperty("id", out var id))
        {
            return (202, [], "");
        }

        var result = message.GetProperty("method").GetString() switch
        {
            "initialize" => """{"protocolVersion":"2025-06-18","capabilities":{"tools":{}},"serverInfo":{"name":"test","version":"1"}}""",
            "tools/list" => """{"tools":[{"name":"look","description":"Looks.","inputSchema":{"type":"object","properties":{}}}]}""",
            "tools/call" => """{"content":[{"type":"text","text":"seen"}]}""",
            _ => null,
        };
        return (200, [], result is null
            ? $$$"""{"jsonrpc":"2.0","id":{{{id.GetRawText()}}},"error":{"code":-32601,"message":"no"}}"""
            : $$"""{"jsonrpc":"2.0","id":{{id.GetRawText()}},"result":{{result}}}""");
    }
}
