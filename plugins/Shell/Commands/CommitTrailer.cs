using System.Text.RegularExpressions;

namespace QwenCode.Plugin.Shell.Commands;

/// <summary>Adds a co-author to the message of a <c>git commit</c>.</summary>
/// <remarks>
/// A command is only changed if all of it is understood, word by word, up to the message: text that merely looks like a commit, in a
/// here-document or between quotes, may be a file that would be changed or code that would run.
/// </remarks>
internal static partial class CommitTrailer
{
    private const string Trailer = "Co-authored-by: Qwen-Coder <qwen-coder@alibabacloud.com>";

    /// <summary>
    /// Returns the command with the trailer in the last quoted <c>-m</c> message of its only <c>git commit</c>; unchanged if that is
    /// not certain.
    /// </summary>
    public static string Add(string command)
    {
        if (command.Contains(Trailer, StringComparison.Ordinal) || Words(command) is not { } words)
        {
            return command;
        }

        int? close = null;
        for (var i = 0; i + 1 < words.Count; i++)
        {
            if (words[i] is not { IsFirst: true, Text: "git" } || words[i + 1] is not { IsFirst: false, Text: "commit" })
            {
                continue;
            }

            if (close is not null)
            {
                return command;   // two commits
            }

            for (var at = i + 2; at < words.Count && !words[at].IsFirst; at++)
            {
                if (words[at].Text is "--")
                {
                    break;
                }

                // Only -m and a cluster of plain flags before it take the next word for the message.
                if (Flag().IsMatch(words[at].Text) && at + 1 < words.Count && !words[at + 1].IsFirst)
                {
                    close = words[++at].Close ?? close;
                }
            }
        }

        return close is { } end ? command.Insert(end, $"\n\n{Trailer}") : command;
    }

    /// <summary>Splits a command into words; <c>null</c> if it holds anything whose words are not certain.</summary>
    private static List<Word>? Words(string command)
    {
        var words = new List<Word>();
        var isFirst = true;
        for (var i = 0; i < command.Length;)
        {
            var c = command[i];
            if (c is ' ' or '\t')
            {
                i++;
            }
            else if (c is ';' or '&' or '|' or '\n')
            {
                isFirst = true;
                i++;
            }
            else if (ReadWord(command, ref i, isFirst) is { } word)
            {
                words.Add(word);
                isFirst = false;
            }
            else
            {
                return null;
            }
        }

        return words;
    }

    private static Word? ReadWord(string command, ref int at, bool isFirst)
    {
        var start = at;
        while (at < command.Length && command[at] is not (' ' or '\t' or ';' or '&' or '|' or '\n'))
        {
            switch (command[at])
            {
                case '\'' or '"':
                    var open = at;
                    var close = command[at] is '"' ? FindDoubleQuote(command, at + 1) : command.IndexOf('\'', at + 1);
                    if (close < 0)
                    {
                        return null;
                    }

                    at = close + 1;
                    var isWhole = open == start && (at == command.Length || command[at] is ' ' or '\t' or ';' or '&' or '|' or '\n');
                    if (isWhole)
                    {
                        return new Word(string.Empty, isFirst, close);
                    }

                    break;
                case '\\' or '`' or '$' or '(' or ')' or '{' or '}' or '<' or '>' or '#' or '!':
                    return null;
                default:
                    at++;
                    break;
            }
        }

        return new Word(command[start..at], isFirst, null);
    }

    /// <summary>Finds the quote that ends a string; -1 if the string holds a substitution other than a plain here-document.</summary>
    private static int FindDoubleQuote(string text, int from)
    {
        for (var i = from; i < text.Length; i++)
        {
            switch (text[i])
            {
                case '\\':
                    i++;
                    break;
                case '"':
                    return i;
                case '`':
                    return -1;
                case '$' when i + 1 < text.Length && text[i + 1] == '(':
                    // Only the here-document that models write for long messages is understood; its text may hold anything.
                    if (HereDocument().Match(text, i) is not { Success: true } here || here.Index != i)
                    {
                        return -1;
                    }

                    i += here.Length - 1;
                    break;
            }
        }

        return -1;
    }

    [GeneratedRegex(@"^-[aqsvn]*m$")]
    private static partial Regex Flag();

    [GeneratedRegex(@"\G\$\(\s*cat\s+<<(['""])(?<tag>\w+)\1[ \t]*\n(?:.*\n)*?\k<tag>\n?\s*\)")]
    private static partial Regex HereDocument();

    /// <summary>A word of a command.</summary>
    /// <param name="Text">The word as written; empty if it is quoted as a whole.</param>
    /// <param name="IsFirst">Whether it begins a simple command.</param>
    /// <param name="Close">Where its closing quote is, if it is quoted as a whole.</param>
    private sealed record Word(string Text, bool IsFirst, int? Close);
}
