using System.Text;
using System.Text.Unicode;

namespace QwenCode.Plugin.Search.Grep;

/// <summary>
/// Text that is no UTF-8: taken as Western European, which is what is left in practice, as the tool that reads files does.
/// </summary>
internal static class WesternText
{
    private static readonly Lazy<Encoding> Windows1252 = new(static () =>
    {
        Encoding.RegisterProvider(CodePagesEncodingProvider.Instance);
        return Encoding.GetEncoding("windows-1252");
    });

    /// <summary>Returns whether a part of a file is UTF-8; characters that are cut at its ends do not count.</summary>
    public static bool IsUtf8(ReadOnlySpan<byte> part)
    {
        if (Utf8.IsValid(part))
        {
            return true;
        }

        var start = 0;
        while (start < Math.Min(3, part.Length) && (part[start] & 0xC0) == 0x80)
        {
            start++;
        }

        var end = part.Length;
        for (var at = part.Length - 1; at >= Math.Max(start, part.Length - 3); at--)
        {
            if ((part[at] & 0xC0) == 0xC0)
            {
                end = at;
                break;
            }
        }

        return (start > 0 || end < part.Length) && part.Length > 4 && part[^1] is not (byte)'\n' && Utf8.IsValid(part[start..end]);
    }

    /// <summary>Returns the text as UTF-8.</summary>
    public static byte[] ToUtf8(ReadOnlySpan<byte> text) => Encoding.UTF8.GetBytes(Windows1252.Value.GetString(text));
}
