using System.Net;
using QwenCode.Models.Cassettes;

namespace QwenCode.Models.Transport;

/// <summary>Decides how an address is reached.</summary>
internal static class ChatTransports
{
    /// <summary>Gives the transport for a client.</summary>
    /// <param name="options">The client's options.</param>
    /// <exception cref="ModelException">Requests should be logged and cannot be.</exception>
    public static IChatTransport For(ChatClientOptions options) =>
        options.Cassette is null ? Direct(options) : CassetteTransports.For(options, Direct);

    /// <summary>Gives the transport to the server, without a cassette.</summary>
    /// <param name="options">The client's options.</param>
    /// <exception cref="ModelException">Requests should be logged and cannot be.</exception>
    public static IChatTransport Direct(ChatClientOptions options)
    {
        var proxy = options.Proxy ?? ProxySettings.Read(null, Environment.GetEnvironmentVariable);
        IChatTransport transport = IsDirect(options.BaseUrl, proxy, !OperatingSystem.IsLinux())
            ? new SocketTransport(options.TimeProvider, ServerTrust.Of(options), options.Report)
            : new HttpClientTransport(proxy, ServerTrust.Of(options), options.Report);
        return Logged(transport, options);
    }

    /// <summary>Lets a transport log what it sends, if that is wanted.</summary>
    /// <param name="transport">The transport.</param>
    /// <param name="options">The client's options.</param>
    public static IChatTransport Logged(IChatTransport transport, ChatClientOptions options)
    {
        if (options.LogDirectory is not { } directory)
        {
            return transport;
        }

        RequestLog.Prepare(directory);
        return new LoggedTransport(transport, options);
    }

    /// <summary>Returns whether an address is surely reached without a proxy.</summary>
    /// <param name="url">The address.</param>
    /// <param name="proxy">The proxy, if there is one.</param>
    /// <param name="hasSystemProxy">Whether the system may know a proxy that no variable names.</param>
    public static bool IsDirect(Uri url, IWebProxy? proxy, bool hasSystemProxy) =>
        (url.Scheme == Uri.UriSchemeHttp || url.Scheme == Uri.UriSchemeHttps)
        && (proxy is null ? url.IsLoopback || !hasSystemProxy : proxy.IsBypassed(url));
}
