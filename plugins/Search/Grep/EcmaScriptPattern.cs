using System.Text;

namespace QwenCode.Plugin.Search.Grep;

/// <summary>Writes a regular expression as JavaScript knows it in the dialect of .NET.</summary>
internal static class EcmaScriptPattern
{
    private const string KnownLetters = "bBdDfknpPrsStuvwWxcA0zZG";

    /// <summary>
    /// Translates what differs: escapes of letters that mean nothing, brackets within brackets, and the sets <c>[]</c> and
    /// <c>[^]</c>.
    /// </summary>
    public static string ToDotNet(string pattern)
    {
        var result = new StringBuilder(pattern.Length + 8);
        for (var i = 0; i < pattern.Length; i++)
        {
            switch (pattern[i])
            {
                case '\\' when i + 1 < pattern.Length:
                    AppendEscape(result, pattern[++i]);
                    break;
                case '[' when pattern.AsSpan(i).StartsWith("[^]"):
                    result.Append("[\\s\\S]");
                    i += 2;
                    break;
                case '[' when pattern.AsSpan(i).StartsWith("[]"):
                    result.Append("(?!)");
                    i++;
                    break;
                case '[':
                    i = AppendSet(result, pattern, i);
                    break;
                default:
                    result.Append(pattern[i]);
                    break;
            }
        }

        return result.ToString();
    }

    // Returns the index of the last character taken.
    private static int AppendSet(StringBuilder result, string pattern, int start)
    {
        result.Append('[');
        var i = start + 1;
        for (; i < pattern.Length && pattern[i] != ']'; i++)
        {
            if (pattern[i] == '\\' && i + 1 < pattern.Length)
            {
                AppendEscape(result, pattern[++i]);
            }
            else
            {
                // A bracket would begin a subtraction.
                result.Append(pattern[i] == '[' ? "\\[" : pattern[i].ToString());
            }
        }

        if (i < pattern.Length)
        {
            result.Append(']');
        }

        return i;
    }

    private static void AppendEscape(StringBuilder result, char value)
    {
        if ((char.IsAsciiLetter(value) && !KnownLetters.Contains(value, StringComparison.Ordinal)) || value == '_')
        {
            result.Append(value);
        }
        else
        {
            result.Append('\\').Append(value);
        }
    }
}
