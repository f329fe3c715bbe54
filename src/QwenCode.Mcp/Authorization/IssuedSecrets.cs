using System.Collections.Concurrent;

namespace QwenCode.Mcp.Authorization;

/// <summary>What was issued for a server and must not appear in a text.</summary>
internal sealed class IssuedSecrets
{
    private readonly ConcurrentDictionary<string, bool> _secrets = new(StringComparer.Ordinal);

    public void Add(string? secret)
    {
        if (!string.IsNullOrEmpty(secret))
        {
            _secrets[secret] = true;
        }
    }

    /// <summary>Takes the secrets out of a text.</summary>
    /// <param name="text">The text.</param>
    /// <param name="shortest">How long a secret must be: hiding shorter ones would make holes in every message.</param>
    public string Redact(string text, int shortest)
    {
        foreach (var secret in _secrets.Keys.Where(secret => secret.Length >= shortest).OrderByDescending(static secret => secret.Length))
        {
            text = text.Replace(secret, "***", StringComparison.Ordinal);
        }

        return text;
    }
}
