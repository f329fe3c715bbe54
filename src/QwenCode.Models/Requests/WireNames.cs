using System.Collections.Concurrent;
using System.Globalization;
using System.Text;

namespace QwenCode.Models.Requests;

/// <summary>
/// Names and ids in the alphabet that a provider takes. What it does not take is replaced in the same way wherever it occurs, and read back
/// as what it was.
/// </summary>
internal static class WireNames
{
    private static readonly ConcurrentDictionary<string, string> Replaced = new(StringComparer.Ordinal);

    /// <summary>Returns an id of letters, digits, <c>_</c> and <c>-</c>.</summary>
    /// <param name="id">The id.</param>
    public static string Id(string id) => IsPlain(id) ? id : id.Length == 0 ? "unnamed" : Mend(id, 128);

    /// <summary>Returns a name of letters, digits, <c>_</c> and <c>-</c>.</summary>
    /// <param name="name">The name of a tool.</param>
    /// <param name="longest">How many characters it may have.</param>
    /// <param name="beginsWithLetter">Whether it begins with a letter or <c>_</c>.</param>
    public static string Name(string name, int longest, bool beginsWithLetter)
    {
        var lacksLetter = beginsWithLetter && name.Length > 0 && (char.IsAsciiDigit(name[0]) || name[0] is '-');
        if (IsPlain(name) && name.Length <= longest && !lacksLetter)
        {
            return name;
        }

        var mended = Mend(lacksLetter ? "_" + name : name, longest);
        Replaced[mended] = name;
        return mended;
    }

    /// <summary>Returns the name of the tool that a model means.</summary>
    /// <param name="name">What the model wrote.</param>
    public static string Original(string name) => Replaced.TryGetValue(name, out var original) ? original : name;

    private static bool IsPlain(string text)
    {
        foreach (var character in text)
        {
            if (!IsAllowed(character))
            {
                return false;
            }
        }

        return text.Length > 0;
    }

    private static bool IsAllowed(char character) => char.IsAsciiLetterOrDigit(character) || character is '_' or '-';

    // The sum keeps two names apart of which the same characters were replaced.
    private static string Mend(string text, int longest)
    {
        var mended = new StringBuilder(longest);
        var sum = 2166136261u;
        foreach (var character in text)
        {
            sum = unchecked((sum ^ character) * 16777619u);
            if (mended.Length < longest - 9)
            {
                mended.Append(IsAllowed(character) ? character : '_');
            }
        }

        return mended.Append('_').Append(sum.ToString("x8", CultureInfo.InvariantCulture)).ToString();
    }
}
