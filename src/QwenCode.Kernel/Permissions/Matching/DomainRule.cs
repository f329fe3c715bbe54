namespace QwenCode.Kernel.Permissions.Matching;

/// <summary>Compares hosts.</summary>
internal static class DomainRule
{
    /// <summary>Says whether a host is the rule's domain or lies below it.</summary>
    public static bool Matches(string specifier, string host)
    {
        var domain = specifier.StartsWith("domain:", StringComparison.OrdinalIgnoreCase) ? specifier["domain:".Length..] : specifier;
        domain = Clean(domain.StartsWith("*.", StringComparison.Ordinal) ? domain[2..] : domain);
        host = Clean(host);
        return domain is "*" || host == domain || host.EndsWith("." + domain, StringComparison.Ordinal);
    }

    /// <summary>Gives the host of an address, or <c>null</c> where it has none.</summary>
    public static string? HostOf(string url) =>
        Uri.TryCreate(url.Trim(), UriKind.Absolute, out var uri) && uri.Host.Length > 0 ? uri.Host : null;

    private static string Clean(string host) => host.Trim().TrimEnd('.').ToLowerInvariant();
}
