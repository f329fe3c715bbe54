using System.Globalization;
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
}
