using System.Globalization;
using System.Text;

namespace QwenCode.Platform.Text;

/// <summary>
/// Brings letters that can be written in two ways into one of them: é is one character or an e with a mark behind it (NFC and NFD).
/// </summary>
/// <remarks>The base library leaves this to ICU, which the program does without. The table is <c>letters.txt</c>.</remarks>
public static class LetterForms
{
    private const char FirstMark = '\u0300';
    private const int HangulFirst = 0xAC00;
    private const int LeadFirst = 0x1100;
    private const int LeadCount = 19;
    private const int VowelFirst = 0x1161;
    private const int VowelCount = 21;
    private const int TailFirst = 0x11A7;
    private const int TailCount = 28;

    private static readonly Lazy<Dictionary<int, char>> Table = new(Read);

    /// <summary>Returns a text with its letters composed: as few characters as there is a letter for.</summary>
    /// <param name="text">The text; the same object comes back if there is nothing to compose.</param>
    public static string Compose(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var first = text.AsSpan().IndexOfAnyInRange(FirstMark, '\uFFFF');
        if (first < 0)
        {
            return text;
        }

        var composed = new StringBuilder(text.Length);
        var starter = -1;
        var last = UnicodeCategory.OtherNotAssigned;
        foreach (var character in text)
        {
            var category = CharUnicodeInfo.GetUnicodeCategory(character);
            if (starter >= 0 && (starter == composed.Length - 1 || last is UnicodeCategory.NonSpacingMark)
                && Pair(composed[starter], character, starter == composed.Length - 1) is { } whole)
            {
                composed[starter] = whole;
                continue;
            }

            if (category is not (UnicodeCategory.NonSpacingMark or UnicodeCategory.EnclosingMark))
            {
                starter = composed.Length;
            }

            last = category;
            composed.Append(character);
        }

        return composed.Length == text.Length ? text : composed.ToString();
    }

    private static char? Pair(char first, char second, bool areNeighbours)
    {
        if (second < FirstMark)
        {
            return null;
        }

        if (areNeighbours && first - LeadFirst is >= 0 and < LeadCount && second - VowelFirst is >= 0 and < VowelCount)
        {
            return (char)(HangulFirst + ((((first - LeadFirst) * VowelCount) + (second - VowelFirst)) * TailCount));
        }

        if (areNeighbours && first - HangulFirst is >= 0 and < LeadCount * VowelCount * TailCount && (first - HangulFirst) % TailCount == 0
            && second - TailFirst is > 0 and < TailCount)
        {
            return (char)(first + (second - TailFirst));
        }

        return Table.Value.TryGetValue((first << 16) | second, out var whole) ? whole : null;
    }

    private static Dictionary<int, char> Read()
    {
        var table = new Dictionary<int, char>();
        using var reader = new StreamReader(typeof(LetterForms).Assembly.GetManifestResourceStream("letters.txt")!);
        while (reader.ReadLine() is { } line)
        {
            if (line.Length == 0 || line[0] is '#')
            {
                continue;
            }

            var mark = int.Parse(line.AsSpan(0, 4), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture);
            for (var at = 5; at + 1 < line.Length; at += 2)
            {
                table[(line[at] << 16) | mark] = line[at + 1];
            }
        }

        return table;
    }
}
