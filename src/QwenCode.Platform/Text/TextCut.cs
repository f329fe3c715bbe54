using System.Text;

namespace QwenCode.Platform.Text;

/// <summary>Finds places to cut a text at that do not split a surrogate pair. Half of a pair is not text and cannot be sent.</summary>
public static class TextCut
{
    /// <summary>Gets the largest place at or before <paramref name="at"/> that does not split a pair.</summary>
    /// <param name="text">The text.</param>
    /// <param name="at">Where to cut, from zero to the length of the text.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="at"/> is outside the text.</exception>
    public static int Before(ReadOnlySpan<char> text, int at) => IsWithinPair(text, at) ? at - 1 : at;

    /// <summary>Gets the smallest place at or after <paramref name="at"/> that does not split a pair.</summary>
    /// <param name="text">The text.</param>
    /// <param name="at">Where to cut, from zero to the length of the text.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="at"/> is outside the text.</exception>
    public static int After(ReadOnlySpan<char> text, int at) => IsWithinPair(text, at) ? at + 1 : at;

    /// <summary>Gets the beginning of a text.</summary>
    /// <param name="text">The text.</param>
    /// <param name="length">The greatest length in UTF-16 units; the result is one unit shorter if the cut would split a pair.</param>
    /// <returns>The text itself if it is short enough.</returns>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="length"/> is negative.</exception>
    public static string Head(string text, int length)
    {
        ArgumentNullException.ThrowIfNull(text);
        ArgumentOutOfRangeException.ThrowIfNegative(length);
        return text.Length <= length ? text : text[..Before(text, length)];
    }

    /// <summary>Gets the beginning of a text that is still being built.</summary>
    /// <param name="text">The text.</param>
    /// <param name="length">The greatest length in UTF-16 units; the result is one unit shorter if the cut would split a pair.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="length"/> is negative.</exception>
    public static string Head(StringBuilder text, int length)
    {
        ArgumentNullException.ThrowIfNull(text);
        ArgumentOutOfRangeException.ThrowIfNegative(length);
        var whole = text.Length <= length;
        var splits = !whole && length > 0 && char.IsSurrogatePair(text[length - 1], text[length]);
        return whole ? text.ToString() : text.ToString(0, splits ? length - 1 : length);
    }

    private static bool IsWithinPair(ReadOnlySpan<char> text, int at)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan((uint)at, (uint)text.Length, nameof(at));
        return at > 0 && at < text.Length && char.IsSurrogatePair(text[at - 1], text[at]);
    }
}
