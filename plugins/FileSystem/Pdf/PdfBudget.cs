using System.IO.Compression;
using QwenCode.Plugin.FileSystem.Reading;
using UglyToad.PdfPig.Core;

namespace QwenCode.Plugin.FileSystem.Pdf;

/// <summary>What decoding one document may cost. A few kilobytes of compressed data can stand for gigabytes.</summary>
internal sealed class PdfBudget
{
    /// <summary>The largest stream that is decoded.</summary>
    private const long LargestStream = 64L << 20;

    /// <summary>How much is decoded in all.</summary>
    private const long LargestTotal = 512L << 20;

    /// <summary>The most compressed data in a form that can only be measured by decoding it; it grows up to 2,700 times.</summary>
    private const int LargestUnmeasured = 128 << 10;

    private long _total;
    private long _objects;

    /// <summary>Creates the budget of a document.</summary>
    /// <param name="document">The file's content.</param>
    /// <exception cref="PdfDocumentFormatException">It has too many objects.</exception>
    public PdfBudget(ReadOnlySpan<byte> document)
    {
        var count = 0;
        for (var at = document.IndexOf(" obj"u8); at >= 0; at = document.IndexOf(" obj"u8), count++)
        {
            document = document[(at + 4)..];
        }

        TakeObjects(count);
    }

    /// <summary>Counts objects, also those packed into streams.</summary>
    /// <exception cref="PdfDocumentFormatException">There are too many.</exception>
    public void TakeObjects(long count)
    {
        _objects += count;
        if (_objects > PdfText.MostObjects)
        {
            throw new PdfDocumentFormatException(FormattableString.Invariant($"it has more than {PdfText.MostObjects} objects"));
        }
    }

    /// <summary>Counts what zlib data decodes to, without keeping any of it.</summary>
    /// <exception cref="PdfDocumentFormatException">It is too much.</exception>
    public void TakeCompressed(ReadOnlyMemory<byte> data)
    {
        var block = new byte[64 << 10];
        var length = 0L;
        try
        {
            using var inflated = new ZLibStream(new MemoryStream(data.ToArray(), writable: false), CompressionMode.Decompress);
            while (inflated.Read(block) is var read and > 0)
            {
                Take(read, length += read);
            }
        }
        catch (InvalidDataException)
        {
            // Damaged, or raw deflate: what was counted up to here counts, and the decoder decides what to make of it.
        }
    }

    /// <summary>Refuses long data whose decoded length is not known.</summary>
    /// <exception cref="PdfDocumentFormatException">It is too long.</exception>
    public static void TakeUnmeasured(int length)
    {
        if (length > LargestUnmeasured)
        {
            throw new PdfDocumentFormatException("a stream is too large to decode");
        }
    }

    private void Take(int read, long length)
    {
        _total += read;
        if (length > LargestStream || _total > LargestTotal)
        {
            throw new PdfDocumentFormatException("its streams decode to more than can be held in memory");
        }
    }
}
