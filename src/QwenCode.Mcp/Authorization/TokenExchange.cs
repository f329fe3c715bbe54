using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using QwenCode.Mcp.Configuration;
using QwenCode.Platform.Json;
using QwenCode.Platform.Text;

namespace QwenCode.Mcp.Authorization;

/// <summary>
/// Talks to the place where tokens are issued: reads what servers answer there in all its forms, and renews a token in one program at a
/// time, because most servers take a refresh token once.
/// </summary>
/// <param name="server">The server.</param>
/// <param name="file">Where its tokens are kept.</param>
/// <param name="time">The clock.</param>
internal sealed class TokenExchange(McpServerConfiguration server, TokenFile file, TimeProvider time)
{
    private const int MaxToken = 64 * 1024;
    private const int MaxShown = 200;
    private const int ShortestSecret = 6;
    private static readonly TimeSpan RenewalPatience = TimeSpan.FromSeconds(30);

    /// <summary>Gets the scopes that the server has demanded of the login that is kept.</summary>
    public string? Demanded => file.Find(server.Name, server.Address!)?.Demanded;

    /// <summary>Keeps what the server demands beyond a login, for the next one to ask for.</summary>
    public async Task RememberDemandAsync(StoredToken? token, string scope, CancellationToken cancellationToken)
    {
        if (token is not null && token.Demanded != scope)
        {
            await file.WriteAsync(token with { Demanded = scope }, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Sends a request of the login.</summary>
    /// <param name="request">The request.</param>
    /// <param name="tokens">The server's tokens.</param>
    /// <param name="send">Sends a request.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="LoginFailedException">No token is issued.</exception>
    /// <exception cref="LoginRequiredException">The login that is kept is not good any more.</exception>
    public async Task<HttpResponseMessage> SendAsync(
        HttpRequestMessage request, ServerTokens tokens, Func<HttpRequestMessage, CancellationToken, Task<HttpResponseMessage>> send,
        CancellationToken cancellationToken)
    {
        if (request.Content is not FormUrlEncodedContent content)
        {
            return await send(request, cancellationToken).ConfigureAwait(false);
        }

        tokens.TokenAddress = request.RequestUri;
        var form = AddressQuery.Read(await content.ReadAsStringAsync(cancellationToken).ConfigureAwait(false));
        foreach (var secret in new[] { "client_secret", "refresh_token", "code", "code_verifier" })
        {
            server.Issued.Add(form.GetValueOrDefault(secret));
        }

        if (form.GetValueOrDefault("grant_type") is "refresh_token")
        {
            // Begun is begun: the old token counts for nothing once the server has answered, whether that is waited for or not.
            return await RenewAsync(request, request.Headers.Authorization, form, tokens, send)
                .WaitAsync(cancellationToken).ConfigureAwait(false);
        }

        var answer = await send(request, cancellationToken).ConfigureAwait(false);
        var body = await ReadAsync(answer, cancellationToken).ConfigureAwait(false);
        return answer.IsSuccessStatusCode && body.Text("access_token") is not null
            ? Answer(request, Render(body, null))
            : throw new LoginFailedException($"No token was issued{Reason(answer, body)}");
    }

    /// <summary>Makes a server's words fit for a line of a message.</summary>
    public static string Plain(string text) =>
        TextCut.Head(string.Concat(text.Select(static character => char.IsControl(character) ? ' ' : character)), MaxShown);

    private async Task<HttpResponseMessage> RenewAsync(
        HttpRequestMessage asked, AuthenticationHeaderValue? client, Dictionary<string, string> form, ServerTokens tokens,
        Func<HttpRequestMessage, CancellationToken, Task<HttpResponseMessage>> send)
    {
        using var limit = new CancellationTokenSource(RenewalPatience, time);
        using var held = await file.LockAsync(limit.Token).ConfigureAwait(false);
        if (file.Find(server.Name, server.Address!) is not { RefreshToken: { } refresh } kept)
        {
            throw new LoginRequiredException(server.Name, $"The login at MCP server '{server.Name}' has ended");
        }

        // Another program was quicker.
        if (!tokens.WasRejected(kept.AccessToken) && (kept.Renews is null || kept.Renews > time.GetUtcNow()))
        {
            return Answer(asked, Render(kept));
        }

        form["refresh_token"] = refresh;
        server.Issued.Add(refresh);
        using var request = new HttpRequestMessage(HttpMethod.Post, asked.RequestUri) { Content = new FormUrlEncodedContent(form) };
        request.Headers.Authorization = client;
        using var answer = await send(request, limit.Token).ConfigureAwait(false);
        var body = await ReadAsync(answer, limit.Token).ConfigureAwait(false);
        if (answer.IsSuccessStatusCode && body.Text("access_token") is not null)
        {
            var renewed = Render(body, refresh);
            var json = JsonElement.Parse(renewed.Span);
            var now = time.GetUtcNow();
            file.Write(kept with
            {
                AccessToken = json.Text("access_token")!,
                RefreshToken = json.Text("refresh_token"),
                Scope = json.Text("scope") ?? kept.Scope,
                Expires = json.Whole("expires_in") is { } seconds ? now.AddSeconds(seconds) : null,
                Updated = now,
            });
            return Answer(asked, renewed);
        }

        if (answer.StatusCode is HttpStatusCode.TooManyRequests or HttpStatusCode.RequestTimeout or >= HttpStatusCode.InternalServerError)
        {
            throw new HttpRequestException(
                $"The login could not be renewed{Reason(answer, body)}", inner: null, HttpStatusCode.ServiceUnavailable);
        }

        file.Remove(server.Name);
        throw new LoginRequiredException(server.Name, $"The login at MCP server '{server.Name}' has ended{Reason(answer, body)}");
    }

    // JSON by the standard; some answer with a form.
    private static async Task<JsonElement> ReadAsync(HttpResponseMessage answer, CancellationToken cancellationToken)
    {
        var text = await answer.Content.ReadAsStringAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            return JsonElement.Parse(text);
        }
        catch (JsonException)
        {
            var buffer = new System.Buffers.ArrayBufferWriter<byte>();
            using (var json = new Utf8JsonWriter(buffer))
            {
                json.WriteStartObject();
                foreach (var (name, value) in AddressQuery.Read(text))
                {
                    json.WriteString(name, value);
                }

                json.WriteEndObject();
            }

            return JsonElement.Parse(buffer.WrittenSpan);
        }
    }

    private ReadOnlyMemory<byte> Render(JsonElement body, string? refresh)
    {
        var access = Sound(body.Text("access_token")!);
        refresh = body.Text("refresh_token") is { Length: > 0 } renewed ? Sound(renewed) : refresh;
        return Render(access, refresh, body.Text("token_type"), body.Text("scope"), Seconds(body.Member("expires_in")));
    }

    private ReadOnlyMemory<byte> Render(StoredToken kept) => Render(
        kept.AccessToken, kept.RefreshToken, "Bearer", kept.Scope,
        kept.Expires is { } expires ? (int)Math.Clamp((expires - time.GetUtcNow()).TotalSeconds, 1, int.MaxValue) : null);

    private ReadOnlyMemory<byte> Render(string access, string? refresh, string? type, string? scope, int? seconds)
    {
        server.Issued.Add(access);
        server.Issued.Add(refresh);
        var buffer = new System.Buffers.ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteString("access_token"u8, access);
            json.WriteString("token_type"u8, type);
            if (refresh is not null)
            {
                json.WriteString("refresh_token"u8, refresh);
            }

            if (scope is not null)
            {
                json.WriteString("scope"u8, scope);
            }

            if (seconds is { } life)
            {
                json.WriteNumber("expires_in"u8, life);
            }

            json.WriteEndObject();
        }

        return buffer.WrittenMemory;
    }

    private static int? Seconds(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Number when value.TryGetDouble(out var number) => (int)Math.Clamp(number, 0, int.MaxValue),
        JsonValueKind.String when int.TryParse(value.Text(), out var number) => Math.Max(0, number),
        _ => null,
    };

    private static string Sound(string token) => token.Length <= MaxToken && token.All(static character => character is > ' ' and < '\x7f')
        ? token : throw new LoginFailedException("The token that was issued cannot be sent in a header");

    private static HttpResponseMessage Answer(HttpRequestMessage request, ReadOnlyMemory<byte> json) =>
        new(HttpStatusCode.OK) { RequestMessage = request, Content = new ReadOnlyMemoryContent(json) };

    private string Reason(HttpResponseMessage answer, JsonElement body)
    {
        var error = $"{body.Text("error")} {body.Text("error_description")}".Trim();
        return server.Issued.Redact(
            $" (HTTP status {(int)answer.StatusCode} of {NamedAddress.Show(answer.RequestMessage!.RequestUri!)}"
            + (error.Length == 0 ? ")" : $": {Plain(error)})"), ShortestSecret);
    }
}
