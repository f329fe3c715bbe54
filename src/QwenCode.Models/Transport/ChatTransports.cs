using System.Net;

namespace QwenCode.Models.Transport;

/// <summary>Decides how an address is reached.</summary>
internal static class ChatTransports
{
    private static readonly string[] ProxyVariables = ["http_proxy", "HTTP_PROXY", "https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY"];

    /// <summary>Gives the transport for a client.</summary>
    /// <param name="options">The client's options.</param>
    /// <exception cref="ModelException">Requests should be logged and cannot be.</exception>
    public static IChatTransport For(ChatClientOptions options)
    {
        IChatTransport transport = IsDirect(options.BaseUrl, options.Proxy, Environment.GetEnvironmentVariable, !OperatingSystem.IsLinux())
            ? new SocketTransport(options.TimeProvider)
            : new HttpClientTransport(options.Proxy);
        if (options.LogDirectory is not { } directory)
        {
            return transport;
        }

        RequestLog.Prepare(directory);
        return new LoggedTransport(transport, options);
    }

    /// <summary>
    /// Whether an address is surely reached without a proxy. Where a proxy is even mentioned, rules like NO_PROXY are left to
    /// .NET.
    /// </summary>
    /// <param name="url">The address.</param>
    /// <param name="proxy">The proxy that was set for the client.</param>
    /// <param name="variable">Reads an environment variable.</param>
    /// <param name="hasSystemProxy">Whether the system may know a proxy that no variable names.</param>
    public static bool IsDirect(Uri url, IWebProxy? proxy, Func<string, string?> variable, bool hasSystemProxy)
    {
        if (proxy is not null || (url.Scheme != Uri.UriSchemeHttp && url.Scheme != Uri.UriSchemeHttps)
            || (hasSystemProxy && !url.IsLoopback))
        {
            return false;
        }

        foreach (var name in ProxyVariables)
        {
            if (!string.IsNullOrEmpty(variable(name)))
            {
                return false;
            }
        }

        return true;
    }
}
