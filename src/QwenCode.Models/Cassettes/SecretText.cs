using System.Text.Encodings.Web;
using System.Text.RegularExpressions;
using QwenCode.Models.Requests;

namespace QwenCode.Models.Cassettes;

/// <summary>Finds secrets in text: those that are known, and what looks like one.</summary>
internal sealed partial class SecretText
{
    private const int Shortest = 8;

    private static readonly string[] SecretNames = ["KEY", "TOKEN", "SECRET", "PASSWORD", "PASSWD", "CREDENTIAL", "COOKIE", "AUTH"];

    private readonly string[] _known;

    /// <summary>Collects what is known.</summary>
    /// <param name="options">The client's options: its key, and the headers that hold one.</param>
    /// <param name="environment">The environment.</param>
    public SecretText(ChatClientOptions options, IReadOnlyDictionary<string, string> environment)
    {
        var known = new HashSet<string>(StringComparer.Ordinal);
        foreach (var (name, value) in environment)
        {
            if (SecretNames.Any(word => name.Contains(word, StringComparison.OrdinalIgnoreCase)))
            {
                Add(known, value);
            }
        }

        foreach (var value in Secrets.Of(options))
        {
            known.Add(value);
            foreach (var part in value.Split(';', StringSplitOptions.TrimEntries))
            {
                // A cookie is told by its value.
                Add(known, part[(part.IndexOf('=', StringComparison.Ordinal) + 1)..]);
            }
        }

        foreach (var value in known.ToArray())
        {
            known.Add(JavaScriptEncoder.UnsafeRelaxedJsonEscaping.Encode(value));
            known.Add(JavaScriptEncoder.Default.Encode(value));
        }

        _known = [.. known.OrderByDescending(static value => value.Length)];
    }

    /// <summary>Replaces every secret.</summary>
    /// <param name="text">The text.</param>
    /// <param name="mask">Makes what stands in its place.</param>
    public string Replace(string text, Func<string, string> mask)
    {
        foreach (var value in _known)
        {
            text = text.Replace(value, mask(value), StringComparison.Ordinal);
        }

        return Shapes().Replace(text, match =>
            string.Concat(match.Value.AsSpan(0, Start(match)), mask(match.Value[Start(match)..])));
    }

    /// <summary>Finds every secret.</summary>
    /// <param name="text">The text.</param>
    /// <returns>Where each begins, and its length.</returns>
    public IEnumerable<(int Start, int Length)> Find(string text)
    {
        foreach (var value in _known)
        {
            for (var at = 0; (at = text.IndexOf(value, at, StringComparison.Ordinal)) >= 0; at += value.Length)
            {
                yield return (at, value.Length);
            }
        }

        for (var match = Shapes().Match(text); match.Success; match = match.NextMatch())
        {
            yield return (match.Index + Start(match), match.Length - Start(match));
        }
    }

    // A path, as of a socket or a file of keys, is no secret.
    private static void Add(HashSet<string> known, string value)
    {
        if (value.Length >= Shortest && value[0] is not '/')
        {
            known.Add(value);
        }
    }

    private static int Start(Match match) =>
        match.Groups["secret"] is { Success: true } secret ? secret.Index - match.Index : 0;

    // Keys of the usual providers, tokens with a name before them, private keys. None begins within a longer word, so that the random
    // letters of a signature are none.
    [GeneratedRegex(
        @"(?<![A-Za-z0-9_-])(?:(?:sk|pk|rk)-[A-Za-z0-9_-]{8,}|AIza[A-Za-z0-9_-]{30,}|gh[opsur]_[A-Za-z0-9]{16,}"
        + @"|github_pat_[A-Za-z0-9_]{20,}|glpat-[A-Za-z0-9_-]{16,}|xox[abposr]-[A-Za-z0-9-]{10,}|A[KS]IA[A-Z0-9]{16}"
        + @"|ya29\.[A-Za-z0-9_-]{16,}|hf_[A-Za-z0-9]{16,}"
        + @"|eyJ[A-Za-z0-9_-]{8,}\.eyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]{8,})"
        + @"|-----BEGIN [A-Z ]*PRIVATE KEY-----(?<secret>(?:(?!-----END).){1,20000})"
        + @"|\b[Bb](?:earer|EARER) +(?<secret>[A-Za-z0-9._~+/-]{8,}=*)"
        + @"|\b[Bb]asic +(?<secret>[A-Za-z0-9+/]{12,}=*)"
        + @"|\b(?:[Ss]et-)?[Cc]ookie(?:""|\\"")?[ ]*:[ ]*(?:""|\\"")?(?<secret>[^\r\n""\\]{4,})"
        + @"|\b[Aa]uthorization(?:""|\\"")?[ ]*:[ ]*(?:""|\\"")?(?<secret>[^\r\n""\\]{8,})"
        + @"|\bx-(?:api|goog-api)-key(?:""|\\"")?[ ]*:[ ]*(?:""|\\"")?(?<secret>[^\r\n""\\ ]{4,})"
        + @"|[?&](?:key|api[-_]?key|access[-_]?token|token|sig|signature|password|secret)=(?<secret>[^&\s""'\\#<>]{4,})",
        RegexOptions.Singleline | RegexOptions.CultureInvariant)]
    private static partial Regex Shapes();
}
