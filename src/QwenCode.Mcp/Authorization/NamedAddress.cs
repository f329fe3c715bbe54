using QwenCode.Platform.Net;

namespace QwenCode.Mcp.Authorization;

/// <summary>What a server may name as a part of its login.</summary>
internal static class NamedAddress
{
    /// <summary>Refuses an address that a login must not use.</summary>
    /// <param name="address">The address.</param>
    /// <param name="server">The address of the server that names it.</param>
    /// <param name="what">What it is, as the beginning of a sentence.</param>
    /// <exception cref="LoginFailedException">It is refused.</exception>
    public static void Check(Uri address, Uri server, string what)
    {
        // Everything of a login could be read and replaced on the way; only on this machine there is no way.
        if (address.Scheme != Uri.UriSchemeHttps && !(address.Scheme == Uri.UriSchemeHttp && address.IsLoopback && server.IsLoopback))
        {
            throw new LoginFailedException($"{what} must begin with https://: {Show(address)}.");
        }

        // What listens on this machine or in its network is none of a public server's business.
        if (NetworkAddress.IsPrivate(address) && !NetworkAddress.IsPrivate(server))
        {
            throw new LoginFailedException($"{what} lies in a private network, and the server does not: {Show(address)}.");
        }
    }

    /// <summary>Returns whether two addresses have the same scheme, host and port.</summary>
    public static bool HasSameOrigin(Uri one, Uri other) =>
        Uri.Compare(one, other, UriComponents.SchemeAndServer, UriFormat.Unescaped, StringComparison.OrdinalIgnoreCase) == 0;

    /// <summary>Gives an address without what may be secret.</summary>
    public static string Show(Uri address) => address.IsAbsoluteUri ? address.GetLeftPart(UriPartial.Path) : "a relative address";
}
