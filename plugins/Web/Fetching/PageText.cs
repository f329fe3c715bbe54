using System.Text;
using System.Text.RegularExpressions;

namespace QwenCode.Plugin.Web.Fetching;

/// <summary>Turns the bytes of a page into text.</summary>
internal static partial class PageText
{
    private const int Preamble = 1024;

    /// <summary>Decodes by the byte order mark, else the header, else what the page says of itself, else as UTF-8.</summary>
    public static string Decode(ReadOnlySpan<byte> bytes, string? charset)
    {
        var (encoding, skip) = bytes switch
        {
            [0xEF, 0xBB, 0xBF, ..] => (Encoding.UTF8, 3),
            [0xFF, 0xFE, ..] => (Encoding.Unicode, 2),
            [0xFE, 0xFF, ..] => (Encoding.BigEndianUnicode, 2),
            _ => (Find(charset) ?? Find(Declared(bytes)) ?? Encoding.UTF8, 0),
        };
        return encoding.GetString(bytes[skip..]);
    }

    /// <summary>Says whether a text is HTML.</summary>
    public static bool IsHtml(string? mediaType, string text)
    {
        if (mediaType is not null)
        {
            return mediaType.Contains("html", StringComparison.OrdinalIgnoreCase);
        }

        var start = text.AsSpan().TrimStart();
        return start.StartsWith("<!doctype html", StringComparison.OrdinalIgnoreCase)
            || start.StartsWith("<html", StringComparison.OrdinalIgnoreCase);
    }

    private static string? Declared(ReadOnlySpan<byte> bytes)
    {
        var match = Charset().Match(Encoding.Latin1.GetString(bytes[..Math.Min(bytes.Length, Preamble)]));
        return match.Success ? match.Groups["name"].Value : null;
    }

    private static Encoding? Find(string? name)
    {
        name = name?.Trim(' ', '"', '\'');
        if (string.IsNullOrEmpty(name))
        {
            return null;
        }

        try
        {
            return CodePagesEncodingProvider.Instance.GetEncoding(name) ?? Encoding.GetEncoding(name);
        }
        catch (ArgumentException)
        {
            // Servers make names up; what they then send is nearly always UTF-8.
            return null;
        }
    }

    [GeneratedRegex(@"<(?:meta[^>]+charset|\?xml[^>]+encoding)\s*=\s*[""']?(?<name>[\w:.-]+)", RegexOptions.IgnoreCase)]
    private static partial Regex Charset();
}
