using System.Net;
using System.Net.Sockets;
using System.Text.RegularExpressions;

namespace QwenCode.Hooks;

/// <summary>The addresses hooks may not call: private networks and the metadata services of clouds. The local machine is allowed.</summary>
internal static class HookAddresses
{
    private static readonly string[] BlockedHosts =
        ["localhost.localdomain", "ip6-localhost", "ip6-loopback", "metadata.google.internal", "169.254.169.254",
            "metadata.azure.internal"];

    /// <summary>Returns why a URL may not be called; <c>null</c> if it may.</summary>
    public static string? Refuse(string url, IReadOnlyList<string> allowed)
    {
        if (!Uri.TryCreate(url, UriKind.Absolute, out var uri) || uri.Scheme is not ("http" or "https"))
        {
            return "its URL is no http or https URL";
        }

        var host = uri.DnsSafeHost.TrimEnd('.');
        if (BlockedHosts.Contains(host, StringComparer.OrdinalIgnoreCase)
            || (IPAddress.TryParse(host, out var address) && IsBlocked(address)))
        {
            return "its host is in a private network or a metadata service";
        }

        return allowed.Count == 0 || allowed.Any(pattern => Fits(pattern, url)) ? null
            : "its URL fits no pattern of security.allowedHttpHookUrls";
    }

    public static bool IsBlocked(IPAddress address)
    {
        if (address.AddressFamily is AddressFamily.InterNetworkV6)
        {
            Span<byte> bytes = stackalloc byte[16];
            address.TryWriteBytes(bytes, out _);
            if (address.IsIPv4MappedToIPv6 || bytes.StartsWith((ReadOnlySpan<byte>)[0, 0x64, 0xff, 0x9b, 0, 0, 0, 0, 0, 0, 0, 0]))
            {
                // An IPv4 address in IPv6 notation: mapped, or of a NAT64 gateway.
                return IsBlocked(new IPAddress(bytes[12..]));
            }

            return address.Equals(IPAddress.IPv6Any) || (bytes[0] & 0xfe) == 0xfc || (bytes[0] == 0xfe && (bytes[1] & 0xc0) == 0x80);
        }

        Span<byte> four = stackalloc byte[4];
        address.TryWriteBytes(four, out _);
        return (four[0], four[1]) switch
        {
            (0 or 10, _) or (169, 254) or (192, 168) => true,
            (100, >= 64 and <= 127) or (172, >= 16 and <= 31) => true,
            _ => false,
        };
    }

    // A pattern that contains "\." is a regular expression, except for its stars.
    private static bool Fits(string pattern, string url)
    {
        var escaped = pattern.Contains("\\.", StringComparison.Ordinal) ? pattern.Replace("*", ".*", StringComparison.Ordinal)
            : Regex.Escape(pattern).Replace("\\*", ".*", StringComparison.Ordinal);
        try
        {
            return Regex.IsMatch(url, $"^(?:{escaped})$",
                RegexOptions.IgnoreCase | RegexOptions.CultureInvariant | RegexOptions.Singleline, TimeSpan.FromSeconds(1));
        }
        catch (Exception exception) when (exception is ArgumentException or RegexMatchTimeoutException)
        {
            return false;
        }
    }
}
