using System.Net;

namespace QwenCode.Mcp.Serving;

/// <summary>Where and for whom the protocol is served over HTTP.</summary>
public sealed record McpHttpOptions
{
    /// <summary>Gets the address to listen on: one of this machine, or <c>*</c> for all.</summary>
    /// <value>The default, <c>localhost</c>, is reached from this machine alone.</value>
    public string Host { get; init; } = "localhost";

    /// <summary>Gets the port.</summary>
    /// <value>The default, 0, takes a free one.</value>
    public int Port { get; init; }

    /// <summary>Gets what clients have to know to be served; <c>null</c> serves everybody who reaches the port.</summary>
    public string? Token { get; init; }

    /// <summary>Gets how many clients are served at once; one more takes the place of the one that has been silent for longest.</summary>
    /// <value>The default is 64.</value>
    public int MaxSessions { get; init; } = 64;

    /// <summary>Gets after which silence a client is gone. One whose tasks run is not.</summary>
    /// <value>The default is half an hour.</value>
    public TimeSpan IdleLimit { get; init; } = TimeSpan.FromMinutes(30);

    /// <summary>Gets how many bytes a message may have.</summary>
    /// <value>The default is 16 MiB.</value>
    public int MaxMessageBytes { get; init; } = 16 * 1024 * 1024;

    /// <summary>Gets whether only this machine can reach the address.</summary>
    public bool IsLoopback => IsLoopbackHost(Host);

    /// <summary>Returns whether a host, as a Host header or an address has it, is this machine's own.</summary>
    /// <param name="host">The host without its port.</param>
    public static bool IsLoopbackHost(string host)
    {
        ArgumentNullException.ThrowIfNull(host);
        return host.Equals("localhost", StringComparison.OrdinalIgnoreCase)
            || (IPAddress.TryParse(host.Trim('[', ']'), out var address) && IPAddress.IsLoopback(address));
    }
}
