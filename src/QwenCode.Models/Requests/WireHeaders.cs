namespace QwenCode.Models.Requests;

/// <summary>Headers and addresses that every protocol needs.</summary>
internal static class WireHeaders
{
    /// <summary>Gives the key as it can stand in a header.</summary>
    /// <param name="options">Whose key.</param>
    /// <exception cref="ModelException">The key holds characters no header may hold; the message does not show them.</exception>
    public static string? Key(ChatClientOptions options)
    {
        var key = options.ApiKey?.Trim();
        if (string.IsNullOrEmpty(key))
        {
            return null;
        }

        return IsPlain(key)
            ? key
            : throw new ModelException(
                ModelFault.NotConfigured,
                $"The API key for {options.BaseUrl.Host} holds a line break or a character that is not ASCII.",
                advice: "Copy the key again; it is one line of letters, digits and dashes.");
    }

    /// <summary>Merges the headers of a client: ours, then the person's, which win.</summary>
    /// <param name="own">What the protocol sends.</param>
    /// <param name="options">The client's options.</param>
    public static KeyValuePair<string, string>[] Merge(IEnumerable<KeyValuePair<string, string>> own, ChatClientOptions options)
    {
        if (!IsPlain(options.UserAgent))
        {
            throw new ModelException(ModelFault.NotConfigured, "The user agent cannot be sent.", advice: "It must be one line of ASCII.");
        }

        var merged = new List<KeyValuePair<string, string>>
        {
            new("Accept", "text/event-stream"),
            new("User-Agent", options.UserAgent),
        };
        merged.AddRange(own);
        foreach (var (name, value) in options.Headers)
        {
            if (!IsPlain(value) || !IsPlain(name) || name.AsSpan().ContainsAny(" :"))
            {
                throw new ModelException(ModelFault.NotConfigured, $"The custom header '{name}' cannot be sent.",
                    advice: "Correct customHeaders: names are tokens, values are one line of ASCII.");
            }

            merged.RemoveAll(header => header.Key.Equals(name, StringComparison.OrdinalIgnoreCase));
            merged.Add(new(name, value));
        }

        return [.. merged];
    }

    /// <summary>Puts a path below an address, whether or not the address ends in a slash; a query of the address is kept.</summary>
    /// <param name="baseUrl">The address.</param>
    /// <param name="path">The path.</param>
    public static Uri Combine(Uri baseUrl, string path)
    {
        var builder = new UriBuilder(baseUrl) { UserName = string.Empty, Password = string.Empty, Fragment = string.Empty };
        builder.Path = builder.Path.TrimEnd('/') + "/" + path;
        return builder.Uri;
    }

    private static bool IsPlain(string text) => text.Length > 0 && !text.AsSpan().ContainsAnyExceptInRange(' ', '~');
}
