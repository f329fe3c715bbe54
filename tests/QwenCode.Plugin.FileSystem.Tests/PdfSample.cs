using System.Globalization;
using System.IO.Compression;
using System.Security.Cryptography;
using System.Text;

namespace QwenCode.Plugin.FileSystem.Tests;

/// <summary>The least that is a PDF file: pages with one line each, written by hand so that a test can get any part of it wrong.</summary>
/// <param name="pages">How many pages it has.</param>
internal sealed class PdfSample(int pages)
{
    /// <summary>A font whose codes A and B stand for a Chinese letter and an emoji; its table is object 4.</summary>
    public const string UnicodeFont =
        "<< /Type /Font /Subtype /TrueType /BaseFont /Sample /FirstChar 65 /LastChar 66 /Widths [600 600] /ToUnicode 4 0 R "
        + "/FontDescriptor << /Type /FontDescriptor /FontName /Sample /Flags 4 /FontBBox [0 0 600 600] /ItalicAngle 0 /Ascent 600 /Descent 0 /CapHeight 600 /StemV 80 >> >>";

    private const string UnicodeTable =
        "/CIDInit /ProcSet findresource begin 12 dict begin begincmap /CMapName /Sample def /CMapType 2 def "
        + "1 begincodespacerange <00> <FF> endcodespacerange 2 beginbfchar <41> <6F22> <42> <D83DDE00> endbfchar endcmap end end";

    private static readonly byte[] PasswordPadding =
        Convert.FromHexString("28BF4E5E4E758A4164004E56FFFA01082E2E00B6D0683E802F0CA9FE6453697A");

    /// <summary>Gets what a page shows, by its number from 1.</summary>
    public Func<int, string> Content { get; init; } = static page => $"BT /F1 12 Tf 20 200 Td (Page {page} text) Tj ET";

    public string Font { get; init; } = "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>";

    /// <summary>Gets how many pages the document says it has.</summary>
    public string Count { get; init; } = pages.ToString(CultureInfo.InvariantCulture);

    public bool IsCompressed { get; init; }

    /// <summary>Gets the password for reading; <c>null</c> for a document that is not encrypted.</summary>
    public string? UserPassword { get; init; }

    /// <summary>Gets how many bytes are added that no page needs.</summary>
    public int Padding { get; init; }

    /// <summary>Writes a document whose one page lies below as many nodes.</summary>
    public static byte[] DeepTree(int depth) => Write(
        [
            Ascii("<< /Type /Catalog /Pages 2 0 R >>"),
            .. Enumerable.Range(0, depth).Select(static i => Ascii($"<< /Type /Pages /Kids [{i + 3} 0 R] /Count 1 >>")),
            Ascii($"<< /Type /Page /Parent {depth + 1} 0 R /MediaBox [0 0 300 300] >>"),
        ],
        string.Empty);

    public byte[] Build()
    {
        var kids = string.Join(' ', Enumerable.Range(0, pages).Select(static i => $"{6 + (2 * i)} 0 R"));
        var (key, trailer) = UserPassword is null ? (null, string.Empty) : Encryption(UserPassword);
        List<byte[]> objects =
        [
            Ascii("<< /Type /Catalog /Pages 2 0 R >>"),
            Ascii($"<< /Type /Pages /Kids [{kids}] /Count {Count} >>"),
            Ascii(Font),
            Stream(4, Ascii(UnicodeTable), key),
            Stream(5, new byte[Padding], key),
        ];
        for (var page = 1; page <= pages; page++)
        {
            var number = objects.Count + 2;
            objects.Add(Ascii($"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 300 300] /Contents {number} 0 R /Resources << /Font << /F1 3 0 R >> >> >>"));
            objects.Add(Stream(number, Encoding.Latin1.GetBytes(Content(page)), key));
        }

        return Write(objects, trailer);
    }

    private static byte[] Ascii(string text) => Encoding.ASCII.GetBytes(text);

    private static byte[] Write(List<byte[]> objects, string trailer)
    {
        using var file = new MemoryStream();
        var table = new StringBuilder(FormattableString.Invariant($"xref\n0 {objects.Count + 1}\n0000000000 65535 f \n"));
        file.Write("%PDF-1.4\n"u8);
        for (var i = 0; i < objects.Count; i++)
        {
            table.Append(CultureInfo.InvariantCulture, $"{file.Position:0000000000} 00000 n \n");
            file.Write(Ascii($"{i + 1} 0 obj\n"));
            file.Write(objects[i]);
            file.Write("\nendobj\n"u8);
        }

        var start = file.Position;
        file.Write(Ascii($"{table}trailer << /Size {objects.Count + 1} /Root 1 0 R {trailer}>>\nstartxref\n{start}\n%%EOF\n"));
        return file.ToArray();
    }

    // The oldest encryption there is (revision 2, 40 bits): a test needs no better one.
    private static (byte[] Key, string Trailer) Encryption(string password)
    {
        var padded = Pad(password);
        var owner = Rc4(Digest(Pad("owner"))[..5], padded);
        var id = new byte[16];
        var key = Digest([.. padded, .. owner, .. BitConverter.GetBytes(-44), .. id])[..5];
        var dictionary = $"<< /Filter /Standard /V 1 /R 2 /Length 40 /P -44 /O <{Convert.ToHexString(owner)}> /U <{Convert.ToHexString(Rc4(key, PasswordPadding))}> >>";
        return (key, $"/Encrypt {dictionary} /ID [<{Convert.ToHexString(id)}> <{Convert.ToHexString(id)}>] ");
    }

    private static byte[] Digest(byte[] data)
    {
#pragma warning disable CA5351 // The format prescribes MD5.
        return MD5.HashData(data);
#pragma warning restore CA5351
    }

    private static byte[] Pad(string password) => [.. Encoding.Latin1.GetBytes(password).Concat(PasswordPadding).Take(32)];

    private static byte[] Rc4(byte[] key, byte[] data)
    {
        var state = Enumerable.Range(0, 256).Select(static i => (byte)i).ToArray();
        for (int i = 0, j = 0; i < 256; i++)
        {
            j = (j + state[i] + key[i % key.Length]) & 255;
            (state[i], state[j]) = (state[j], state[i]);
        }

        var result = new byte[data.Length];
        for (int at = 0, i = 0, j = 0; at < data.Length; at++)
        {
            i = (i + 1) & 255;
            j = (j + state[i]) & 255;
            (state[i], state[j]) = (state[j], state[i]);
            result[at] = (byte)(data[at] ^ state[(state[i] + state[j]) & 255]);
        }

        return result;
    }

    private byte[] Stream(int number, byte[] content, byte[]? key)
    {
        if (IsCompressed)
        {
            using var packed = new MemoryStream();
            using (var zlib = new ZLibStream(packed, CompressionLevel.Fastest, leaveOpen: true))
            {
                zlib.Write(content);
            }

            content = packed.ToArray();
        }

        if (key is not null)
        {
            content = Rc4(Digest([.. key, (byte)number, (byte)(number >> 8), (byte)(number >> 16), 0, 0])[..10], content);
        }

        return [.. Ascii($"<< {(IsCompressed ? "/Filter /FlateDecode " : string.Empty)}/Length {content.Length} >>\nstream\n"), .. content, .. "\nendstream"u8];
    }
}
