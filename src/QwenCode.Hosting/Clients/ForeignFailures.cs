using System.Net;
using System.Net.Sockets;
using System.Runtime.CompilerServices;
using QwenCode.Models;

namespace QwenCode.Hosting.Clients;

/// <summary>
/// Classifies exceptions of foreign clients. Each library has a type of its own for answers with an error
/// status (<c>HttpOperationException</c>, <c>ClientResultException</c>, <c>RequestFailedException</c>); they are known by the
/// status they carry, so that no library is loaded for it.
/// </summary>
internal static class ForeignFailures
{
    /// <summary>Makes the exception that the kernel knows.</summary>
    /// <returns>
    /// <c>null</c> if the exception is to be thrown as it is: a cancelled request, or a failure that is no failure of a request.
    /// </returns>
    public static ModelException? Translate(Exception exception, ModelEntry entry, CancellationToken cancellationToken)
    {
        if (exception is ModelException || (exception is OperationCanceledException && cancellationToken.IsCancellationRequested))
        {
            return null;
        }

        int? status = null;
        ModelFault? fault = null;
        for (var cause = exception; cause is not null && status is null; cause = cause.InnerException)
        {
            if (cause is ModelException own)
            {
                return own;
            }

            status = StatusOf(cause);
            fault = cause switch
            {
                TimeoutException or OperationCanceledException => ModelFault.Timeout,
                HttpRequestException { HttpRequestError: HttpRequestError.ResponseEnded } => ModelFault.BrokenStream,
                HttpRequestException or SocketException => fault ?? ModelFault.Unreachable,
                IOException => fault ?? ModelFault.BrokenStream,
                _ => fault,
            };
        }

        fault = status is { } code ? FaultOf(code, entry) : fault;
        if (fault is not { } known)
        {
            return null;
        }

        var secrets = new ForeignSecrets(entry);
        var message = known is ModelFault.Timeout && exception is OperationCanceledException
            ? "The model did not answer in time." : secrets.Remove(OneLine(exception));
        return new ModelException(known, message, status, Advice(known, entry), secrets.IsIn(exception.ToString()) ? null : exception);
    }

    private static ModelFault FaultOf(int status, ModelEntry entry) => status switch
    {
        _ when status == 429 || entry.RetryErrorCodes.Contains(status) => ModelFault.RateLimited,
        401 or 403 => ModelFault.Unauthorized,
        404 => ModelFault.NotFound,
        413 => ModelFault.TooLong,
        408 => ModelFault.Timeout,
        >= 500 => ModelFault.ServerError,
        _ => ModelFault.Refused,
    };

    private static int? StatusOf(Exception exception)
    {
        // The exceptions of client libraries are known by name only. A native program has no such libraries.
        if (!RuntimeFeature.IsDynamicCodeSupported)
        {
            return exception is HttpRequestException { StatusCode: { } known } ? (int)known : null;
        }

        var type = exception.GetType();
        var status = (type.GetProperty("StatusCode") ?? type.GetProperty("Status"))?.GetValue(exception) switch
        {
            HttpStatusCode code => (int)code,
            int code => code,
            _ => 0,
        };
        return status is >= 400 and < 600 ? status : null;
    }

    private static string OneLine(Exception exception)
    {
        var text = exception is AggregateException { InnerException: { } first } ? first.Message : exception.Message;
        return string.Join(' ', text.Split((char[])['\r', '\n'], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries));
    }

    private static string Advice(ModelFault fault, ModelEntry entry) => fault switch
    {
        ModelFault.Unauthorized => entry.EnvKey is { } variable
            ? $"The service of the model '{entry.Id}' refused the key: check {variable}, or the key in the settings."
            : $"The service of the model '{entry.Id}' refused the key that its client was made with.",
        ModelFault.NotFound => $"Check the model '{entry.Id}' and the address of its service.",
        ModelFault.Unreachable => $"Check the address of the service of the model '{entry.Id}', and the proxy settings.",
        ModelFault.RateLimited =>
            $"The service of the model '{entry.Id}' limits how much it answers; try again later, or run fewer agents at once.",
        ModelFault.Timeout or ModelFault.ServerError or ModelFault.BrokenStream =>
            $"The trouble lies at the service of the model '{entry.Id}' or on the way to it; try again later.",
        _ => string.Empty,
    };
}
