using System.Globalization;
using QwenCode.Mcp.Serving;

namespace QwenCode.Cli.CommandLine;

/// <summary>Where <c>qwen mcp serve</c> listens.</summary>
/// <param name="Host">An address of this machine, or <c>*</c> for all.</param>
/// <param name="Port">The port; 0 takes a free one.</param>
internal sealed record HttpPlace(string Host, int Port)
{
    /// <summary>Reads <c>[HOST:]PORT</c>.</summary>
    /// <exception cref="UsageException">It is something else.</exception>
    public static HttpPlace Parse(string text)
    {
        var colon = text.LastIndexOf(':');
        var host = colon < 0 ? "localhost" : text[..colon];
        return ushort.TryParse(text.AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var port)
            && (host is "*" || Uri.CheckHostName(host) is not UriHostNameType.Unknown)
            ? new HttpPlace(host is "0.0.0.0" or "[::]" ? "*" : host, port)
            : throw new UsageException(
                $"Invalid --http: \"{text}\". Write a port, or HOST:PORT such as 127.0.0.1:8931, [::1]:8931 or *:8931.");
    }

    /// <summary>Gets whether only this machine can reach it.</summary>
    public bool IsLoopback => McpHttpOptions.IsLoopbackHost(Host);
}
