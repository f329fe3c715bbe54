using System.Net;

namespace QwenCode.Plugin.Web;

/// <summary>Makes the HTTP client that a tool keeps. It follows no redirects by itself and keeps no cookies.</summary>
internal static class WebClient
{
    /// <summary>Gives a client that is made at its first use.</summary>
    public static Lazy<HttpClient> Make() => new(static () => new HttpClient(new SocketsHttpHandler
    {
        AllowAutoRedirect = false,
        UseCookies = false,
        AutomaticDecompression = DecompressionMethods.All,
        PooledConnectionLifetime = TimeSpan.FromMinutes(5),
    })
    {
        // Each request brings its own time limit, which can be told from a cancellation.
        Timeout = Timeout.InfiniteTimeSpan,
    });
}
