using System.Text;

namespace QwenCode.Mcp.Authorization;

/// <summary>The parameters behind the scheme of a <c>WWW-Authenticate</c> header.</summary>
internal static class ChallengeParameters
{
    /// <summary>Finds a parameter; <c>null</c> if there is none.</summary>
    /// <param name="parameters">The parameters: <c>name=token</c> or <c>name="text"</c>, between commas.</param>
    /// <param name="name">The parameter.</param>
    public static string? Find(string? parameters, string name)
    {
        var text = parameters ?? string.Empty;
        for (var at = 0; at < text.Length;)
        {
            var equals = text.IndexOf('=', at);
            if (equals < 0)
            {
                return null;
            }

            var key = text[at..equals].Trim(' ', ',', '\t');
            at = equals + 1;
            var value = text[at..].StartsWith('"') ? Quoted(text, ref at) : Bare(text, ref at);
            if (string.Equals(key, name, StringComparison.OrdinalIgnoreCase))
            {
                return value;
            }
        }

        return null;
    }

    private static string Bare(string text, ref int at)
    {
        var end = text.IndexOf(',', at);
        var value = text[at..(end < 0 ? text.Length : end)].Trim();
        at = end < 0 ? text.Length : end + 1;
        return value;
    }

    private static string Quoted(string text, ref int at)
    {
        var value = new StringBuilder();
        for (at++; at < text.Length && text[at] != '"'; at++)
        {
            at += text[at] == '\\' && at + 1 < text.Length ? 1 : 0;
            value.Append(text[at]);
        }

        at++;
        return value.ToString();
    }
}
