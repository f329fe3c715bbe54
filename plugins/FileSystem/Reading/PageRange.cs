using System.Globalization;
using QwenCode.Tools;

namespace QwenCode.Plugin.FileSystem.Reading;

/// <summary>Which pages of a document are wanted.</summary>
/// <param name="First">The first, counted from 1.</param>
/// <param name="Last">The last.</param>
internal sealed record PageRange(int First, int Last)
{
    private const int Most = 20;

    /// <summary>Reads <c>N</c> or <c>A-B</c>.</summary>
    /// <returns>The range; <c>null</c> where nothing was given.</returns>
    /// <exception cref="ToolArgumentException">It is neither, or too long.</exception>
    public static PageRange? Parse(string? text)
    {
        if (string.IsNullOrWhiteSpace(text))
        {
            return null;
        }

        var parts = text.Trim().Split('-');
        if (parts.Length > 2 || !TryRead(parts[0], out var first) || !TryRead(parts[^1], out var last) || last < first)
        {
            throw new ToolArgumentException(
                $"Invalid pages: '{text}'. Give one page such as \"3\" or a range such as \"1-20\", counted from 1.");
        }

        return last - first < Most
            ? new PageRange(first, last)
            : throw new ToolArgumentException($"Invalid pages: '{text}' is more than {Most} pages, the maximum for one call.");
    }

    private static bool TryRead(string text, out int page) =>
        int.TryParse(text.Trim(), NumberStyles.None, CultureInfo.InvariantCulture, out page) && page > 0;
}
