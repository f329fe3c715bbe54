using System.Globalization;
using System.Net.Sockets;

namespace QwenCode.Models.Requests;

/// <summary>Which failure is which, and which of them pass.</summary>
internal static class FailureRules
{
    private const string ProxyAdvice =
        "Check --proxy, HTTPS_PROXY, HTTP_PROXY and ALL_PROXY; NO_PROXY lists hosts that are reached without it.";

    /// <summary>What to do if the conversation fills the window and nothing can be taken out of it.</summary>
    public const string TooLongAdvice =
        "Begin a new session, say less at once, or use a model with a larger window (--model). If the window is smaller than qwen "
        + "believes, set generationConfig.contextWindowSize.";

    private const string QuotaAdvice =
        "The quota or the balance of the account is used up: add to it, or use another model (--model) or key.";

    private static string DailyAdvice(TimeSpan? wait) => "The quota of the day is used up. "
        + (wait is { } left ? string.Create(CultureInfo.InvariantCulture,
            $"There is a new one in {(int)left.TotalHours} h {left.Minutes} min; until then, use") : "Use")
        + " another model (--model) or key.";

    /// <summary>Judges an error that came with a status, on the response or inside the stream.</summary>
    public static RequestFailure OfStatus(int status, string reason, ProviderError error, ChatClientOptions options)
    {
        var isLimit = status is 429 || error.Code is 429 or 1302 or 1305 || Contains(options, status)
            || (error.Code is { } code && Contains(options, code));
        var fault = status switch
        {
            _ when isLimit => ModelFault.RateLimited,
            401 or 403 => ModelFault.Unauthorized,
            413 => ModelFault.TooLong,
            400 or 422 or >= 500 when error.IsTooLong => ModelFault.TooLong,
            404 => ModelFault.NotFound,
            408 => ModelFault.Timeout,
            >= 500 => ModelFault.ServerError,
            _ => ModelFault.Refused,
        };
        var text = error.Message ?? (reason.Length > 0 ? reason : "the request failed");
        var isQuota = error.IsQuota && (isLimit || status is 402);
        return new(
            fault, string.Create(CultureInfo.InvariantCulture, $"{status} {text}"), status,
            !isQuota && !error.IsDaily && fault is not ModelFault.TooLong && (isLimit || status is 408 or 409 or >= 500))
        {
            RetryAfter = error.RetryAfter,
            IsQuota = isQuota,
            Advice = error.IsDaily ? DailyAdvice(error.RetryAfter) : isQuota ? QuotaAdvice
                : fault is ModelFault.TooLong ? TooLongAdvice : null,
        };
    }

    /// <summary>Judges an error object inside an answer that began well.</summary>
    public static RequestFailure OfStreamedError(ProviderError error, ChatClientOptions options)
    {
        if (error.Code is >= 400 and < 600 and var status)
        {
            return OfStatus(status, string.Empty, error, options);
        }

        var text = error.Message ?? "the provider reported an error without words";
        var isLimit = IsLimit(error, options);
        return new(isLimit ? ModelFault.RateLimited : error.IsTooLong ? ModelFault.TooLong : ModelFault.ServerError, text, null,
            !error.IsQuota && (isLimit || !error.IsTooLong) && !error.IsDaily && (isLimit || error.SoundsPassing))
        {
            RetryAfter = error.RetryAfter,
            IsQuota = error.IsQuota,
            Advice = error.IsQuota ? QuotaAdvice : null,
        };
    }

    /// <summary>
    /// Judges an error that came in place of an answer, under a status that says that all is well. It is not asked for again, unless it
    /// says that too much was asked at a time: what a gateway reports so does not pass.
    /// </summary>
    public static RequestFailure OfAnsweredError(ProviderError error, string body, ChatClientOptions options)
    {
        var isLimit = IsLimit(error, options) && !error.IsQuota;
        var fault = isLimit ? ModelFault.RateLimited : error.Code switch
        {
            401 or 403 => ModelFault.Unauthorized,
            404 => ModelFault.NotFound,
            _ => error.IsTooLong ? ModelFault.TooLong : ModelFault.Refused,
        };
        var text = error.Message ?? body;
        var code = error.Code is { } number ? string.Create(CultureInfo.InvariantCulture, $" (code {number})") : string.Empty;
        return new(fault, text + code, null, isLimit) 
        {
            RetryAfter = error.RetryAfter, IsQuota = error.IsQuota, Advice = error.IsQuota ? QuotaAdvice : null,
        };
    }

    /// <summary>Judges a broken connection, or one that never was.</summary>
    /// <param name="exception">What was thrown.</param>
    /// <param name="connectingTo">The address, if the answer had not begun.</param>
    /// <param name="proxy">The proxy it is reached through, if there is one.</param>
    public static RequestFailure OfConnection(Exception exception, Uri? connectingTo, Uri? proxy = null)
    {
        var socket = Find<SocketException>(exception);
        if (Find<System.Security.Authentication.AuthenticationException>(exception) is { } tls)
        {
            return new(ModelFault.Unreachable, $"no secure connection to {connectingTo?.Host ?? "the server"}: {tls.Message}")
            {
                Cause = exception,
                Advice = "If a proxy or a firewall inspects the traffic, set NODE_EXTRA_CA_CERTS to a PEM file with its certificate "
                    + "authority; if the server has a certificate of its own, to that.",
            };
        }

        if (proxy is not null && connectingTo is not null && OfProxy(exception, proxy, socket) is { } refused)
        {
            return refused;
        }

        if (exception is Transport.InvalidAnswerException)
        {
            return new(ModelFault.BrokenStream, $"the answer cannot be read: {exception.Message}", IsPassing: true) { Cause = exception };
        }

        var isConnect = connectingTo is not null
            && (exception is HttpRequestException { HttpRequestError: HttpRequestError.ConnectionError
                or HttpRequestError.NameResolutionError or HttpRequestError.ProxyTunnelError }
                || socket is { SocketErrorCode: SocketError.ConnectionRefused or SocketError.HostNotFound or SocketError.HostUnreachable
                    or SocketError.NetworkUnreachable or SocketError.TryAgain or SocketError.TimedOut or SocketError.NoData });
        return isConnect
            ? new(ModelFault.Unreachable, $"could not connect to "
            + $"{connectingTo!.Authority}{(socket is null ? string.Empty : $": {Words(socket)}")}", IsPassing: true) { Cause = exception }
            : new(ModelFault.BrokenStream, "the connection was closed before the answer was complete",
                IsPassing: true) { Cause = exception };
    }

    private static RequestFailure? OfProxy(Exception exception, Uri proxy, SocketException? socket)
    {
        var http = Find<HttpRequestException>(exception);
        if (http?.HttpRequestError is HttpRequestError.ProxyTunnelError && http.Message.Contains("407", StringComparison.Ordinal))
        {
            return NeedsCredentials(proxy) with { Cause = exception };
        }

        return http?.HttpRequestError is HttpRequestError.ProxyTunnelError or HttpRequestError.ConnectionError
            or HttpRequestError.NameResolutionError
            ? new(ModelFault.Unreachable,
                $"could not connect through the proxy {proxy.Host}:{proxy.Port}: {(socket is null ? http.Message : Words(socket))}",
                IsPassing: true)
            {
                Cause = exception,
                Advice = ProxyAdvice,
            }
            : null;
    }

    /// <summary>Judges that a proxy wants to know who asks (407).</summary>
    /// <param name="proxy">The proxy.</param>
    public static RequestFailure NeedsCredentials(Uri proxy) => new(
        ModelFault.Unreachable, $"the proxy {proxy.Host}:{proxy.Port} wants a user name and a password (407)", 407)
    {
        Advice = "Write them into the proxy's address: http://USER:PASSWORD@HOST:PORT, in --proxy or HTTPS_PROXY.",
    };

    /// <summary>
    /// Reads how long the server wants to be left alone: <c>retry-after-ms</c>, or <c>Retry-After</c> in seconds or as a date.
    /// </summary>
    /// <param name="response">The response.</param>
    /// <param name="now">The time.</param>
    public static TimeSpan? RetryAfter(Transport.TransportResponse response, DateTimeOffset now)
    {
        if (Number(response.Header("retry-after-ms")) is { } milliseconds)
        {
            return TimeSpan.FromMilliseconds(Math.Min(milliseconds, TimeSpan.FromDays(1).TotalMilliseconds));
        }

        var value = response.Header("Retry-After");
        if (Number(value) is { } seconds)
        {
            return TimeSpan.FromSeconds(Math.Min(seconds, TimeSpan.FromDays(1).TotalSeconds));
        }

        return DateTimeOffset.TryParse(value, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var date)
            ? (date > now ? date - now : TimeSpan.Zero)
            : null;
    }

    private static double? Number(string? text) =>
        double.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number) && number >= 0
            ? number : null;

    private static bool IsLimit(ProviderError error, ChatClientOptions options) =>
        error.IsRateLimit || (error.Code is { } code && Contains(options, code));

    private static string Words(SocketException exception) => exception.SocketErrorCode switch
    {
        SocketError.ConnectionRefused => "connection refused",
        SocketError.HostNotFound or SocketError.NoData or SocketError.TryAgain => "the host's name is not known",
        SocketError.TimedOut => "the host does not answer",
        _ => exception.Message,
    };

    private static bool Contains(ChatClientOptions options, int code)
    {
        foreach (var known in options.RetryErrorCodes)
        {
            if (known == code)
            {
                return true;
            }
        }

        return false;
    }

    private static T? Find<T>(Exception? exception)
        where T : Exception
    {
        for (; exception is not null; exception = exception.InnerException)
        {
            if (exception is T found)
            {
                return found;
            }
        }

        return null;
    }
}
