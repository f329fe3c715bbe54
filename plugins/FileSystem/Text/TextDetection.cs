using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Unicode;

namespace QwenCode.Plugin.FileSystem.Text;

/// <summary>Finds out how a file's text is encoded.</summary>
internal static class TextDetection
{
    private const double Convincing = 0.5;

    private static readonly TextFormat[] Marked =
    [
        new(new UTF32Encoding(bigEndian: false, byteOrderMark: true, throwOnInvalidCharacters: true), HasMark: true),
        new(new UTF32Encoding(bigEndian: true, byteOrderMark: true, throwOnInvalidCharacters: true), HasMark: true),
        TextFormat.Utf8WithMark,
        new(new UnicodeEncoding(bigEndian: false, byteOrderMark: true, throwOnInvalidBytes: true), HasMark: true),
        new(new UnicodeEncoding(bigEndian: true, byteOrderMark: true, throwOnInvalidBytes: true), HasMark: true),
    ];

    /// <summary>Finds the byte order mark a file begins with.</summary>
    public static TextFormat? ByMark(ReadOnlySpan<byte> head)
    {
        // UTF-32 before UTF-16: the one's mark begins with the other's.
        foreach (var format in Marked)
        {
            if (head.StartsWith(format.Mark.Span))
            {
                return format;
            }
        }

        return null;
    }

    /// <summary>Judges content: by its mark, as UTF-8 where it is that, else by its statistics.</summary>
    /// <param name="content">The content, or its beginning.</param>
    /// <returns>A format that gives back the same bytes, or <c>null</c> where there is none.</returns>
    public static TextFormat? Detect(ReadOnlySpan<byte> content)
    {
        if (ByMark(content) is { } marked)
        {
            return IsLossless(marked.Encoding, content[marked.Mark.Length..]) ? marked : null;
        }

        return Utf8.IsValid(content) ? TextFormat.Utf8 : DetectLegacy(content);
    }

    /// <summary>Gives an encoding that throws, by its name or code page name.</summary>
    internal static Encoding? Find(string name)
    {
        try
        {
            Encoding.RegisterProvider(CodePagesEncodingProvider.Instance);
            return Encoding.GetEncoding(name, EncoderFallback.ExceptionFallback, DecoderFallback.ExceptionFallback);
        }
        catch (ArgumentException)
        {
            return null;
        }
    }

    /// <summary>Says whether an encoding gives back the same bytes.</summary>
    internal static bool IsLossless(Encoding encoding, ReadOnlySpan<byte> content)
    {
        try
        {
            var again = encoding.GetBytes(encoding.GetString(content));
            return content.SequenceEqual(again);
        }
        catch (ArgumentException)
        {
            return false; // Both fallback exceptions derive from it.
        }
    }

    // Apart, so that the detector's library loads only for a file that is no UTF-8.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static TextFormat DetectLegacy(ReadOnlySpan<byte> content)
    {
        var details = UtfUnknown.CharsetDetector.DetectFromBytes(content.ToArray()).Details;
        foreach (var detail in details ?? [])
        {
            if (detail.Confidence >= Convincing && Find(detail.EncodingName) is { } encoding && IsLossless(encoding, content))
            {
                return new TextFormat(encoding, HasMark: false);
            }
        }

        // Western European text, which is what is left in practice; and Latin-1, which has a character for any byte.
        var western = Find("windows-1252");
        return new TextFormat(western is not null && IsLossless(western, content) ? western : Find("iso-8859-1")!, HasMark: false);
    }
}
