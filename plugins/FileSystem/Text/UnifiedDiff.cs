using System.Globalization;
using System.Text;
using DiffPlex;
using DiffPlex.Model;

namespace QwenCode.Plugin.FileSystem.Text;

/// <summary>The difference of two texts as a patch with three lines of context, and how many lines came and went.</summary>
/// <param name="Patch">The patch.</param>
/// <param name="Added">How many lines came.</param>
/// <param name="Removed">How many lines went.</param>
internal sealed record UnifiedDiff(string Patch, int Added, int Removed)
{
    private const int Context = 3;

    /// <summary>Over so many changed lines the smallest difference is not worth its time: all go, all come.</summary>
    private const int MostComparedLines = 8_000;

    /// <summary>Compares two texts line by line. A change in nothing but white space is a change.</summary>
    /// <param name="fileName">What the patch names.</param>
    /// <param name="before">The old text, with line feeds only.</param>
    /// <param name="after">The new text, with line feeds only.</param>
    /// <param name="oldLabel">What the old side is called.</param>
    /// <param name="newLabel">What the new side is called.</param>
    public static UnifiedDiff Create(string fileName, string before, string after, string oldLabel, string newLabel)
    {
        var patch = new StringBuilder();
        patch.Append("Index: ").Append(fileName).Append('\n').Append('=', 67).Append('\n')
            .Append("--- ").Append(fileName).Append('\t').Append(oldLabel).Append('\n')
            .Append("+++ ").Append(fileName).Append('\t').Append(newLabel).Append('\n');

        // Only what lies between the common beginning and the common end is compared, so that a small change to a large file is cheap.
        var start = before.AsSpan().CommonPrefixLength(after);
        start = start == 0 ? 0 : before.AsSpan(0, start).LastIndexOf('\n') + 1;
        var end = CommonSuffix(before.AsSpan(start), after.AsSpan(start));
        var oldLines = Lines(before[start..(before.Length - end)]);
        var newLines = Lines(after[start..(after.Length - end)]);
        var blocks = Compare(oldLines, newLines);
        if (blocks.Count == 0)
        {
            return new UnifiedDiff(patch.ToString(), 0, 0);
        }

        var first = before.AsSpan(0, start).Count('\n');
        var lead = LastLines(before.AsSpan(0, start));
        var trail = FirstLines(before.AsSpan(before.Length - end));
        for (var i = 0; i < blocks.Count;)
        {
            var last = i;
            while (last + 1 < blocks.Count
                && blocks[last + 1].DeleteStartA - (blocks[last].DeleteStartA + blocks[last].DeleteCountA) <= Context * 2)
            {
                last++;
            }

            AppendHunk(patch, blocks, i, last, oldLines, newLines, first, lead, trail);
            i = last + 1;
        }

        return new UnifiedDiff(
            patch.ToString(), blocks.Sum(static block => block.InsertCountB), blocks.Sum(static block => block.DeleteCountA));
    }

    // Whole lines only: what follows the first line feed of the common end.
    private static int CommonSuffix(ReadOnlySpan<char> before, ReadOnlySpan<char> after)
    {
        var most = Math.Min(before.Length, after.Length);
        var length = 0;
        while (length < most && before[^(length + 1)] == after[^(length + 1)])
        {
            length++;
        }

        if (length == before.Length && length == after.Length)
        {
            return length;
        }

        var atLineStart = (length == before.Length || before[^(length + 1)] is '\n')
            && (length == after.Length || after[^(length + 1)] is '\n');
        return atLineStart ? length
            : before[^length..].IndexOf('\n') is var newline and >= 0 ? length - newline - 1
            : 0;
    }

    private static List<string> Lines(string text)
    {
        var lines = new List<string>();
        for (var at = 0; at < text.Length;)
        {
            var newline = text.IndexOf('\n', at);
            var end = newline < 0 ? text.Length : newline + 1;
            lines.Add(text[at..end]);
            at = end;
        }

        return lines;
    }

    private static List<DiffBlock> Compare(List<string> before, List<string> after)
    {
        if (before.Count == 0 && after.Count == 0)
        {
            return [];
        }

        return before.Count == 0 || after.Count == 0 || before.Count + after.Count > MostComparedLines
            ? [new DiffBlock(0, before.Count, 0, after.Count)]
            : [.. new Differ().CreateCustomDiffs(string.Concat(before), string.Concat(after), false, text => [.. Lines(text)]).DiffBlocks];
    }

    private static List<string> LastLines(ReadOnlySpan<char> text)
    {
        var at = text.Length;
        for (var i = 0; i < Context && at > 0; i++)
        {
            at = text[..(at - 1)].LastIndexOf('\n') + 1;
        }

        return Lines(text[at..].ToString());
    }

    private static List<string> FirstLines(ReadOnlySpan<char> text)
    {
        var end = 0;
        for (var i = 0; i < Context && end < text.Length; i++)
        {
            end = text[end..].IndexOf('\n') is var newline and >= 0 ? end + newline + 1 : text.Length;
        }

        return Lines(text[..end].ToString());
    }

    private static void AppendHunk(
        StringBuilder patch, List<DiffBlock> blocks, int i, int last, List<string> oldLines, List<string> newLines, int first,
        List<string> lead, List<string> trail)
    {
        // Lines are counted within the part that was compared; what is below 0 or past its end comes from the common parts.
        var oldStart = Math.Max(blocks[i].DeleteStartA - Context, -lead.Count);
        var newStart = oldStart + blocks[i].InsertStartB - blocks[i].DeleteStartA;
        var oldEnd = Math.Min(blocks[last].DeleteStartA + blocks[last].DeleteCountA + Context, oldLines.Count + trail.Count);
        var newEnd = oldEnd + blocks[last].InsertStartB + blocks[last].InsertCountB - blocks[last].DeleteStartA - blocks[last].DeleteCountA;
        patch.Append(CultureInfo.InvariantCulture,
            $"@@ -{Range(first + oldStart, oldEnd - oldStart)} +{Range(first + newStart, newEnd - newStart)} @@\n");
        var at = oldStart;
        for (; i <= last; i++)
        {
            for (; at < blocks[i].DeleteStartA; at++)
            {
                AppendLine(patch, ' ', OldLine(at));
            }

            for (; at < blocks[i].DeleteStartA + blocks[i].DeleteCountA; at++)
            {
                AppendLine(patch, '-', oldLines[at]);
            }

            for (var added = blocks[i].InsertStartB; added < blocks[i].InsertStartB + blocks[i].InsertCountB; added++)
            {
                AppendLine(patch, '+', newLines[added]);
            }
        }

        for (; at < oldEnd; at++)
        {
            AppendLine(patch, ' ', OldLine(at));
        }

        string OldLine(int line) =>
            line < 0 ? lead[lead.Count + line] : line < oldLines.Count ? oldLines[line] : trail[line - oldLines.Count];
    }

    // A range without lines names the line before it.
    private static string Range(int start, int count) =>
        string.Create(CultureInfo.InvariantCulture, $"{(count == 0 ? start : start + 1)},{count}");

    private static void AppendLine(StringBuilder patch, char sign, string line)
    {
        patch.Append(sign).Append(line);
        if (!line.EndsWith('\n'))
        {
            patch.Append("\n\\ No newline at end of file\n");
        }
    }
}
