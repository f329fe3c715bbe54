using System.Text;
using QwenCode.Platform.Text;
using QwenCode.Tools;

namespace QwenCode.Mcp.Tools;

/// <summary>
/// Bounds what a server's text takes of the model's context: the whole goes to a file, its beginning (a fifth) and its end to the
/// model.
/// </summary>
internal static class LongText
{
    private const string Separator = "\n\n---\n... [CONTENT TRUNCATED] ...\n---\n\n";
    private const string Ellipsis = "...";

    /// <summary>Gives a text within the limits.</summary>
    /// <param name="text">The text.</param>
    /// <param name="tool">The tool it is of; part of the file's name.</param>
    /// <param name="context">The call's limits and the project's directory for temporary files.</param>
    public static string Fit(string text, string tool, ToolContext context)
    {
        var limits = context.Limits;
        var lines = text.AsSpan().Count('\n') + 1;
        if ((limits.MaxCharacters <= 0 || text.Length <= limits.MaxCharacters) && (limits.MaxLines <= 0 || lines <= limits.MaxLines))
        {
            return text;
        }

        var place = Save(text, Path.Combine(context.Workspace.TempDirectory, $"{tool}_{Guid.NewGuid().ToString("N")[..12]}.output"));
        return $"The result was too long to be given whole. {place} Below, '... [CONTENT TRUNCATED] ...' stands for what was left "
            + $"out.\n\nTruncated part of the output:\n{Cut(text, lines, limits)}";
    }

    private static string Save(string text, string path)
    {
        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
            if (!OperatingSystem.IsWindows())
            {
                // What a server gives may be secret.
                options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
            }

            using var writer = new StreamWriter(new FileStream(path, options), new UTF8Encoding(encoderShouldEmitUTF8Identifier: false));
            writer.Write(text);
            return $"It is kept in the file {path}. Use read_file with offset and limit to look at the parts you need.";
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return $"It could not be saved to a file either: {exception.Message}.";
        }
    }

    private static string Cut(string text, int lines, ToolLimits limits)
    {
        var budget = limits.MaxCharacters > 0 ? limits.MaxCharacters : int.MaxValue;
        var kept = limits.MaxLines > 0 ? Math.Min(limits.MaxLines, lines) : lines;
        var headLines = Math.Max(kept / 5, 1);
        var head = Skip(text, headLines);
        var isHeadCut = head > budget / 5;
        if (isHeadCut)
        {
            head = TextCut.Before(text, Math.Max((budget / 5) - Ellipsis.Length, 0));
        }

        var shown = head + (isHeadCut ? Ellipsis.Length : 0);

        // A single huge line, such as JSON, is shown from both ends like everything else.
        var tail = Math.Max(lines == 1 ? 0 : SkipBack(text, kept - headLines), head);
        var room = Math.Max(budget - shown - Separator.Length, 0);
        var isTailCut = text.Length - tail > room;
        if (isTailCut)
        {
            tail = TextCut.After(text, text.Length - Math.Max(room - Ellipsis.Length, 0));
        }

        var (headEnd, tailStart) = (isHeadCut ? Ellipsis : string.Empty, isTailCut && tail < text.Length ? Ellipsis : string.Empty);
        return $"{text.AsSpan(0, head)}{headEnd}{Separator}{tailStart}{text.AsSpan(tail)}";
    }

    private static int Skip(string text, int lines)
    {
        var at = -1;
        for (var i = 0; i < lines; i++)
        {
            at = text.IndexOf('\n', at + 1);
            if (at < 0)
            {
                return text.Length;
            }
        }

        return at;
    }

    private static int SkipBack(string text, int lines)
    {
        var at = text.Length;
        for (var i = 0; i < lines && at >= 0; i++)
        {
            at = at == 0 ? -1 : text.LastIndexOf('\n', at - 1);
        }

        return at + 1 > text.Length ? text.Length : at + 1;
    }
}
