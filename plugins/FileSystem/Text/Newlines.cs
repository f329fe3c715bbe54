namespace QwenCode.Plugin.FileSystem.Text;

/// <summary>Line endings. Text is matched and compared with line feeds only; in the file every line keeps its own.</summary>
internal static class Newlines
{
    /// <summary>Gives text with line feeds only.</summary>
    public static string Normalize(string text) => text.Contains('\r') ? text.Replace("\r\n", "\n", StringComparison.Ordinal) : text;

    /// <summary>
    /// Says which ending most lines have; where it is a draw, or nothing speaks for line feeds, <c>\r\n</c> wins if it occurs.
    /// </summary>
    public static string DominantIn(ReadOnlySpan<char> text)
    {
        var windows = text.Count("\r\n");
        return windows > 0 && windows * 2 >= text.Count('\n') ? "\r\n" : "\n";
    }

    /// <summary>Gives text with one ending for every line.</summary>
    public static string Apply(string text, string newline) =>
        newline == "\n" ? text : Normalize(text).Replace("\n", newline, StringComparison.Ordinal);

    /// <summary>Walks through the original of a normalised text, from positions in the one to positions in the other.</summary>
    public struct Positions(string original)
    {
        private int _original;
        private int _normalized;

        /// <summary>Gives the place in the original; positions must not go down from call to call.</summary>
        public int Find(int normalized)
        {
            while (_normalized < normalized)
            {
                var pair = original.AsSpan(_original).IndexOf("\r\n");
                var plain = pair < 0 ? int.MaxValue : pair;
                var missing = normalized - _normalized;
                if (missing <= plain)
                {
                    _original += missing;
                    _normalized = normalized;
                }
                else
                {
                    _original += plain + 2;
                    _normalized += plain + 1;
                }
            }

            return _original;
        }
    }
}
