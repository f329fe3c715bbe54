using System.Net.ServerSentEvents;
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

    private readonly ChatClientOptions _options;
    private readonly IdleGuard _guard;
    private readonly ResponseDecoder _decoder;
    private TransportResponse? _response;
    private IAsyncEnumerator<SseItem<ResponseDecoder>>? _events;
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

    /// <summary>Sends the request and waits for the headers.</summary>
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
                request = request with { Url = next };
            }

            if (_response.Status is < 200 or > 299)
            {
                Failure = await ReadFailureAsync(_response, _guard.Token).ConfigureAwait(false);
                return false;
            }

            var body = await _response.OpenBodyAsync(_guard.Token).ConfigureAwait(false);
            _guard.Disarm();
            var type = _response.Header("Content-Type") ?? string.Empty;
            if (type.StartsWith("text/html", StringComparison.OrdinalIgnoreCase))
            {
                Failure =
                    new(ModelFault.NotFound, $"{request.Url.Host} answered with a web page, not with a model's answer", _response.Status);
                return false;
            }

            var guarded = new GuardedStream(body, _guard, _options.IdleTimeout);
            if (type.StartsWith("application/json", StringComparison.OrdinalIgnoreCase))
            {
                await ReadWholeAsync(guarded, _guard.Token).ConfigureAwait(false);
                return Failure is null;
            }

            // The item is the decoder itself: a class keeps the parser in shared code, and nothing is allocated for an event.
            _events = SseParser.Create(guarded, ParseEvent).EnumerateAsync(_guard.Token).GetAsyncEnumerator(_guard.Token);
            return true;
        }
        catch (Exception exception)
        {
            // A cancel may look like a broken connection; the caller's token decides, and is the one that is named.
            cancellationToken.ThrowIfCancellationRequested();
            if (Explain(exception, request.Url) is not { } failure)
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
                _hasEnded = !await _events.MoveNextAsync().ConfigureAwait(false) || _decoder.IsDone;

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

    private ResponseDecoder ParseEvent(string eventType, ReadOnlySpan<byte> data)
    {
        if (!_decoder.IsDone)
        {
            _decoder.Read(eventType, data);
        }

        return _decoder;
    }

    /// <summary>Only the same host gets our key again, and never over a weaker scheme.</summary>
    private static Uri? SameHost(Uri from, string? location) =>
        location is not null && Uri.TryCreate(from, location, out var next)
        && string.Equals(next.Host, from.Host, StringComparison.OrdinalIgnoreCase)
        && (next.Scheme == from.Scheme ? next.Port == from.Port : next.Scheme == Uri.UriSchemeHttps)
            ? next
            : null;

    private async ValueTask ReadWholeAsync(GuardedStream body, CancellationToken cancellationToken)
    {
        using var buffer = new MemoryStream();
        await body.CopyToAsync(buffer, cancellationToken).ConfigureAwait(false);
        _guard.Disarm();
        _decoder.Read(string.Empty, buffer.GetBuffer().AsSpan(0, (int)buffer.Length));
        _hasEnded = true;
    }

    private async ValueTask<RequestFailure> ReadFailureAsync(TransportResponse response, CancellationToken cancellationToken)
    {
        using var body = await response.OpenBodyAsync(cancellationToken).ConfigureAwait(false);
        var buffer = new byte[MaxErrorBody];
        var length = 0;
        try
        {
            length = await body.ReadAtLeastAsync(buffer, buffer.Length, throwOnEndOfStream: false, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception exception) when (exception is IOException or HttpRequestException || _guard.HasTimedOut)
        {
            // The status alone says enough; the rest of the body was only there to explain it.
        }

        var error = ProviderError.FromBody(buffer.AsSpan(0, length));
        return FailureRules.OfStatus(response.Status, response.Reason, error, _options) with
        {
            RetryAfter = FailureRules.RetryAfter(response.Header("Retry-After"), _options.TimeProvider.GetUtcNow()),
            Advice = response.Status is >= 300 and < 400 && response.Header("Location") is { } location
                && Uri.TryCreate(location, UriKind.Absolute, out var target)
                ? $"The address now lies at {target.Host}; set the base URL to it."
                : null,
        };
    }

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
            JsonException =>
                new(ModelFault.BrokenStream, "the answer holds something that is not JSON", IsPassing: true) { Cause = exception },
            HttpRequestException or System.Net.Sockets.SocketException or IOException or OperationCanceledException
                => FailureRules.OfConnection(exception, connectingTo),
            _ => null,
        };
    }
}
