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

    private static string Bare(Uri address)
    {
        var host = address.IdnHost;
        return host.StartsWith("www.", StringComparison.OrdinalIgnoreCase) ? host[4..] : host;
    }
}
