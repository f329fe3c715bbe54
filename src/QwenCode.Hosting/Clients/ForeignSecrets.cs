using System.Text.RegularExpressions;
using QwenCode.Models;

namespace QwenCode.Hosting.Clients;

/// <summary>
/// Takes keys out of what the user gets to read: the entry's own, and what looks like one, for a host's client has a key that we do
/// not know.
/// </summary>
internal sealed partial class ForeignSecrets(ModelEntry entry)
{
    private const string Mask = "***";
    private const int Shortest = 4;

    /// <summary>Replaces keys.</summary>
    public string Remove(string text)
    {
        text = Replace(text, entry.ApiKey?.Trim());
        foreach (var (name, value) in entry.Headers)
        {
            if (SecretHeader().IsMatch(name))
            {
                text = Replace(text, value);
                text = Replace(text, value[(value.LastIndexOf(' ') + 1)..]);
            }
        }

        return LikeAKey().Replace(text, Mask);
    }

    /// <summary>Returns whether a text holds a key.</summary>
    public bool IsIn(string text) => Remove(text) != text;

    private static string Replace(string text, string? secret) =>
        secret is { Length: >= Shortest } ? text.Replace(secret, Mask, StringComparison.Ordinal) : text;

    [GeneratedRegex("auth|key|token|secret|cookie|password", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex SecretHeader();

    [GeneratedRegex(@"\b(?:sk|pk|rk)-[A-Za-z0-9_\-]{8,}|(?<=\bBearer )[^\s""']{4,}", RegexOptions.CultureInvariant)]
    private static partial Regex LikeAKey();
}
