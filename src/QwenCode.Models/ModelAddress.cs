using QwenCode.Platform.Net;

namespace QwenCode.Models;

/// <summary>Addresses of model servers as people write them.</summary>
public static class ModelAddress
{
    // What people copy along with an address.
    private static readonly string[] Endpoints = ["/chat/completions", "/v1/messages"];

    /// <summary>
    /// Reads a base URL. Without a scheme it is <c>http</c> on this machine or a private network and <c>https</c> elsewhere; the path of
    /// the endpoint at its end is taken off.
    /// </summary>
    /// <param name="text">What was written.</param>
    /// <exception cref="ModelException">That is no address; <see cref="ModelFault.NotConfigured"/>.</exception>
    public static Uri Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var written = text.Trim();
        if (!written.Contains("://", StringComparison.Ordinal))
        {
            written = (IsNear(written) ? "http://" : "https://") + written;
        }

        if (!Uri.TryCreate(written, UriKind.Absolute, out var address) || address.Host.Length == 0
            || address.Scheme is not ("http" or "https"))
        {
            throw new ModelException(
                ModelFault.NotConfigured, $"The base URL '{Shown(text)}' is no address of a server.",
                advice: "Write it as https://host/v1, in OPENAI_BASE_URL or the variable of its protocol, --openai-base-url, or baseUrl of "
                    + "the provider's entry.");
        }

        var path = address.AbsolutePath.TrimEnd('/');
        return Endpoints.FirstOrDefault(known => path.EndsWith(known, StringComparison.OrdinalIgnoreCase)) is { } endpoint
            ? new UriBuilder(address) { Path = path[..^endpoint.Length] }.Uri
            : address;
    }

    private static bool IsNear(string written)
    {
        return Uri.TryCreate("http://" + written, UriKind.Absolute, out var address)
            && (NetworkAddress.IsPrivate(address)
                || (address.HostNameType is UriHostNameType.Dns && !address.Host.Contains('.', StringComparison.Ordinal)));
    }

    // What stands before an @ may be a password.
    private static string Shown(string text)
    {
        var at = text.LastIndexOf('@');
        return at >= 0 ? $"***{text[at..]}" : text;
    }
}
