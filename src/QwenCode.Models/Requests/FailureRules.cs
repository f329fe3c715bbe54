using System.Globalization;
using System.Net.Sockets;

namespace QwenCode.Models.Requests;

/// <summary>Which failure is which, and which of them pass.</summary>
internal static class FailureRules
{
    /// <summary>Judges an error that came with a status, on the response or inside the stream.</summary>
    public static RequestFailure OfStatus(int status, string reason, ProviderError error, ChatClientOptions options)
    {
        var isLimit = status is 429 || error.Code is 429 or 1302 or 1305 || Contains(options, status)
            || (error.Code is { } code && Contains(options, code));
        var fault = status switch
        {
            _ when isLimit => ModelFault.RateLimited,
            401 or 403 => ModelFault.Unauthorized,
            404 => ModelFault.NotFound,
            408 => ModelFault.Timeout,
            >= 500 => ModelFault.ServerError,
            _ => ModelFault.Refused,
        };
        var text = error.Message ?? (reason.Length > 0 ? reason : "the request failed");
        return new(
            fault, string.Create(CultureInfo.InvariantCulture, $"{status} {text}"), status, isLimit || status is 408 or 409 or >= 500);
    }

    /// <summary>Judges an error object inside an answer that began well.</summary>
    public static RequestFailure OfStreamedError(ProviderError error, ChatClientOptions options)
    {
        if (error.Code is >= 400 and < 600 and var status)
        {
            return OfStatus(status, string.Empty, error, options);
        }

        var text = error.Message ?? "the provider reported an error without words";
        var isLimit = error.Code is 1302 or 1305 || (error.Code is { } code && Contains(options, code))
            || error.Kind?.Contains("rate_limit", StringComparison.OrdinalIgnoreCase) == true;
        return new(isLimit ? ModelFault.RateLimited : ModelFault.ServerError, text, null, isLimit || error.SoundsPassing);
    }

    /// <summary>Judges a broken connection, or one that never was.</summary>
    public static RequestFailure OfConnection(Exception exception, Uri? connectingTo)
    {
        var socket = Find<SocketException>(exception);
        if (Find<System.Security.Authentication.AuthenticationException>(exception) is { } tls)
        {
            return new(ModelFault.Unreachable,
                $"no secure connection to {connectingTo?.Host ?? "the server"}: {tls.Message}") { Cause = exception };
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

    /// <summary>Reads a <c>Retry-After</c> header: seconds or a date.</summary>
    public static TimeSpan? RetryAfter(string? value, DateTimeOffset now)
    {
        if (double.TryParse(value, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var seconds))
        {
            return TimeSpan.FromSeconds(Math.Min(seconds, TimeSpan.FromDays(1).TotalSeconds));
        }

        return DateTimeOffset.TryParse(value, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var date)
            ? (date > now ? date - now : TimeSpan.Zero)
            : null;
    }

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
