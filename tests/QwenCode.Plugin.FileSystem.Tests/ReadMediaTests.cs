using System.Globalization;
using System.Text;
using Microsoft.Extensions.AI;
using QwenCode.Models;
using QwenCode.Tools;

namespace QwenCode.Plugin.FileSystem.Tests;

public sealed class ReadMediaTests : IDisposable
{
    private readonly TempWorkspace _workspace = new();

    public void Dispose() => _workspace.Dispose();

    [Theory]
    [InlineData("a.png", ModelModalities.Image)]
    [InlineData("a.pdf", ModelModalities.Pdf)]
    [InlineData("a.wav", ModelModalities.Audio)]
    [InlineData("a.mp4", ModelModalities.Video)]
    [InlineData("A.JPEG", ModelModalities.Image | ModelModalities.Video)]
    public async Task A_medium_the_model_takes_comes_inline(string name, ModelModalities taken)
    {
        _workspace.Modalities = taken;
        var path = _workspace.Write(name, [1, 2, 3]);

        var result = await _workspace.RunAsync(new ReadFileTool(), new { file_path = path });

        result.Content.Parts.ShouldHaveSingleItem().ShouldBeOfType<DataContent>().Name.ShouldBe(name);
    }

    [Theory]
    [InlineData("a.png", ModelModalities.None, "image")]
    [InlineData("a.png", ModelModalities.Pdf | ModelModalities.Audio | ModelModalities.Video, "image")]
    [InlineData("a.mp3", ModelModalities.Image, "audio")]
    [InlineData("a.mov", ModelModalities.Image, "video")]
    public async Task A_medium_the_model_does_not_take_is_named_in_brackets_and_is_no_error(string name, ModelModalities taken, string kind)
    {
        _workspace.Modalities = taken;
        var path = _workspace.Write(name, [1, 2, 3]);

        var result = await _workspace.RunAsync(new ReadFileTool(), new { file_path = path });

        result.Error.ShouldBeNull();
        result.Content.PlainText!.ShouldStartWith($"[Unsupported {kind} file: \"{name}\". The current model takes no {kind} input. ");
        result.Content.PlainText!.ShouldEndWith("]");
        ((TextDisplay)result.Display!).Text.ShouldBe($"Skipped {kind} file: {name} (the model takes no {kind})");
    }

    [Theory]
    [InlineData(7_700_000, null)]
    [InlineData(7_900_000, "file_too_large")]
    public async Task A_medium_is_bounded_by_its_size_as_it_is_sent(int bytes, string? error)
    {
        var path = _workspace.Write("a.png", new byte[bytes]);

        (await _workspace.RunAsync(new ReadFileTool(), new { file_path = path })).Error?.Type.ShouldBe(error);
        (await _workspace.RunAsync(new ReadFileTool(), new { file_path = path })).Error.ShouldBe(
            error is null ? null : new ToolError("file_too_large", string.Create(CultureInfo.InvariantCulture, $"File size exceeds the 10MB limit: {path} ({bytes / 1048576.0:F2}MB). A part of a text file can be read with 'offset' and 'limit'.")));
    }

    [Fact]
    public async Task A_drawing_over_a_megabyte_is_not_shown()
    {
        var path = _workspace.Write("a.svg", "<svg>" + new string(' ', 1024 * 1024));

        var result = await _workspace.RunAsync(new ReadFileTool(), new { file_path = path });

        result.Error.ShouldBeNull();
        result.Content.PlainText.ShouldBe("Cannot display content of SVG file larger than 1MB: a.svg");
    }

    [Theory]
    [InlineData(null, "<-layout><-enc><UTF-8>")]
    [InlineData("3", "<-layout><-enc><UTF-8><-f><3><-l><3>")]
    [InlineData("2-21", "<-layout><-enc><UTF-8><-f><2><-l><21>")]
    [InlineData(" 4 - 5 ", "<-layout><-enc><UTF-8><-f><4><-l><5>")]
    [InlineData("", "<-layout><-enc><UTF-8>")]
    public async Task A_pdf_becomes_text_where_the_model_takes_none_or_pages_are_wanted(string? pages, string arguments)
    {
        _workspace.Modalities = string.IsNullOrEmpty(pages) ? ModelModalities.Image : ModelModalities.Pdf;
        var path = _workspace.Write("a.pdf", "the content");
        var tool = new ReadFileTool(Program("for i in \"$@\"; do last=$before; before=$i; case $i in /*|-) ;; *) printf '<%s>' \"$i\";; esac; done; echo; cat \"$last\""));

        var result = await _workspace.RunAsync(tool, pages is null ? new { file_path = path } : new { file_path = path, pages });

        result.Error.ShouldBeNull();
        result.Content.PlainText.ShouldBe($"{arguments}\nthe content");
        ((TextDisplay)result.Display!).Text.ShouldStartWith("Read pdf as text: a.pdf");
    }

    [Theory]
    [InlineData(null, "Page 1 text\n\fPage 2 text\n\fPage 3 text\n\f")]
    [InlineData("2", "Page 2 text\n\f")]
    [InlineData("2-9", "Page 2 text\n\fPage 3 text\n\f")]
    public async Task Where_the_program_is_installed_a_document_becomes_its_text(string? pages, string expected)
    {
        if (!(Environment.GetEnvironmentVariable("PATH") ?? string.Empty).Split(Path.PathSeparator).Any(static directory => File.Exists(Path.Combine(directory, "pdftotext"))))
        {
            return;
        }

        _workspace.Modalities = ModelModalities.None;
        var path = _workspace.Write("real.pdf", Document(3));

        var result = await _workspace.RunAsync(new ReadFileTool(), pages is null ? new { file_path = path } : new { file_path = path, pages });

        result.Content.PlainText.ShouldBe(expected);
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

        Should.Throw<ToolArgumentException>(() => _workspace.Prepare(new ReadFileTool(), new { file_path = path, pages })).Message.ShouldStartWith(message);
    }

    [Fact]
    public async Task Without_the_program_the_error_says_what_to_install()
    {
        _workspace.Modalities = ModelModalities.None;
        var path = _workspace.Write("a.pdf", "x");

        var result = await _workspace.RunAsync(new ReadFileTool(_workspace.PathOf("no-such-program")), new { file_path = path });

        result.Error!.Type.ShouldBe("read_content_failure");
        result.Error.Message.ShouldContain("apt-get install poppler-utils");
    }

    [Fact]
    public async Task A_program_that_fails_says_why()
    {
        _workspace.Modalities = ModelModalities.None;
        var path = _workspace.Write("a.pdf", "x");

        var result = await _workspace.RunAsync(new ReadFileTool(Program("echo first >&2; echo 'Incorrect password' >&2; exit 1")), new { file_path = path });

        result.Error.ShouldBe(new ToolError("read_content_failure", $"Error reading file {path}: pdftotext failed with exit code 1: Incorrect password."));
    }

    [Fact]
    public async Task Text_without_end_is_cut_and_the_program_is_stopped()
    {
        _workspace.Modalities = ModelModalities.None;
        var path = _workspace.Write("a.pdf", "x");

        var result = await _workspace.RunAsync(new ReadFileTool(Program("yes 0123456789")), new { file_path = path });

        result.Content.PlainText!.Length.ShouldBeInRange(100_000, 100_300);
        result.Content.PlainText!.ShouldContain("[truncated: these are the first 100000 characters. Call read_file with pages");
        ((TextDisplay)result.Display!).Text.ShouldBe("Read pdf as text: a.pdf (truncated)");
    }

    [Fact]
    public async Task A_program_that_does_not_end_is_stopped_after_thirty_seconds()
    {
        _workspace.Modalities = ModelModalities.None;
        var path = _workspace.Write("a.pdf", "x");
        var clock = new TriggeredClock();
        _workspace.Time = clock;

        var reading = _workspace.RunAsync(new ReadFileTool(Program("exec sleep 1000")), new { file_path = path });
        (await clock.Asked).ShouldBe(TimeSpan.FromSeconds(30));
        clock.Fire();
        var result = await reading;

        result.Error!.Type.ShouldBe("read_content_failure");
        result.Error.Message.ShouldContain("did not end within 30 seconds");
    }

    [Fact]
    public async Task A_pdf_without_text_is_told_from_an_empty_answer()
    {
        _workspace.Modalities = ModelModalities.None;
        var path = _workspace.Write("a.pdf", "x");

        var result = await _workspace.RunAsync(new ReadFileTool(Program("printf '\\f\\n'")), new { file_path = path });

        result.Content.PlainText.ShouldBe("The PDF a.pdf holds no text; its pages may be pictures.");
    }

    [Fact]
    public async Task A_pdf_over_a_hundred_megabytes_is_refused_and_a_smaller_one_over_ten_is_not()
    {
        _workspace.Modalities = ModelModalities.None;
        var tool = new ReadFileTool(Program("echo text"));
        var path = _workspace.Write("a.pdf", "x");

        SetLength(path, 20L << 20);
        (await _workspace.RunAsync(tool, new { file_path = path })).Content.PlainText.ShouldBe("text\n");
        SetLength(path, (100L << 20) + 1);
        (await _workspace.RunAsync(tool, new { file_path = path })).Error!.Type.ShouldBe("file_too_large");
    }

    [Fact]
    public async Task A_notebook_comes_as_its_cells_with_what_they_printed()
    {
        var path = _workspace.Write("n.ipynb", """
            {"nbformat":4,"metadata":{"language_info":{"name":"julia"}},"cells":[
             {"cell_type":"markdown","id":"intro","source":["# Title\n","text"]},
             {"cell_type":"code","id":"c1","execution_count":3,"source":["x = 1\n","x"],"outputs":[
               {"output_type":"stream","name":"stdout","text":["hello\n"]},
               {"output_type":"execute_result","data":{"text/plain":["1"],"text/html":"<b>1</b>"}}]},
             {"cell_type":"code","execution_count":null,"source":"plot()","outputs":[
               {"output_type":"display_data","data":{"image/png":"iVBOR","text/plain":"<Figure>"}},
               {"output_type":"error","ename":"E","evalue":"bad","traceback":["\u001b[31mE\u001b[0m: bad","at 1"]}]},
             {"cell_type":"raw","id":"r","source":"as it is"}]}
            """);

        var result = await _workspace.RunAsync(new ReadFileTool(), new { file_path = path });

        result.Content.PlainText.ShouldBe(
            "Jupyter Notebook (julia, 4 cells)\n"
            + "\n--- Markdown Cell intro ---\n# Title\ntext\n"
            + "\n--- Code Cell c1 [3] ---\n```julia\nx = 1\nx\n```\nOutput:\nhello\n1\n"
            + "\n--- Code Cell 2 [ ] ---\n```julia\nplot()\n```\nOutput:\n[image/png output is not shown] <Figure>\nE: bad\nat 1\n"
            + "\n--- Raw Cell r ---\nas it is\n");
        ((TextDisplay)result.Display!).Text.ShouldBe("Read notebook: n.ipynb");
    }

    [Fact]
    public async Task A_notebooks_source_cannot_end_its_fence()
    {
        var path = _workspace.Write("n.ipynb", """{"cells":[{"cell_type":"code","source":"a = '''\n```\n'''","outputs":[]}]}""");

        (await _workspace.RunAsync(new ReadFileTool(), new { file_path = path })).Content.PlainText!.ShouldContain("\n````python\na = '''\n```\n'''\n````\n");
    }

    [Theory]
    [InlineData(10_000, false)]
    [InlineData(10_001, true)]
    public async Task What_a_cell_printed_is_bounded(int printed, bool isCut)
    {
        var path = _workspace.Write("n.ipynb", $$"""{"cells":[{"cell_type":"code","source":"x","outputs":[{"output_type":"stream","text":"{{new string('a', printed)}}"}]}]}""");

        var text = (await _workspace.RunAsync(new ReadFileTool(), new { file_path = path })).Content.PlainText!;

        text.ShouldEndWith(new string('a', 10_000) + (isCut ? "... [truncated]\n" : "\n"));
    }

    [Fact]
    public async Task A_long_notebook_is_cut_and_read_on_by_lines()
    {
        var cells = string.Join(',', Enumerable.Range(0, 3_000).Select(static i => $$"""{"cell_type":"markdown","id":"m{{i}}","source":"cell number {{i}} with some words in it"}"""));
        var path = _workspace.Write("n.ipynb", $$"""{"cells":[{{cells}}]}""");

        var whole = (await _workspace.RunAsync(new ReadFileTool(), new { file_path = path })).Content.PlainText!;
        var part = (await _workspace.RunAsync(new ReadFileTool(), new { file_path = path, offset = 8_998, limit = 2 })).Content.PlainText!;

        whole.Length.ShouldBeInRange(100_000, 100_060);
        whole.ShouldEndWith("... [truncated] Read on with 'offset'.");
        part.ShouldBe("Showing lines 8999-9000 of 9002 total lines.\n\n---\n\n\n--- Markdown Cell m2999 ---");
    }

    [Theory]
    [InlineData("""{"cells":""", """{"cells":""")]
    [InlineData("""[1]""", "[1]")]
    [InlineData("""{"cells":7}""", """{"cells":7}""")]
    [InlineData("", "")]
    [InlineData("""{"cells":[]}""", "Jupyter Notebook (python, 0 cells)\n")]
    [InlineData("""{"cells":[7,null,"x"]}""", "Jupyter Notebook (python, 3 cells)\n\n--- Unknown Cell 0 ---\n\n\n--- Unknown Cell 1 ---\n\n\n--- Unknown Cell 2 ---\n\n")]
    [InlineData("""{"cells":[{"cell_type":"markdown","id":"a","source":"\ud83d"}]}""", "Jupyter Notebook (python, 1 cell)\n\n--- Markdown Cell a ---\n\ufffd\n")]
    [InlineData("""{"worksheets":[{"cells":[{"cell_type":"code","input":"old","outputs":[{"output_type":"pyout","text":"v"}]}]}]}""", "Jupyter Notebook (python, 1 cell)\n\n--- Code Cell 0 [ ] ---\n```python\nold\n```\nOutput:\nv\n")]
    public async Task A_broken_notebook_is_read_as_text_and_odd_ones_as_far_as_they_go(string content, string expected) =>
        (await _workspace.RunAsync(new ReadFileTool(), new { file_path = _workspace.Write("n.ipynb", content) })).Content.PlainText.ShouldBe(expected);

    [Fact]
    public void The_schema_is_the_one_on_the_wire()
    {
        var schema = new ReadFileTool().JsonSchema;

        schema.GetProperty("properties").EnumerateObject().Select(static property => $"{property.Name}:{property.Value.GetProperty("type")}")
            .ShouldBe(["file_path:string", "offset:number", "limit:number"]);
    }

    private static void SetLength(string path, long length)
    {
        using var file = new FileStream(path, FileMode.Open);
        file.SetLength(length);
    }

    // The least that is a PDF file: pages with one line each.
    private static string Document(int pages)
    {
        List<string> objects =
        [
            "<< /Type /Catalog /Pages 2 0 R >>",
            $"<< /Type /Pages /Kids [{string.Join(' ', Enumerable.Range(0, pages).Select(static i => $"{4 + (2 * i)} 0 R"))}] /Count {pages} >>",
            "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
        ];
        for (var i = 0; i < pages; i++)
        {
            var text = $"BT /F1 12 Tf 20 200 Td (Page {i + 1} text) Tj ET";
            objects.Add($"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 300 300] /Contents {5 + (2 * i)} 0 R /Resources << /Font << /F1 3 0 R >> >> >>");
            objects.Add($"<< /Length {text.Length} >>\nstream\n{text}\nendstream");
        }

        var document = new StringBuilder("%PDF-1.4\n");
        var places = new List<int>();
        for (var i = 0; i < objects.Count; i++)
        {
            places.Add(document.Length);
            document.Append(CultureInfo.InvariantCulture, $"{i + 1} 0 obj\n{objects[i]}\nendobj\n");
        }

        var table = document.Length;
        document.Append(CultureInfo.InvariantCulture, $"xref\n0 {objects.Count + 1}\n0000000000 65535 f \n").AppendJoin(string.Empty, places.Select(static place => $"{place:0000000000} 00000 n \n"));
        return document.Append(CultureInfo.InvariantCulture, $"trailer << /Size {objects.Count + 1} /Root 1 0 R >>\nstartxref\n{table}\n%%EOF\n").ToString();
    }

    private string Program(string script)
    {
        var path = Path.Combine(_workspace.Outside, "pdftotext");
        File.WriteAllText(path, "#!/bin/bash\n" + script + "\n", new UTF8Encoding(false));
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }

        return path;
    }
}
