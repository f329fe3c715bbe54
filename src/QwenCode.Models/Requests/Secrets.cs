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
        foreach (var secret in Of(options))
        {
            text = text.Replace(secret, "***", StringComparison.Ordinal);
        }

        return text;
    }

    /// <summary>Gets the key, the token, and the values of headers that carry one.</summary>
    /// <param name="options">Whose key it is.</param>
    public static List<string> Of(ChatClientOptions options)
    {
        var secrets = new List<string>();
        Add(secrets, options.ApiKey?.Trim());
        Add(secrets, options.CurrentToken?.Invoke());
        foreach (var (name, value) in options.Headers)
        {
            if (IsSecret(name))
            {
                Add(secrets, value);
                Add(secrets, value[(value.LastIndexOf(' ') + 1)..]);
            }
        }

        Add(secrets, options.BaseUrl.UserInfo);
        return secrets;
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

    private static void Add(List<string> secrets, string? secret)
    {
        if (secret is { Length: >= ShortestSecret })
        {
            secrets.Add(secret);
        }
    }
}
