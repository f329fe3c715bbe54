using System.Text;
using QwenCode.Plugin.FileSystem.Reading;
using UglyToad.PdfPig;
using UglyToad.PdfPig.DocumentLayoutAnalysis.TextExtractor;
using UglyToad.PdfPig.Exceptions;

namespace QwenCode.Plugin.FileSystem.Pdf;

/// <summary>
/// Reads the text of PDF documents with PdfPig. Nothing outside this folder mentions the library, so that it is loaded with the first PDF.
/// </summary>
internal static class PdfReader
{
    /// <summary>Reads pages, each followed by a form feed.</summary>
    /// <param name="document">The file's content.</param>
    /// <param name="pages">Which pages, or <c>null</c> for all.</param>
    /// <param name="cancellationToken">Ends the work before the next page.</param>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public static PdfText Read(byte[] document, PageRange? pages, CancellationToken cancellationToken)
    {
        try
        {
            using var opened = PdfDocument.Open(document, new ParsingOptions
            {
                UseLenientParsing = true,
                SkipMissingFonts = true,
                FilterProvider = new BoundedFilters(new PdfBudget(document)),
            });
            return Read(opened, pages, cancellationToken);
        }
        catch (PdfDocumentEncryptedException)
        {
            return PdfText.Failed("the PDF is encrypted and needs a password. Ask the user for a copy without one");
        }
        catch (Exception exception) when (exception is not OperationCanceledException)
        {
            // A broken document makes the parser throw whatever its code happens to meet, from format errors to index errors.
            return PdfText.Failed($"the PDF cannot be read: {FirstLine(exception)}");
        }
    }

    private static PdfText Read(PdfDocument document, PageRange? pages, CancellationToken cancellationToken)
    {
        var count = document.NumberOfPages;
        if (pages is not null && pages.First > count)
        {
            return PdfText.Failed(FormattableString.Invariant($"the PDF has {count} pages, and page {pages.First} is past its end"));
        }

        var text = new StringBuilder();
        var first = pages?.First ?? 1;
        var last = Math.Min(pages?.Last ?? count, count);
        for (var number = first; number <= last; number++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (number - first >= PdfText.MostPages)
            {
                return new PdfText(text.ToString(), FormattableString.Invariant($"the first {PdfText.MostPages} of {count} pages"));
            }

            text.Append(TextOf(document, number)).Append("\n\f");
            if (text.Length > PdfText.MostCharacters)
            {
                // A cut must not split a surrogate pair.
                var length = PdfText.MostCharacters - (char.IsHighSurrogate(text[PdfText.MostCharacters - 1]) ? 1 : 0);
                return new PdfText(text.ToString(0, length), FormattableString.Invariant($"the first {PdfText.MostCharacters} characters"));
            }
        }

        return new PdfText(text.ToString());
    }

    private static string TextOf(PdfDocument document, int page)
    {
        try
        {
            return ContentOrderTextExtractor.GetText(document.GetPage(page));
        }
        catch (Exception exception) when (exception is not OutOfMemoryException)
        {
            // One damaged page does not hide the others; what is wrong stands in its place.
            return FormattableString.Invariant($"[Page {page} cannot be read: {FirstLine(exception)}]");
        }
    }

    private static string FirstLine(Exception exception) => exception.Message.Split('\n', 2)[0].Trim().TrimEnd('.');
}
