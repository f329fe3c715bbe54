using System.Globalization;
using System.Text;
using QwenCode.Platform.Text;

namespace QwenCode.Plugin.FileSystem.Editing;

/// <summary>
/// Finds text whatever way its letters are composed: é is one character or two (NFC and NFD), and files of some systems hold the one while
/// models write the other.
/// </summary>
internal static class ComposedText
{
    /// <summary>Finds what stands in a text for the same letters; only whole ones are found.</summary>
    /// <param name="text">The text.</param>
    /// <param name="wanted">What is looked for.</param>
    /// <returns>The text as it stands there; <c>null</c> if it is not there.</returns>
    public static string? Find(string text, string wanted)
    {
        var sought = TextLocator.Plain(LetterForms.Compose(wanted));
        if ((Ascii.IsValid(wanted) && Ascii.IsValid(text)) || sought.Length == 0)
        {
            return null;
        }

        // Where in the text each letter begins, by its place in the composed text.
        var composed = new StringBuilder(text.Length);
        var places = new List<(int Composed, int Original)>();
        for (var at = 0; at < text.Length;)
        {
            var length = StringInfo.GetNextTextElementLength(text, at);
            places.Add((composed.Length, at));
            composed.Append(LetterForms.Compose(text.Substring(at, length)));
            at += length;
        }

        places.Add((composed.Length, text.Length));
        var haystack = TextLocator.Plain(composed.ToString());
        for (var at = haystack.IndexOf(sought, StringComparison.Ordinal); at >= 0;
            at = haystack.IndexOf(sought, at + 1, StringComparison.Ordinal))
        {
            if (Original(places, at) is { } start && Original(places, at + sought.Length) is { } end)
            {
                return text[start..end];
            }
        }

        return null;
    }

    private static int? Original(List<(int Composed, int Original)> places, int composed)
    {
        var index = places.BinarySearch((composed, -1));
        index = index < 0 ? ~index : index;
        return index < places.Count && places[index].Composed == composed ? places[index].Original : null;
    }
}
