using System.Globalization;

namespace QwenCode.Plugin.FileSystem.Editing;

/// <summary>The part of an edited file that changed, with some lines around it.</summary>
internal static class EditSnippet
{
    private const int ContextLines = 4;
    private const int MostChangedLines = 1_000;

    /// <summary>Shows the changed part of a plan's result; nothing where it is empty or too long to be of use.</summary>
    public static string Show(EditPlan plan, int mostCharacters)
    {
        var text = plan.After;
        if (text.Length == 0)
        {
            return string.Empty;
        }

        var first = text.AsSpan(0, plan.ChangeStart).Count('\n');
        var last = first + text.AsSpan(plan.ChangeStart, Math.Max(0, plan.ChangeEnd - plan.ChangeStart)).Count('\n');
        if (last - first + 1 > MostChangedLines)
        {
            return string.Empty;
        }

        var total = text.AsSpan().Count('\n') + 1;
        var (from, to) = plan.Before is null
            ? (0, total - 1) : (Math.Max(0, first - ContextLines), Math.Min(total - 1, last + ContextLines));
        var start = Back(text, plan.ChangeStart, first - from);
        var end = Forward(text, plan.ChangeEnd, to - last);
        var shown = mostCharacters > 0 && end - start > mostCharacters
            ? string.Concat(text.AsSpan(start, mostCharacters), "... [truncated]")
            : text[start..end];
        return string.Create(
            CultureInfo.InvariantCulture, $" Showing lines {from + 1}-{to + 1} of {total} from the edited file:\n\n---\n\n{shown}");
    }

    private static int Back(string text, int position, int lines)
    {
        var at = text.AsSpan(0, position).LastIndexOf('\n') + 1;
        for (; lines > 0; lines--)
        {
            at = text.AsSpan(0, at - 1).LastIndexOf('\n') + 1;
        }

        return at;
    }

    private static int Forward(string text, int position, int lines)
    {
        for (; ; lines--)
        {
            var newline = text.IndexOf('\n', position);
            if (newline < 0)
            {
                return text.Length;
            }

            if (lines == 0)
            {
                return newline;
            }

            position = newline + 1;
        }
    }
}
