using System.Net.Sockets;
using System.Security.Authentication;
using QwenCode.Models.Transport;

namespace QwenCode.Models.Cassettes;

/// <summary>How a request failed without an answer, or an answer broke off: enough to fail in the same way again.</summary>
/// <param name="Kind">One of <c>http</c>, <c>socket</c>, <c>closed</c>, <c>unreadable</c>, <c>damaged</c>, <c>stopped</c>.</param>
/// <param name="Message">What was said.</param>
/// <param name="Error">The name of the HTTP error; <c>null</c> for the other kinds.</param>
/// <param name="Socket">The name of the error of the socket, if there was one.</param>
internal sealed record RecordedFailure(string Kind, string Message, string? Error = null, string? Socket = null)
{
    /// <summary>Reads an exception.</summary>
    /// <param name="exception">What was thrown.</param>
    public static RecordedFailure Of(Exception exception)
    {
        string? socket = null;
        var isTls = false;
        for (var cause = exception; cause is not null; cause = cause.InnerException)
        {
            socket ??= (cause as SocketException)?.SocketErrorCode.ToString();
            isTls |= cause is AuthenticationException;
        }

        return exception switch
        {
            InvalidAnswerException => new("unreadable", exception.Message),
            InvalidDataException => new("damaged", exception.Message),
            OperationCanceledException => new("stopped", "The request was given up."),
            _ when isTls => new("tls", exception.Message),
            HttpRequestException http => new("http", exception.Message, http.HttpRequestError.ToString(), socket),
            SocketException => new("socket", exception.Message, Socket: socket),
            _ => new("closed", exception.Message, Socket: socket),
        };
    }

    /// <summary>Makes the exception again.</summary>
    public Exception ToException()
    {
        var socket = Enum.TryParse<SocketError>(Socket, out var code) ? new SocketException((int)code) : null;
        return Kind switch
        {
            "unreadable" => new InvalidAnswerException(Message),
            "damaged" => new InvalidDataException(Message),
            "tls" => new AuthenticationException(Message),
            "http" => new HttpRequestException(
                Enum.TryParse<HttpRequestError>(Error, out var error) ? error : HttpRequestError.Unknown, Message, socket),
            "socket" when socket is not null => socket,
            _ => new IOException(Message, socket),
        };
    }
}
