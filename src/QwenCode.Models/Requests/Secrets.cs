namespace QwenCode.Models.Requests;

/// <summary>Takes keys out of what people get to read: some servers repeat the key they refuse.</summary>
internal static class Secrets
{
    private const int ShortestSecret = 4;

    /// <summary>Replaces the key, and the values of headers that carry one.</summary>
    /// <param name="text">What a server said.</param>
    /// <param name="options">Whose key it is.</param>
    public static string Remove(string text, ChatClientOptions options)
    {
        text = Replace(Replace(text, options.ApiKey?.Trim()), options.CurrentToken?.Invoke());
        foreach (var (name, value) in options.Headers)
        {
            if (IsSecret(name))
            {
                text = Replace(text, value);
                var space = value.LastIndexOf(' ');
                text = space > 0 ? Replace(text, value[(space + 1)..]) : text;
            }
        }

        return options.BaseUrl.UserInfo is { Length: > 0 } user ? Replace(text, user) : text;
    }

    private static bool IsSecret(string header)
    {
        foreach (var word in (ReadOnlySpan<string>)["auth", "key", "token", "secret", "cookie", "password"])
        {
            if (header.Contains(word, StringComparison.OrdinalIgnoreCase))
            {
                return true;
            }
        }

        return false;
    }

    private static string Replace(string text, string? secret) =>
        secret is { Length: >= ShortestSecret } ? text.Replace(secret, "***", StringComparison.Ordinal) : text;
}
