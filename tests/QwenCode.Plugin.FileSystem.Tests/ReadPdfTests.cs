using Microsoft.Extensions.AI;
using Microsoft.Extensions.Time.Testing;
using QwenCode.Models;
using QwenCode.Tools;

namespace QwenCode.Plugin.FileSystem.Tests;

public sealed class ReadPdfTests : IDisposable
{
    private readonly TempWorkspace _workspace = new() { Modalities = ModelModalities.None };

    public void Dispose() => _workspace.Dispose();

    [Theory]
    [InlineData(null, "Page 1 text\n\fPage 2 text\n\fPage 3 text\n\f", "")]
    [InlineData("", "Page 1 text\n\fPage 2 text\n\fPage 3 text\n\f", "")]
    [InlineData("2", "Page 2 text\n\f", " (pages 2-2)")]
    [InlineData(" 2 - 9 ", "Page 2 text\n\fPage 3 text\n\f", " (pages 2-9)")]
    public async Task A_document_becomes_the_text_of_its_pages(string? pages, string expected, string shown)
    {
        var result = await ReadAsync(new PdfSample(3).Build(), pages);

        result.Error.ShouldBeNull();
        result.Content.PlainText.ShouldBe(expected);
        ((TextDisplay)result.Display!).Text.ShouldBe($"Read pdf as text: a.pdf{shown}");
    }

    [Fact]
    public async Task A_model_that_takes_documents_gets_the_file_unless_it_asks_for_pages()
    {
        _workspace.Modalities = ModelModalities.Pdf;
        var document = new PdfSample(2).Build();

        (await ReadAsync(document)).Content.Parts.ShouldHaveSingleItem().ShouldBeOfType<DataContent>().MediaType
            .ShouldBe("application/pdf");
        (await ReadAsync(document, "2")).Content.PlainText.ShouldBe("Page 2 text\n\f");
    }

    [Fact]
    public async Task Lines_and_columns_stay_apart()
    {
        var sample = new PdfSample(1)
        {
            Content = static _ => "BT /F1 12 Tf 20 200 Td (first line) Tj 0 -14 Td (second) Tj 100 0 Td (column) Tj ET",
        };

        (await ReadAsync(sample.Build())).Content.PlainText.ShouldBe("first line\nsecond column\n\f");
    }

    [Theory]
    [InlineData("<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>", "(caf\u00e9 \u00df)", "café ß")]
    [InlineData(PdfSample.UnicodeFont, "(AB)", "漢😀")]
    public async Task Letters_beyond_ascii_are_read(string font, string text, string expected)
    {
        var sample = new PdfSample(1) { Font = font, Content = _ => $"BT /F1 12 Tf 20 200 Td {text} Tj ET" };

        (await ReadAsync(sample.Build())).Content.PlainText.ShouldBe($"{expected}\n\f");
    }

    [Fact]
    public async Task Compressed_pages_are_read()
    {
        (await ReadAsync(new PdfSample(2) { IsCompressed = true }.Build())).Content.PlainText.ShouldBe("Page 1 text\n\fPage 2 text\n\f");
    }

    [Fact]
    public async Task A_document_that_is_encrypted_without_a_password_for_reading_is_read()
    {
        (await ReadAsync(new PdfSample(1) { UserPassword = string.Empty }.Build())).Content.PlainText.ShouldBe("Page 1 text\n\f");
    }

    [Fact]
    public async Task A_document_that_needs_a_password_says_so()
    {
        var result = await ReadAsync(new PdfSample(1) { UserPassword = "secret" }.Build());

        result.Error!.Type.ShouldBe("read_content_failure");
        result.Error.Message.ShouldEndWith("a.pdf: the PDF is encrypted and needs a password. Ask the user for a copy without one.");
    }

    [Theory]
    [InlineData(0)]
    [InlineData(9)]
    [InlineData(200)]
    [InlineData(700)]
    public async Task A_document_that_is_cut_short_is_an_error_that_names_the_file(int length)
    {
        var result = await ReadAsync(new PdfSample(3).Build()[..length]);

        result.Error!.Type.ShouldBe("read_content_failure");
        result.Error.Message.ShouldStartWith($"Error reading file {_workspace.PathOf("a.pdf")}: the PDF cannot be read: ");
    }

    [Fact]
    public async Task A_damaged_page_does_not_hide_the_others()
    {
        var sample = new PdfSample(3)
        {
            Content = static page => page == 2 ? new string('[', 100_000) : $"BT /F1 12 Tf 20 200 Td (Page {page} text) Tj ET",
        };

        var result = await ReadAsync(sample.Build());

        result.Error.ShouldBeNull();
        result.Content.PlainText!.ShouldStartWith("Page 1 text\n\f");
        result.Content.PlainText!.ShouldEndWith("\fPage 3 text\n\f");
    }

    [Fact]
    public async Task Pages_past_the_end_are_an_error_that_says_how_many_there_are()
    {
        var result = await ReadAsync(new PdfSample(3).Build(), "4-9");

        result.Error!.Message.ShouldEndWith("the PDF has 3 pages, and page 4 is past its end.");
    }

    [Fact]
    public async Task A_number_of_pages_that_is_not_true_is_not_believed()
    {
        (await ReadAsync(new PdfSample(1) { Count = "2147483647" }.Build())).Content.PlainText.ShouldBe("Page 1 text\n\f");
    }

    [Fact]
    public async Task A_long_document_is_cut_by_its_characters()
    {
        var words = string.Join(' ', Enumerable.Repeat("word", 200));
        var sample = new PdfSample(200) { Content = _ => $"BT /F1 1 Tf 5 200 Td ({words}) Tj ET" };

        var result = await ReadAsync(sample.Build());

        result.Content.PlainText!.Length.ShouldBeInRange(100_000, 100_200);
        result.Content.PlainText!.ShouldContain("[truncated: these are the first 100000 characters. Call read_file with pages");
        ((TextDisplay)result.Display!).Text.ShouldBe("Read pdf as text: a.pdf (truncated)");
    }

    [Fact]
    public async Task A_document_of_many_pages_without_text_is_cut_by_its_pages()
    {
        var result = await ReadAsync(new PdfSample(1_001) { Content = static _ => string.Empty }.Build());

        result.Content.PlainText!.ShouldStartWith("The PDF a.pdf holds no text; its pages may be pictures.");
        result.Content.PlainText!.ShouldContain("these are the first 1000 of 1001 pages");
    }

    [Fact]
    public async Task A_document_without_text_is_told_from_an_empty_answer()
    {
        var document = new PdfSample(2) { Content = static _ => string.Empty }.Build();

        (await ReadAsync(document)).Content.PlainText.ShouldBe("The PDF a.pdf holds no text; its pages may be pictures.");
        (await ReadAsync(document, "2")).Content.PlainText
            .ShouldBe("The PDF a.pdf holds no text on these pages; its pages may be pictures.");
    }

    [Fact]
    public async Task A_page_tree_deep_enough_to_exhaust_an_ordinary_stack_does_no_harm()
    {
        var result = await ReadAsync(PdfSample.DeepTree(60_000));

        result.Error.ShouldBeNull();
        result.Content.PlainText!.ShouldStartWith("The PDF a.pdf holds no text");
    }

    [Fact]
    public async Task A_document_of_too_many_objects_is_refused()
    {
        var result = await ReadAsync(PdfSample.DeepTree(250_001));

        result.Error!.Message.ShouldContain("it has more than 250000 objects");
    }

    [Fact]
    public async Task A_page_that_unpacks_to_more_than_memory_should_hold_is_not_unpacked()
    {
        var sample = new PdfSample(2)
        {
            IsCompressed = true, Content = static page => page == 1 ? new string(' ', 70 << 20) : "BT /F1 12 Tf 20 200 Td (small) Tj ET",
        };

        var result = await ReadAsync(sample.Build());

        result.Error.ShouldBeNull();
        result.Content.PlainText!.ShouldContain("more than can be held in memory");
        result.Content.PlainText!.ShouldEndWith("small\n\f");
    }

    [Fact]
    public async Task A_document_that_takes_too_long_is_given_up_after_thirty_seconds()
    {
        var clock = new FakeTimeProvider();
        _workspace.Time = clock;

        // Reading this takes seconds: far longer than the clock needs to be moved.
        var reading = ReadAsync(new PdfSample(20_000).Build(), "1-20");
        while (!reading.IsCompleted)
        {
            clock.Advance(TimeSpan.FromSeconds(31));
            await Task.Yield();
        }

        (await reading).Error!.Message.ShouldContain("its text was not extracted within 30 seconds. Ask for some pages only, with 'pages'");
    }

    [Fact]
    public async Task Cancelling_abandons_the_document()
    {
        using var cancellation = new CancellationTokenSource();
        var path = _workspace.Write("a.pdf", new PdfSample(20_000).Build());
        var call = _workspace.Prepare(new ReadFileTool(), new { file_path = path });

        var reading = Task.Run(async () => await call.ExecuteAsync(cancellation.Token));
        await cancellation.CancelAsync();

        await Should.ThrowAsync<OperationCanceledException>(() => reading);
    }

    [Fact]
    public async Task A_document_over_a_hundred_megabytes_is_refused_and_a_smaller_one_over_ten_is_not()
    {
        (await ReadAsync(new PdfSample(1) { Padding = 20 << 20 }.Build())).Content.PlainText.ShouldBe("Page 1 text\n\f");

        using (var file = new FileStream(_workspace.PathOf("a.pdf"), FileMode.Open))
        {
            file.SetLength((100L << 20) + 1);
        }

        var result = await _workspace.RunAsync(new ReadFileTool(), new { file_path = _workspace.PathOf("a.pdf") });
        result.Error!.Type.ShouldBe("file_too_large");
    }

    [Theory]
    [InlineData("0", "Invalid pages: '0'.")]
    [InlineData("x", "Invalid pages: 'x'.")]
    [InlineData("5-", "Invalid pages: '5-'.")]
    [InlineData("-5", "Invalid pages: '-5'.")]
    [InlineData("5-3", "Invalid pages: '5-3'.")]
    [InlineData("1-2-3", "Invalid pages: '1-2-3'.")]
    [InlineData("99999999999", "Invalid pages: '99999999999'.")]
    [InlineData("1-21", "Invalid pages: '1-21' is more than 20 pages, the maximum for one call.")]
    public void Pages_that_are_none_are_refused(string pages, string message)
    {
        var path = _workspace.Write("a.pdf", "x");

        Should.Throw<ToolArgumentException>(
            () => _workspace.Prepare(new ReadFileTool(), new { file_path = path, pages })).Message.ShouldStartWith(message);
    }

    private Task<ToolResult> ReadAsync(byte[] document, string? pages = null)
    {
        var path = _workspace.Write("a.pdf", document);
        return _workspace.RunAsync(new ReadFileTool(), pages is null ? new { file_path = path } : new { file_path = path, pages });
    }
}
