using System.Text;
using System.Text.Json;
using Microsoft.Extensions.AI;
using QwenCode.Models.Transport;

namespace QwenCode.Models.Requests;

/// <summary>
/// One attempt: a request that was sent, and the answer as it comes. Failures are values here, so that the caller can go on.
/// </summary>
internal sealed class HttpAttempt : IDisposable
{
    private const int MaxErrorBody = 64 * 1024;
    private const int MaxRedirects = 3;
    private const int FirstBytes = 1024;

    private readonly ChatClientOptions _options;
    private readonly IdleGuard _guard;
    private readonly ResponseDecoder _decoder;
    private TransportResponse? _response;
    private EventStreamReader? _events;
    private bool _hasEnded;

    public HttpAttempt(ChatClientOptions options, ResponseDecoder decoder, CancellationToken caller)
    {
        (_options, _decoder) = (options, decoder);
        _guard = new IdleGuard(options.TimeProvider, caller);
    }

    /// <summary>Gets what reads this answer.</summary>
    public ResponseDecoder Decoder => _decoder;

    /// <summary>Gets why the attempt failed; <c>null</c> as long as it has not.</summary>
    public RequestFailure? Failure { get; private set; }

    /// <summary>Sends the request, and waits until the first bytes say what the answer is; what is no stream is read whole.</summary>
    /// <param name="transport">The way to the server.</param>
    /// <param name="request">The request.</param>
    /// <param name="cancellationToken">The caller's token, which the attempt was made with.</param>
    /// <returns>Whether an answer has begun; if not, <see cref="Failure"/> says why.</returns>
    public async ValueTask<bool> OpenAsync(
        IChatTransport transport, TransportRequest request, CancellationToken cancellationToken)
    {
        _guard.Arm(_options.ResponseTimeout);
        try
        {
            for (var redirects = 0; ; redirects++)
            {
                _response = await transport.SendAsync(request, _guard.Token).ConfigureAwait(false);
                if (_response.Status is not (307 or 308) || redirects == MaxRedirects
                    || SameHost(request.Url, _response.Header("Location")) is not { } next)
                {
                    break;
                }

                _response.Dispose();
                _response = null;
                request = request with { Url = next };
            }

            if (_response.Status is < 200 or > 299)
            {
                Failure = _response.Status is 407 && ProxyFor(request.Url) is { } proxy
                    ? FailureRules.NeedsCredentials(proxy)
                    : await ReadFailureAsync(_response, request.Url, _guard.Token).ConfigureAwait(false);
                return false;
            }

            var body = await _response.OpenBodyAsync(_guard.Token).ConfigureAwait(false);
            await BeginAsync(new GuardedStream(body, _guard, _options.IdleTimeout), request.Url, _guard.Token).ConfigureAwait(false);
            return Failure is null;
        }
        catch (Exception exception)
        {
            // A cancel may look like a broken connection; the caller's token decides, and is the one that is named.
            cancellationToken.ThrowIfCancellationRequested();
            if (Explain(exception, _response is null ? request.Url : null) is not { } failure)
            {
                throw;
            }

            Failure = failure;
            return false;
        }
    }

    /// <summary>Returns the next update, or <c>null</c> at the end of the stream and after a failure.</summary>
    /// <param name="cancellationToken">The caller's token, which the attempt was made with.</param>
    public async ValueTask<ChatResponseUpdate?> NextAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            if (_decoder.Next() is { } update)
            {
                return update;
            }

            if (_hasEnded || _events is null || Failure is not null)
            {
                return null;
            }

            try
            {
                _hasEnded = !await _events.NextAsync(_guard.Token).ConfigureAwait(false);
                if (!_hasEnded)
                {
                    _decoder.Read(_events.EventType, _events.Data);
                    _hasEnded = _decoder.IsDone;
                }

                // The time in which nobody reads is not the server's.
                _guard.Disarm();
            }
            catch (Exception exception)
            {
                cancellationToken.ThrowIfCancellationRequested();
                if (Explain(exception, null) is not { } failure)
                {
                    throw;
                }

                // After the last word of the answer a broken connection or a stray byte loses nothing.
                _hasEnded = true;
                Failure = _decoder.FinishReason is null || exception is AnswerFailedException ? failure : null;
            }
        }
    }

    public void Dispose()
    {
        if (_decoder.IsDone && Failure is null)
        {
            _response?.Release();
        }

        _response?.Dispose();
        _guard.Dispose();
    }

    /// <summary>Only the same host gets our key again, and never over a weaker scheme.</summary>
    private static Uri? SameHost(Uri from, string? location) =>
        location is not null && Uri.TryCreate(from, location, out var next)
        && string.Equals(next.Host, from.Host, StringComparison.OrdinalIgnoreCase)
        && (next.Scheme == from.Scheme ? next.Port == from.Port : next.Scheme == Uri.UriSchemeHttps)
            ? next
            : null;

    /// <summary>
    /// Begins to read an answer. Its first bytes say what it is; the content type often says something else, or nothing.
    /// </summary>
    private async ValueTask BeginAsync(GuardedStream body, Uri url, CancellationToken cancellationToken)
    {
        var first = new byte[FirstBytes];
        var length = 0;
        int count;
        do
        {
            count = await body.ReadAsync(first.AsMemory(length), cancellationToken).ConfigureAwait(false);
            length += count;
        }
        while (count > 0 && length < first.Length && AnswerForm.Of(first.AsSpan(0, length), isEvents: true) is AnswerKind.Unknown);

        _guard.Disarm();
        var type = _response!.Header("Content-Type") ?? string.Empty;
        var isEvents = type.Length == 0 || type.StartsWith("text/event-stream", StringComparison.OrdinalIgnoreCase);
        var kind = AnswerForm.Of(first.AsSpan(0, length), isEvents);
        if (kind is AnswerKind.Events or AnswerKind.Unknown)
        {
            _events = new EventStreamReader(body, first.AsMemory(0, length));
            return;
        }

        using var buffer = new MemoryStream();
        buffer.Write(first, 0, length);
        var limit = kind is AnswerKind.Json ? EventStreamReader.LargestEvent : MaxErrorBody;
        var block = new byte[81_920];
        while (buffer.Length < limit && await body.ReadAsync(block, cancellationToken).ConfigureAwait(false) is > 0 and var read)
        {
            buffer.Write(block, 0, read);
        }

        _guard.Disarm();
        _hasEnded = true;
        var whole = buffer.GetBuffer().AsMemory(0, (int)buffer.Length);
        if (kind is AnswerKind.Json)
        {
            var isValid = System.Text.Unicode.Utf8.IsValid(whole.Span);
            _decoder.Read(string.Empty, isValid ? whole.Span : Encoding.UTF8.GetBytes(Encoding.UTF8.GetString(whole.Span)));
            _decoder.End();
            return;
        }

        var text = Encoding.UTF8.GetString(whole.Span[..Math.Min(whole.Length, MaxErrorBody)]).Trim();
        Failure = kind is AnswerKind.WebPage
            ? new(ModelFault.NotFound, $"{url.Host} answered with a web page"
                + $"{(ProviderError.TitleOf(text) is { } title ? $" ('{title}')" : string.Empty)}, not with a model's answer",
                _response.Status)
            : new(ModelFault.BrokenStream,
                $"{url.Host} answered with words that are no answer: {ProviderError.FromBody(Encoding.UTF8.GetBytes(text)).Message}");
    }

    private async ValueTask<RequestFailure> ReadFailureAsync(TransportResponse response, Uri url, CancellationToken cancellationToken)
    {
        using var body = await response.OpenBodyAsync(cancellationToken).ConfigureAwait(false);
        var buffer = new byte[MaxErrorBody];
        var length = 0;
        try
        {
            length = await body.ReadAtLeastAsync(buffer, buffer.Length, throwOnEndOfStream: false, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception exception)
            when (exception is IOException or HttpRequestException or InvalidDataException || _guard.HasTimedOut)
        {
            // The status alone says enough; the rest of the body was only there to explain it.
        }

        var error = ProviderError.FromBody(buffer.AsSpan(0, length));
        var failure = FailureRules.OfStatus(response.Status, response.Reason, error, _options);
        return failure with
        {
            IsPassing = response.Header("x-should-retry") switch
            {
                "true" => true,
                "false" => false,
                _ => failure.IsPassing,
            },
            RetryAfter = FailureRules.RetryAfter(response, _options.TimeProvider.GetUtcNow()) ?? failure.RetryAfter,
            Advice = response.Status is >= 300 and < 400 ? Redirection(url, response.Header("Location")) : failure.Advice,
        };
    }

    /// <summary>Says what a redirect means: another base URL, or something on the way that wants to be seen first.</summary>
    private static string? Redirection(Uri from, string? location)
    {
        const string path = "/chat/completions";
        if (location is null || !Uri.TryCreate(from, location, out var target))
        {
            return null;
        }

        var address = target.GetComponents(UriComponents.SchemeAndServer | UriComponents.Path, UriFormat.UriEscaped);
        return address.EndsWith(path, StringComparison.Ordinal)
            ? $"The address has moved: set the base URL to {address[..^path.Length]} (OPENAI_BASE_URL, --openai-base-url, or baseUrl of "
                + "the provider's entry). A key is not sent to another address by itself."
            : $"{from.Host} sends the request on to {address}, which is no model server: perhaps a sign-in page of the network. Open it "
                + "in a browser, or correct the base URL.";
    }

    private Uri? ProxyFor(Uri? url) =>
        url is null ? null : (_options.Proxy ?? ProxySettings.Read(null, Environment.GetEnvironmentVariable))?.GetProxy(url);

    private RequestFailure? Explain(Exception exception, Uri? connectingTo)
    {
        if (_guard.HasTimedOut)
        {
            var limit = connectingTo is null ? _options.IdleTimeout : _options.ResponseTimeout;
            var what = connectingTo is null ? "the answer stopped for" : "no answer within";
            return new(ModelFault.Timeout, FormattableString.Invariant($"{what} {limit.TotalSeconds:0.###} s"),
                IsPassing: true) { Cause = exception };
        }

        return exception switch
        {
            AnswerFailedException failed => failed.Failure,
            InvalidDataException =>
                new(ModelFault.BrokenStream, "the answer cannot be read: its compression is damaged", IsPassing: true)
                {
                    Cause = exception,
                },
            JsonException =>
                new(ModelFault.BrokenStream, "the answer holds something that is not JSON", IsPassing: true) { Cause = exception },
            HttpRequestException or System.Net.Sockets.SocketException or IOException or OperationCanceledException
                => FailureRules.OfConnection(exception, connectingTo, ProxyFor(connectingTo)),
            _ => null,
        };
    }
}
