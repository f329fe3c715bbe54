using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace QwenCode.Models.Transport;

/// <summary>
/// The proxy for an address, from a setting or from the usual variables: <c>https_proxy</c>, <c>http_proxy</c>, <c>all_proxy</c>,
/// <c>no_proxy</c>, in either case. Knows HTTP, HTTPS and SOCKS proxies, and of <c>no_proxy</c> names, domains, ports, ranges
/// (<c>10.0.0.0/8</c>) and <c>*</c>.
/// </summary>
public sealed class ProxySettings : IWebProxy
{
    private readonly Uri? _secure;
    private readonly Uri? _plain;
    private readonly string[] _exceptions;

    private ProxySettings(Uri? secure, Uri? plain, string[] exceptions)
    {
        // The framework puts a proxy's address into its errors, so the password is kept apart from it.
        (_secure, _plain, _exceptions) = (WithoutUser(secure), WithoutUser(plain), exceptions);
        Credentials = new Passwords([secure, plain]);
    }

    /// <inheritdoc/>
    public ICredentials? Credentials { get; set; }

    /// <summary>Reads the proxy.</summary>
    /// <param name="address">A proxy that was set for all addresses; <c>null</c> leaves it to the variables.</param>
    /// <param name="variable">Returns a variable, or <c>null</c>.</param>
    /// <returns><c>null</c> if there is none.</returns>
    /// <exception cref="ModelException">A variable holds no address of a proxy; <see cref="ModelFault.NotConfigured"/>.</exception>
    public static ProxySettings? Read(Uri? address, Func<string, string?> variable)
    {
        ArgumentNullException.ThrowIfNull(variable);
        var all = Proxy("all_proxy");
        var secure = address ?? Proxy("https_proxy") ?? all;
        var plain = address ?? Proxy("http_proxy") ?? all;
        if (secure is null && plain is null)
        {
            return null;
        }

        return new(secure, plain, (Value("no_proxy") ?? string.Empty).Split(
            [',', ' ', ';'], StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries));

        string? Value(string name) =>
            variable(name) is { Length: > 0 } lower ? lower : variable(name.ToUpperInvariant()) is { Length: > 0 } upper ? upper : null;

        Uri? Proxy(string name) => Value(name) is { } text
            ? Parse(text) ?? throw new ModelException(ModelFault.NotConfigured, $"The variable {name} holds no address of a proxy.",
                advice: "Write it as http://host:port or socks5://host:port, or unset it.")
            : null;
    }

    /// <summary>Reads the address of a proxy; without a scheme it is an HTTP proxy.</summary>
    /// <param name="text">The address.</param>
    /// <returns><c>null</c> if the text is no such address.</returns>
    public static Uri? Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var written = text.Trim();
        written = written.Contains("://", StringComparison.Ordinal) ? written : "http://" + written;

        // The names of hosts are always left to a SOCKS proxy to look up, which is what the h stands for.
        written = written.StartsWith("socks5h://", StringComparison.OrdinalIgnoreCase) ? "socks5://" + written["socks5h://".Length..]
            : written.StartsWith("socks://", StringComparison.OrdinalIgnoreCase) ? "socks5://" + written["socks://".Length..]
            : written;
        return Uri.TryCreate(written, UriKind.Absolute, out var address) && address.Host.Length > 0
            && address.Scheme is "http" or "https" or "socks4" or "socks4a" or "socks5"
            ? address
            : null;
    }

    /// <inheritdoc/>
    public Uri? GetProxy(Uri destination)
    {
        ArgumentNullException.ThrowIfNull(destination);
        return IsBypassed(destination) ? null : Of(destination);
    }

    /// <inheritdoc/>
    public bool IsBypassed(Uri host)
    {
        ArgumentNullException.ThrowIfNull(host);
        return Of(host) is null || Array.Exists(_exceptions, exception => Matches(exception, host));
    }

    /// <inheritdoc/>
    public override string ToString() => "a proxy";

    private static bool Matches(string exception, Uri url)
    {
        if (exception == "*")
        {
            return true;
        }

        var host = url.IdnHost.TrimEnd('.');
        if (exception.Contains('/', StringComparison.Ordinal))
        {
            return IPNetwork.TryParse(exception, out var network) && IPAddress.TryParse(host, out var address) && network.Contains(address);
        }

        // host:port, but not an IPv6 address without brackets.
        var name = exception;
        var colon = name.LastIndexOf(':');
        if (colon > 0 && (name.IndexOf(':', StringComparison.Ordinal) == colon || name[colon - 1] == ']'))
        {
            if (!int.TryParse(name.AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var port) || port != url.Port)
            {
                return false;
            }

            name = name[..colon];
        }

        name = name.Trim('[', ']').TrimEnd('.');
        name = name.StartsWith("*.", StringComparison.Ordinal) ? name[2..] : name.TrimStart('.');
        if (IPAddress.TryParse(host, out var literal))
        {
            return IPAddress.TryParse(name, out var other) && (literal.AddressFamily == AddressFamily.InterNetworkV6
                ? literal.Equals(other) : host == name);
        }

        return name.Length > 0 && (host.Equals(name, StringComparison.OrdinalIgnoreCase)
            || (host.Length > name.Length && host.EndsWith(name, StringComparison.OrdinalIgnoreCase) && host[^(name.Length + 1)] == '.'));
    }

    private static Uri? WithoutUser(Uri? address) =>
        address is { UserInfo.Length: > 0 } ? new UriBuilder(address) { UserName = string.Empty, Password = string.Empty }.Uri : address;

    private static NetworkCredential? CredentialsOf(Uri? address) => address?.UserInfo.Split(':', 2) is [{ Length: > 0 } user, .. var rest]
        ? new(Uri.UnescapeDataString(user), rest.Length > 0 ? Uri.UnescapeDataString(rest[0]) : string.Empty)
        : null;

    /// <summary>Each proxy's own user and password; no proxy gets those of another.</summary>
    private sealed class Passwords(Uri?[] proxies) : ICredentials
    {
        public NetworkCredential? GetCredential(Uri uri, string authType) => CredentialsOf(
            Array.Find(proxies, proxy => proxy is { UserInfo.Length: > 0 } && proxy.Host == uri.Host && proxy.Port == uri.Port));
    }

    private Uri? Of(Uri destination) => destination.Scheme == Uri.UriSchemeHttps ? _secure : _plain;
}
