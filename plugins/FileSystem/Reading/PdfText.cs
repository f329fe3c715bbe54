using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;
using System.Text;
using QwenCode.Platform.Text;

namespace QwenCode.Plugin.FileSystem.Reading;

/// <summary>The text of a PDF document, as the program <c>pdftotext</c> lays it out.</summary>
/// <param name="Text">The text, at most <see cref="MostCharacters"/> of it.</param>
/// <param name="IsCut">Whether there was more.</param>
/// <param name="Problem">Why there is no text, or <c>null</c>.</param>
internal sealed record PdfText(string Text, bool IsCut, string? Problem = null)
{
    /// <summary>The largest file that is given to the program.</summary>
    public const long LargestFile = 100L * 1024 * 1024;

    /// <summary>How much text one answer may hold.</summary>
    public const int MostCharacters = 100_000;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    /// <summary>Extracts the text.</summary>
    /// <param name="program">The program.</param>
    /// <param name="path">The file.</param>
    /// <param name="pages">Which pages, or <c>null</c> for all.</param>
    /// <param name="time">The clock.</param>
    /// <param name="cancellationToken">Stops the program.</param>
    public static async ValueTask<PdfText> ExtractAsync(string program, string path, PageRange? pages, TimeProvider time, CancellationToken cancellationToken)
    {
        using var process = new Process { StartInfo = Start(program, path, pages) };
        try
        {
            process.Start();
        }
        catch (Win32Exception)
        {
            return new PdfText(string.Empty, false, "the program pdftotext, which turns PDF files into text, is not installed. "
                + "Install it (Debian and Ubuntu: apt-get install poppler-utils; Fedora: dnf install poppler-utils; macOS: brew install poppler), or use a model that takes PDF files");
        }

        using var timer = new CancellationTokenSource(Patience, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, timer.Token);
        try
        {
            process.StandardInput.Close();
            var complaint = ReadAsync(process.StandardError, 4_096, either.Token);
            var (text, isCut) = await ReadAsync(process.StandardOutput, MostCharacters, either.Token).ConfigureAwait(false);
            if (isCut)
            {
                // The rest is not wanted, and the program would wait for somebody to read it.
                process.Kill(entireProcessTree: true);
                return new PdfText(text, IsCut: true);
            }

            var problem = (await complaint.ConfigureAwait(false)).Text;
            await process.WaitForExitAsync(either.Token).ConfigureAwait(false);
            return process.ExitCode == 0
                ? new PdfText(text, IsCut: false)
                : new PdfText(string.Empty, false, string.Create(CultureInfo.InvariantCulture, $"pdftotext failed with exit code {process.ExitCode}: {LastLine(problem)}"));
        }
        catch (OperationCanceledException)
        {
            cancellationToken.ThrowIfCancellationRequested();
            return new PdfText(string.Empty, false, $"pdftotext did not end within {Patience.TotalSeconds:0} seconds. Ask for some pages only, with 'pages'");
        }
        finally
        {
            if (!process.HasExited)
            {
                process.Kill(entireProcessTree: true);
            }
        }
    }

    private static ProcessStartInfo Start(string program, string path, PageRange? pages)
    {
        var start = new ProcessStartInfo(program)
        {
            RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true, StandardOutputEncoding = Encoding.UTF8, CreateNoWindow = true,
        };
        foreach (var argument in (string[])["-layout", "-enc", "UTF-8"])
        {
            start.ArgumentList.Add(argument);
        }

        if (pages is not null)
        {
            start.ArgumentList.Add("-f");
            start.ArgumentList.Add(pages.First.ToString(CultureInfo.InvariantCulture));
            start.ArgumentList.Add("-l");
            start.ArgumentList.Add(pages.Last.ToString(CultureInfo.InvariantCulture));
        }

        start.ArgumentList.Add(path);
        start.ArgumentList.Add("-");
        return start;
    }

    private static async Task<(string Text, bool IsCut)> ReadAsync(StreamReader reader, int most, CancellationToken cancellationToken)
    {
        var block = new char[8_192];
        var text = new StringBuilder();
        while (await reader.ReadAsync(block, cancellationToken).ConfigureAwait(false) is var read and > 0)
        {
            text.Append(block, 0, read);
            if (text.Length > most)
            {
                return (TextCut.Head(text, most), true);
            }
        }

        return (text.ToString(), false);
    }

    private static string LastLine(string text) => text.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).LastOrDefault() ?? "no reason given";
}
