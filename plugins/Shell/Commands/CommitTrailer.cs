using System.Text.RegularExpressions;

namespace QwenCode.Plugin.Shell.Commands;

/// <summary>Adds a co-author to the message of a <c>git commit</c>.</summary>
internal static partial class CommitTrailer
{
    private const string Trailer = "Co-authored-by: Qwen-Coder <qwen-coder@alibabacloud.com>";

    /// <summary>
    /// Gives the command with the trailer in its first quoted <c>-m</c> message, or as it is where there is none to be sure of.
    /// </summary>
    public static string Add(string command)
    {
        if (command.Contains(Trailer, StringComparison.Ordinal) || GitCommit().Match(command) is not { Success: true } commit)
        {
            return command;
        }

        var message = MessageFlag().Match(command, commit.Index + commit.Length);
        if (!message.Success)
        {
            return command;
        }

        var open = message.Index + message.Length - 1;
        var close = command[open] == '"' ? FindDoubleQuote(command, open + 1) : command.IndexOf('\'', open + 1);
        return close < 0 ? command : command.Insert(close, $"\n\n{Trailer}");
    }

    /// <summary>Finds the quote that ends a string; quotes inside <c>$(…)</c> and backticks belong to the inner command.</summary>
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

    [GeneratedRegex(@"\bgit\s+commit\b")]
    private static partial Regex GitCommit();

    // Within the same simple command: a separator or another quoted argument before it, and we do not guess.
    [GeneratedRegex(@"\G[^;&|""'\n]*?\s-[A-Za-z]*m\s+[""']")]
    private static partial Regex MessageFlag();

    [GeneratedRegex(@"\$\(\s*cat\s+<<-?\s*(['""]?)(?<tag>\w+)\1[ \t]*\n(?:.*\n)*?[ \t]*\k<tag>[ \t]*\n?\s*\)")]
    private static partial Regex HereDocument();
}
