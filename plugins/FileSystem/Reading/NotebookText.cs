using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using QwenCode.Platform.Text;

namespace QwenCode.Plugin.FileSystem.Reading;

/// <summary>A Jupyter notebook as text: its cells in order, with what they printed.</summary>
internal static partial class NotebookText
{
    /// <summary>Kept of what one cell printed.</summary>
    public const int MostOutputCharacters = 10_000;

    /// <summary>Kept of the whole notebook.</summary>
    public const int MostCharacters = 100_000;

    private const string CutMark = "... [truncated]";

    /// <summary>Writes a notebook as text.</summary>
    /// <param name="content">The file.</param>
    /// <returns>The text, however long it is; <c>null</c> where the file is no notebook.</returns>
    public static string? Render(ReadOnlyMemory<byte> content)
    {
        try
        {
            content = content.Span.StartsWith((ReadOnlySpan<byte>)[0xEF, 0xBB, 0xBF]) ? content[3..] : content;
            using var document = JsonDocument.Parse(content);
            return Cells(document.RootElement) is { } cells ? Render(document.RootElement, cells) : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    /// <summary>Cuts a notebook's text to what one answer may hold.</summary>
    public static string Cut(string text) => text.Length <= MostCharacters
        ? text
        : TextCut.Head(text, MostCharacters) + $"\n{CutMark} Read on with 'offset'.";

    private static List<JsonElement>? Cells(JsonElement notebook)
    {
        if (Member(notebook, "cells") is { ValueKind: JsonValueKind.Array } cells)
        {
            return [.. cells.EnumerateArray()];
        }

        // The third version of the format kept its cells in worksheets.
        return Member(notebook, "worksheets") is { ValueKind: JsonValueKind.Array } sheets
            ? [.. sheets.EnumerateArray().Select(static sheet => Member(sheet, "cells"))
                .Where(static part => part.ValueKind is JsonValueKind.Array).SelectMany(static part => part.EnumerateArray())]
            : null;
    }

    private static string Render(JsonElement notebook, List<JsonElement> cells)
    {
        var metadata = Member(notebook, "metadata");
        var language = Text(Member(Member(metadata, "language_info"), "name")) is { Length: > 0 } name ? name
            : Text(Member(Member(metadata, "kernelspec"), "language")) is { Length: > 0 } kernel ? kernel
            : "python";
        var text = new StringBuilder();
        text.Append(
            CultureInfo.InvariantCulture, $"Jupyter Notebook ({language}, {cells.Count} {(cells.Count == 1 ? "cell" : "cells")})\n");
        for (var i = 0; i < cells.Count; i++)
        {
            Append(text, cells[i], i, language);
        }

        return text.ToString();
    }

    private static void Append(StringBuilder text, JsonElement cell, int index, string language)
    {
        var id = Text(Member(cell, "id")) is { Length: > 0 } given ? given : index.ToString(CultureInfo.InvariantCulture);
        var source = Member(cell, "source") is { ValueKind: not JsonValueKind.Undefined } own ? Text(own) : Text(Member(cell, "input"));
        switch (Text(Member(cell, "cell_type")))
        {
            case "code":
                var count = Member(cell, "execution_count") is { ValueKind: JsonValueKind.Number } number ? number.GetRawText() : " ";
                var fence = new string('`', Math.Max(3, LongestRun(source) + 1));
                text.Append(CultureInfo.InvariantCulture, $"\n--- Code Cell {id} [{count}] "
                    + $"---\n{fence}{language}\n{source}{(source.EndsWith('\n') ? string.Empty : "\n")}{fence}\n");
                var output = Outputs(cell);
                text.Append(output.Length == 0 ? string.Empty : $"Output:\n{output}\n");
                break;
            case "markdown":
                text.Append(CultureInfo.InvariantCulture, $"\n--- Markdown Cell {id} ---\n{source}\n");
                break;
            case var type:
                text.Append(CultureInfo.InvariantCulture,
                    $"\n--- {(type.Length == 0 ? "Unknown" : char.ToUpperInvariant(type[0]) + type[1..])} Cell {id} ---\n{source}\n");
                break;
        }
    }

    private static string Outputs(JsonElement cell)
    {
        if (Member(cell, "outputs") is not { ValueKind: JsonValueKind.Array } outputs)
        {
            return string.Empty;
        }

        var text = new StringBuilder();
        foreach (var output in outputs.EnumerateArray())
        {
            var part = Output(output).TrimEnd('\n');
            text.Append(text.Length > 0 && part.Length > 0 ? "\n" : string.Empty).Append(part);
            if (text.Length > MostOutputCharacters)
            {
                return TextCut.Head(text, MostOutputCharacters) + CutMark;
            }
        }

        return text.ToString();
    }

    private static string Output(JsonElement output)
    {
        switch (Text(Member(output, "output_type")))
        {
            case "stream":
                return Colours().Replace(Text(Member(output, "text")), string.Empty);
            case "error" or "pyerr":
                var trace = Colours().Replace(string.Join('\n', Lines(Member(output, "traceback"))), string.Empty);
                return trace.Length > 0 ? trace : $"{Text(Member(output, "ename"))}: {Text(Member(output, "evalue"))}";
            default:
                var data = Member(output, "data") is { ValueKind: JsonValueKind.Object } named ? named : output;
                var plain = Text(Member(data, "text/plain")) is { Length: > 0 } found ? found : Text(Member(output, "text"));
                var media = data.ValueKind is JsonValueKind.Object
                    ? data.EnumerateObject().Select(static member => member.Name)
                    .FirstOrDefault(static type => type.StartsWith("image/", StringComparison.Ordinal))
                    : null;
                return media is null ? plain : $"[{media} output is not shown]{(plain.Length > 0 ? " " + plain : string.Empty)}";
        }
    }

    private static int LongestRun(string text)
    {
        int longest = 0, run = 0;
        foreach (var value in text)
        {
            run = value == '`' ? run + 1 : 0;
            longest = Math.Max(longest, run);
        }

        return longest >= 3 ? longest : 0;
    }

    private static JsonElement Member(JsonElement element, string name) =>
        element.ValueKind is JsonValueKind.Object && element.TryGetProperty(name, out var value) ? value : default;

    // Text is kept as one string or as a list of lines that bring their own line ends.
    private static string Text(JsonElement element) => string.Concat(Lines(element));

    private static IEnumerable<string> Lines(JsonElement element) => element.ValueKind switch
    {
        JsonValueKind.String => [Plain(element)],
        JsonValueKind.Array => element.EnumerateArray().Where(static line => line.ValueKind is JsonValueKind.String).Select(Plain),
        _ => [],
    };

    // JSON can spell half of a surrogate pair, which is no text.
    private static string Plain(JsonElement element)
    {
        try
        {
            return element.GetString() ?? string.Empty;
        }
        catch (InvalidOperationException)
        {
            return "\ufffd";
        }
    }

    [GeneratedRegex(@"\x1b\[[0-?]*[ -/]*[@-~]")]
    private static partial Regex Colours();
}
