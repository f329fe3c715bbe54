using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using ModelContextProtocol;
using ModelContextProtocol.Protocol;

namespace QwenCode.Mcp.Serving;

/// <summary>Answers single requests of clients over HTTP.</summary>
/// <param name="options">Who is served.</param>
/// <param name="find">Finds a session.</param>
/// <param name="open">Opens a session; <c>null</c> if there is no place for one.</param>
/// <param name="close">Ends a session.</param>
internal sealed class McpHttpExchange(
    McpHttpOptions options, Func<string, McpHttpSession?> find, Func<McpHttpSession?> open,
    Func<string, CancellationToken, ValueTask> close)
{
    private const string SessionHeader = "Mcp-Session-Id";
    private const string VersionHeader = "MCP-Protocol-Version";
    private const string Json = "application/json";
    private const string Events = "text/event-stream";

    // Those whose clients have sessions. The next one has none, and its clients go back to these.
    private static readonly HashSet<string> Versions =
        new(StringComparer.Ordinal) { "2024-11-05", "2025-03-26", "2025-06-18", "2025-11-25" };

    private static readonly JsonTypeInfo<JsonRpcMessage> Messages =
        (JsonTypeInfo<JsonRpcMessage>)McpJsonUtilities.DefaultOptions.GetTypeInfo(typeof(JsonRpcMessage));

    private readonly byte[]? _token = options.Token is { } token ? SHA256.HashData(Encoding.UTF8.GetBytes(token)) : null;

    /// <summary>Answers a request. Does not throw.</summary>
    public async Task HandleAsync(HttpListenerContext context, CancellationToken cancellationToken)
    {
        var (request, response) = (context.Request, context.Response);
        try
        {
            if (Refusal(request) is var (status, reason) && status is not HttpStatusCode.OK)
            {
                Refuse(response, status, reason);
                return;
            }

            switch (request.HttpMethod)
            {
                case "POST":
                    await PostAsync(request, response, cancellationToken).ConfigureAwait(false);
                    break;
                case "GET":
                    await GetAsync(request, response, cancellationToken).ConfigureAwait(false);
                    break;
                case "DELETE" when Session(request) is { } session:
                    await close(session.Id, cancellationToken).ConfigureAwait(false);
                    Finish(response, HttpStatusCode.NoContent);
                    break;
                case "DELETE":
                    Refuse(response, HttpStatusCode.NotFound, "Session not found");
                    break;
                default:
                    response.Headers["Allow"] = "GET, POST, DELETE";
                    Refuse(response, HttpStatusCode.MethodNotAllowed, "Method not allowed");
                    break;
            }
        }
        catch (Exception exception) when (exception is HttpListenerException or IOException or ObjectDisposedException
            or InvalidOperationException or OperationCanceledException or ProtocolViolationException)
        {
            // The client is gone, or the server ends.
            response.Abort();
        }
    }

    private (HttpStatusCode Status, string Reason) Refusal(HttpListenerRequest request)
    {
        if (request.Url?.AbsolutePath.TrimEnd('/') is not McpHttpServer.Path)
        {
            return (HttpStatusCode.NotFound, $"There is nothing here but {McpHttpServer.Path}.");
        }

        // A page in a browser may send its requests here under a name of its own (DNS rebinding).
        if (options.IsLoopback && !(Uri.TryCreate($"http://{request.UserHostName}", UriKind.Absolute, out var host)
            && McpHttpOptions.IsLoopbackHost(host.Host)))
        {
            return (HttpStatusCode.Forbidden, "The Host header names another machine.");
        }

        if (request.Headers["Origin"] is { } origin
            && !(Uri.TryCreate(origin, UriKind.Absolute, out var page) && McpHttpOptions.IsLoopbackHost(page.Host)))
        {
            return (HttpStatusCode.Forbidden, "The Origin header names another machine.");
        }

        if (_token is not null && !IsAllowed(request.Headers["Authorization"]))
        {
            return (HttpStatusCode.Unauthorized, "The token is missing or wrong.");
        }

        return request.Headers[VersionHeader] is { } version && !Versions.Contains(version)
            ? (HttpStatusCode.BadRequest,
                $"The version {version} of the protocol is not served; it must be one of {string.Join(", ", Versions)}.")
            : (HttpStatusCode.OK, string.Empty);
    }

    // Compared by hashes, so that the time says nothing about the token.
    private bool IsAllowed(string? authorization) =>
        authorization is not null && authorization.StartsWith("Bearer ", StringComparison.OrdinalIgnoreCase)
        && CryptographicOperations.FixedTimeEquals(
            SHA256.HashData(Encoding.UTF8.GetBytes(authorization["Bearer ".Length..].Trim())), _token);

    private McpHttpSession? Session(HttpListenerRequest request) =>
        request.Headers[SessionHeader] is { Length: > 0 } id ? find(id) : null;

    private async Task PostAsync(HttpListenerRequest request, HttpListenerResponse response, CancellationToken cancellationToken)
    {
        if (!Accepts(request, Json) || !Accepts(request, Events))
        {
            Refuse(response, HttpStatusCode.NotAcceptable, $"The client must accept {Json} and {Events}.");
            return;
        }

        if (request.ContentType?.Split(';')[0].Trim().Equals(Json, StringComparison.OrdinalIgnoreCase) is not true)
        {
            Refuse(response, HttpStatusCode.UnsupportedMediaType, $"The content must be {Json}.");
            return;
        }

        if (await ReadAsync(request, cancellationToken).ConfigureAwait(false) is not { } body)
        {
            Refuse(response, HttpStatusCode.RequestEntityTooLarge, $"A message may have {options.MaxMessageBytes} bytes.");
            return;
        }

        if (Parse(body.Span) is not { } message)
        {
            Refuse(response, HttpStatusCode.BadRequest, "This is no message of the protocol.", (int)McpErrorCode.ParseError);
            return;
        }

        var isNew = message is JsonRpcRequest { Method: RequestMethods.Initialize } && request.Headers[SessionHeader] is null;
        if (!isNew && request.Headers[SessionHeader] is null)
        {
            Refuse(response, HttpStatusCode.BadRequest, $"The header {SessionHeader} is missing; begin with initialize.");
            return;
        }

        var session = isNew ? open() : Session(request);
        if (session is null)
        {
            Refuse(response, isNew ? HttpStatusCode.ServiceUnavailable : HttpStatusCode.NotFound,
                isNew ? "Too many clients are served." : "Session not found");
            return;
        }

        session.Begin();
        try
        {
            Stream(response, session);
            var hasWritten = await session.Transport.HandlePostRequestAsync(message, response.OutputStream, cancellationToken)
                .ConfigureAwait(false);
            if (hasWritten)
            {
                response.Close();
            }
            else
            {
                Finish(response, HttpStatusCode.Accepted);
            }
        }
        finally
        {
            session.End();
        }
    }

    private async Task GetAsync(HttpListenerRequest request, HttpListenerResponse response, CancellationToken cancellationToken)
    {
        if (!Accepts(request, Events))
        {
            Refuse(response, HttpStatusCode.NotAcceptable, $"The client must accept {Events}.");
            return;
        }

        if (Session(request) is not { } session)
        {
            Refuse(
                response, request.Headers[SessionHeader] is null ? HttpStatusCode.BadRequest : HttpStatusCode.NotFound,
                "Session not found");
            return;
        }

        Stream(response, session);
        await session.ListenAsync(response.OutputStream, cancellationToken).ConfigureAwait(false);
        response.Close();
    }

    private static bool Accepts(HttpListenerRequest request, string type) =>
        request.AcceptTypes?.Any(one => one.Split(';')[0].Trim() is var accepted
            && (accepted.Equals(type, StringComparison.OrdinalIgnoreCase) || accepted is "*/*")) is true;

    private async ValueTask<ReadOnlyMemory<byte>?> ReadAsync(HttpListenerRequest request, CancellationToken cancellationToken)
    {
        if (request.ContentLength64 > options.MaxMessageBytes)
        {
            return null;
        }

        using var body = new MemoryStream();
        var buffer = new byte[16 * 1024];
        while (await request.InputStream.ReadAsync(buffer, cancellationToken).ConfigureAwait(false) is > 0 and var read)
        {
            if (body.Length + read > options.MaxMessageBytes)
            {
                return null;
            }

            body.Write(buffer, 0, read);
        }

        return body.GetBuffer().AsMemory(0, (int)body.Length);
    }

    private static JsonRpcMessage? Parse(ReadOnlySpan<byte> body)
    {
        try
        {
            return JsonSerializer.Deserialize(body, Messages);
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException or NotSupportedException
            or FormatException or ArgumentException)
        {
            return null;
        }
    }

    private static void Stream(HttpListenerResponse response, McpHttpSession session)
    {
        response.SendChunked = true;
        response.ContentType = Events;
        response.Headers["Cache-Control"] = "no-cache, no-store";
        response.Headers[SessionHeader] = session.Id;
    }

    private static void Finish(HttpListenerResponse response, HttpStatusCode status)
    {
        response.StatusCode = (int)status;
        response.SendChunked = false;
        response.ContentType = null;
        response.ContentLength64 = 0;
        response.Close();
    }

    private static void Refuse(
        HttpListenerResponse response, HttpStatusCode status, string reason, int code = (int)McpErrorCode.InvalidRequest)
    {
        using var buffer = new MemoryStream();
        using (var writer = new Utf8JsonWriter(buffer))
        {
            writer.WriteStartObject();
            writer.WriteString("jsonrpc"u8, "2.0"u8);
            writer.WriteStartObject("error"u8);
            writer.WriteNumber("code"u8, status is HttpStatusCode.NotFound ? -32001 : code);
            writer.WriteString("message"u8, reason);
            writer.WriteEndObject();
            writer.WriteNull("id"u8);
            writer.WriteEndObject();
        }

        response.StatusCode = (int)status;
        response.ContentType = Json;
        if (status is HttpStatusCode.Unauthorized)
        {
            response.Headers["WWW-Authenticate"] = "Bearer";
        }

        response.Close(buffer.ToArray(), willBlock: true);
    }
}
