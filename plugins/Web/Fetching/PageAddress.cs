using System.Net;
using System.Net.Sockets;

namespace QwenCode.Plugin.Web.Fetching;

/// <summary>What is to be known of an address before it is fetched.</summary>
internal static class PageAddress
{
    /// <summary>Says whether an address can be fetched at all.</summary>
    public static bool IsWeb(Uri address) =>
        (address.Scheme == Uri.UriSchemeHttp || address.Scheme == Uri.UriSchemeHttps) && address.Host.Length > 0;

    /// <summary>Gives the address of the text itself, where the one given is that of a page around it.</summary>
    public static Uri Rewrite(Uri address)
    {
        if (!address.Host.Equals("github.com", StringComparison.OrdinalIgnoreCase)
            && !address.Host.Equals("www.github.com", StringComparison.OrdinalIgnoreCase))
        {
            return address;
        }

        // /owner/repository/blob/branch/path
        var parts = address.AbsolutePath.Split('/');
        return parts.Length > 5 && parts[3] == "blob"
            ? new UriBuilder(Uri.UriSchemeHttps, "raw.githubusercontent.com")
            {
                Path = string.Join('/', parts.Where(static (_, index) => index != 3)),
                Query = address.Query,
            }.Uri
            : address;
    }

    /// <summary>Says whether a permission for one host covers another. Only a leading <c>www.</c> makes no difference.</summary>
    public static bool IsSameHost(Uri left, Uri right) =>
        Bare(left).Equals(Bare(right), StringComparison.OrdinalIgnoreCase);

    /// <summary>Says whether an address is seen to lie on this machine or in a private network.</summary>
    public static bool IsPrivate(Uri address)
    {
        if (address.IsLoopback || address.Host.EndsWith(".local", StringComparison.OrdinalIgnoreCase)
            || address.Host.EndsWith(".internal", StringComparison.OrdinalIgnoreCase))
        {
            return true;
        }

        if (!IPAddress.TryParse(address.DnsSafeHost, out var ip))
        {
            return false;
        }

        ip = ip.IsIPv4MappedToIPv6 ? ip.MapToIPv4() : ip;
        if (ip.AddressFamily == AddressFamily.InterNetworkV6)
        {
            return IPAddress.IsLoopback(ip) || ip.IsIPv6LinkLocal || ip.IsIPv6UniqueLocal || ip.Equals(IPAddress.IPv6Any);
        }

        var bytes = ip.GetAddressBytes();
        return bytes[0] is 0 or 10 or 127
            || (bytes[0] == 172 && bytes[1] is >= 16 and < 32)
            || (bytes[0] == 192 && bytes[1] == 168)
            || (bytes[0] == 169 && bytes[1] == 254)
            || (bytes[0] == 100 && bytes[1] is >= 64 and < 128);
    }

    private static string Bare(Uri address)
    {
        var host = address.IdnHost;
        return host.StartsWith("www.", StringComparison.OrdinalIgnoreCase) ? host[4..] : host;
    }
}
