using System.Globalization;

namespace QwenCode.Permissions.Matching;

/// <summary>Compares hosts.</summary>
internal static class DomainRule
{
    private static readonly IdnMapping Names = new() { AllowUnassigned = true };

    /// <summary>Returns whether a host is the domain of the rule or one of its subdomains.</summary>
    public static bool Matches(string specifier, string host)
    {
        var domain = specifier.StartsWith("domain:", StringComparison.OrdinalIgnoreCase) ? specifier["domain:".Length..] : specifier;
        domain = Clean(domain.StartsWith("*.", StringComparison.Ordinal) ? domain[2..] : domain);
        host = Clean(host);
        return domain is "*" || host == domain || host.EndsWith("." + domain, StringComparison.Ordinal);
    }

    /// <summary>Returns the host of an address; <c>null</c> if it has none, or if programs parse it differently.</summary>
    public static string? HostOf(string url) =>
        Uri.TryCreate(url.Trim(), UriKind.Absolute, out var uri) && uri.IdnHost.Length > 0 && AuthorityOf(uri.OriginalString).All(IsPlain)
            ? uri.IdnHost : null;

    private static string AuthorityOf(string url)
    {
        var start = url.IndexOf("://", StringComparison.Ordinal) + 3;
        var end = url.AsSpan(Math.Min(start, url.Length)).IndexOfAny('/', '?', '#');
        return end < 0 ? url : url[..(start + end)];
    }

    /// <summary>
    /// Returns whether name lookup keeps a character. It maps look-alikes, such as wide letters, to others and drops invisible characters.
    /// </summary>
    private static bool IsPlain(char c) =>
        c <= '\x7f' || (!char.IsSurrogate(c) && (char.IsLetterOrDigit(c)
            || char.GetUnicodeCategory(c) is UnicodeCategory.NonSpacingMark or UnicodeCategory.SpacingCombiningMark)
            && c is not ((>= '\u2070' and <= '\u218f') or (>= '\u2460' and <= '\u24ff') or (>= '\ufb00' and <= '\uffff')
                or (>= '\ufe00' and <= '\ufe0f') or '\u00aa' or '\u00ba'));

    /// <summary>Returns a host in the form that is looked up: names in other scripts have one spelling there.</summary>
    private static string Clean(string host)
    {
        host = host.Trim().TrimEnd('.');
        try
        {
            return host.Any(static c => c > '\x7f') ? Names.GetAscii(host).ToLowerInvariant() : host.ToLowerInvariant();
        }
        catch (ArgumentException)
        {
            return host.ToLowerInvariant();
        }
    }
}
