using System.Net;
using QwenCode.Mcp.Configuration;

namespace QwenCode.Mcp.Connections;

/// <summary>When a server that was lost is tried again: after a second, then after twice as long each time.</summary>
internal sealed class Restarts(McpServerConfiguration server, McpServersOptions options)
{
    private static readonly TimeSpan First = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(1);

    private long _began;
    private int _count;

    /// <summary>Returns whether what kept a server away may pass by itself: it cannot be reached, or is overloaded.</summary>
    public static bool MayPass(Exception exception)
    {
        for (var cause = exception; cause is not null; cause = cause.InnerException)
        {
            if (cause is HttpRequestException { StatusCode: var status })
            {
                return status is null or HttpStatusCode.RequestTimeout or HttpStatusCode.TooManyRequests
                    or >= HttpStatusCode.InternalServerError;
            }
        }

        return false;
    }

    /// <summary>Notes that the server is connected.</summary>
    public void Began() => _began = options.Time.GetTimestamp();

    /// <summary>
    /// Returns whether a server that was lost is started again: a program that has ended too often is not; a server of the net may be
    /// away for as long as it likes.
    /// </summary>
    public bool MayStart()
    {
        // One that has worked for a while is no server that cannot start.
        if (_began != 0 && options.Time.GetElapsedTime(_began) > Longest)
        {
            _count = 0;
        }

        _began = 0;
        return server.Transport is not McpTransport.Stdio || _count < options.MaxRestarts;
    }

    /// <summary>Waits until the server may be tried again.</summary>
    /// <returns>Whether it is to be tried.</returns>
    public async Task<bool> WaitAsync(CancellationToken cancellationToken)
    {
        var delay = First * Math.Pow(2, Math.Min(_count++, 6));
        await Task.Delay(delay < Longest ? delay : Longest, options.Time, cancellationToken)
            .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        return !cancellationToken.IsCancellationRequested;
    }
}
