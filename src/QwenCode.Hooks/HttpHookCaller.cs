using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Text;
using System.Text.RegularExpressions;

namespace QwenCode.Hooks;

/// <summary>Calls http hooks. Addresses are checked on connecting, so a name cannot resolve differently after the check.</summary>
/// <remarks>No proxy is used and no redirect is followed: both would connect to an unchecked address.</remarks>
internal sealed partial class HttpHookCaller(HookRunnerOptions options) : IDisposable
{
    private const int MaxBody = 1024 * 1024;
    private const int MaxText = 10_000;
    private readonly ConcurrentDictionary<(HookEvent, string), bool> _called = new();
    private readonly Lazy<HttpMessageInvoker> _client = new(CreateClient);

    public async Task<HookResult> CallAsync(HookEvent hookEvent, HttpHook hook, byte[] input, CancellationToken cancellationToken)
    {
        var url = FillIn(hook.Url, hook);
        if (HookAddresses.Refuse(url, options.AllowedUrls) is { } refusal)
        {
            return new HookResult(null, $"was not called: {refusal}.");
        }

        if (hook.IsOnce && !_called.TryAdd((hookEvent, hook.Url), true))
        {
            return new HookResult(null);
        }

        using var limit = new CancellationTokenSource(hook.Timeout, options.Time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        try
        {
            using var request = Describe(hook, url, input);
            using var response = await _client.Value.SendAsync(request, either.Token).ConfigureAwait(false);
            if (!response.IsSuccessStatusCode)
            {
                var status = (int)response.StatusCode;
                var note = status is >= 300 and < 400 ? "; redirects are not followed" : string.Empty;
                return new HookResult(null, $"answered with status {status}{note}. It is ignored.");
            }

            var body = await ReadAsync(response, either.Token).ConfigureAwait(false);
            return Understand(response.Content.Headers.ContentType?.MediaType, body);
        }
        catch (OperationCanceledException)
        {
            return new HookResult(null, cancellationToken.IsCancellationRequested ? null
                : $"took longer than its {hook.Timeout.TotalSeconds:0.###} s and was cancelled; it is ignored.");
        }
        catch (Exception exception) when (exception is HttpRequestException or IOException or SocketException or FormatException
            or InvalidOperationException)
        {
            // The message of the connection may contain the URL with substituted variables.
            var reason = exception.InnerException is BlockedAddressException or SocketException ? exception.InnerException.Message
                : (exception as HttpRequestException)?.HttpRequestError.ToString() ?? exception.GetType().Name;
            return new HookResult(null, $"could not be called ({reason}). It is ignored.");
        }
    }

    public void Dispose()
    {
        if (_client.IsValueCreated)
        {
            _client.Value.Dispose();
        }
    }

    internal static HookResult Understand(string? type, string body)
    {
        var text = HookOutputReader.Clean(body);
        if (text.Length == 0)
        {
            return new HookResult(null);
        }

        if (type is null || !(type.EndsWith("/json", StringComparison.OrdinalIgnoreCase)
            || type.EndsWith("+json", StringComparison.OrdinalIgnoreCase)))
        {
            return new HookResult(new HookOutput { SystemMessage = Cut(text) });
        }

        return HookOutputReader.FromJson(text) is { } output
            ? new HookResult(output with
            {
                StopReason = Cut(output.StopReason),
                SystemMessage = Cut(output.SystemMessage),
                Reason = Cut(output.Reason),
                AdditionalContext = Cut(output.AdditionalContext),
                PermissionReason = Cut(output.PermissionReason),
                BehaviorMessage = Cut(output.BehaviorMessage),
            })
            : text.Contains('{', StringComparison.Ordinal) ? new HookResult(HookOutputReader.Broken(text))
            : new HookResult(null, "answered with a JSON content type, but with no JSON object. It is ignored.");
    }

    private static string? Cut(string? text) =>
        text is { Length: > MaxText } ? $"{text[..MaxText]}… [cut at {MaxText} characters]" : text;

    private string FillIn(string text, HttpHook hook) => Breaks().Replace(
        Variable().Replace(text, match =>
        {
            var name = match.Groups[1].Success ? match.Groups[1].Value : match.Groups[2].Value;
            return !hook.AllowedVariables.Contains(name) ? string.Empty
                : options.Environment is { } environment ? environment.GetValueOrDefault(name, string.Empty)
                : Environment.GetEnvironmentVariable(name) ?? string.Empty;
        }),
        string.Empty);

    private HttpRequestMessage Describe(HttpHook hook, string url, byte[] input)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, url) { Content = new ByteArrayContent(input) };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        foreach (var (name, value) in hook.Headers)
        {
            var filled = FillIn(value, hook);
            if (!name.Equals("Content-Length", StringComparison.OrdinalIgnoreCase)
                && !request.Headers.TryAddWithoutValidation(name, filled))
            {
                request.Content.Headers.Remove(name);
                request.Content.Headers.TryAddWithoutValidation(name, filled);
            }
        }

        return request;
    }

    private static async Task<string> ReadAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        var stream = await response.Content.ReadAsStreamAsync(cancellationToken).ConfigureAwait(false);
        var buffer = new byte[MaxBody];
        var count = await stream.ReadAtLeastAsync(buffer, MaxBody, throwOnEndOfStream: false, cancellationToken).ConfigureAwait(false);
        return Encoding.UTF8.GetString(buffer, 0, count);
    }

    [SuppressMessage("Reliability", "CA2000", Justification = "The invoker owns the handler.")]
    private static HttpMessageInvoker CreateClient() => new(new SocketsHttpHandler
    {
        AllowAutoRedirect = false,
        UseProxy = false,
        UseCookies = false,
        ConnectCallback = ConnectAsync,
    });

    private static async ValueTask<Stream> ConnectAsync(SocketsHttpConnectionContext context, CancellationToken cancellationToken)
    {
        var target = context.DnsEndPoint;
        var addresses = await Dns.GetHostAddressesAsync(target.Host, cancellationToken).ConfigureAwait(false);
        if (Array.Exists(addresses, HookAddresses.IsBlocked))
        {
            throw new BlockedAddressException();
        }

        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(addresses, target.Port, cancellationToken).ConfigureAwait(false);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    [GeneratedRegex(@"\$(?:\{([^}]+)\}|([A-Za-z_][A-Za-z0-9_]*))")]
    private static partial Regex Variable();

    [GeneratedRegex(@"[\r\n\0]")]
    private static partial Regex Breaks();

    private sealed class BlockedAddressException() : IOException("its host has an address in a private network or of a metadata service");
}
