using System.Text;

namespace QwenCode.Mcp.Configuration;

/// <summary>Splits a command line as a shell would, without running one: quotes and backslashes count, nothing is expanded.</summary>
public static class CommandWords
{
    /// <summary>Splits a command line.</summary>
    /// <param name="line">The command line.</param>
    public static IReadOnlyList<string> Split(string line)
    {
        ArgumentNullException.ThrowIfNull(line);
        var words = new List<string>();
        var word = new StringBuilder();
        var isOpen = false;
        var quote = '\0';
        for (var i = 0; i < line.Length; i++)
        {
            var c = line[i];
            if (quote == '\0' && char.IsWhiteSpace(c))
            {
                if (isOpen)
                {
                    words.Add(word.ToString());
                    word.Clear();
                }

                isOpen = false;
                continue;
            }

            isOpen = true;
            if (c == quote)
            {
                quote = '\0';
            }
            else if (quote == '\0' && c is '"' or '\'')
            {
                quote = c;
            }
            else
            {
                // Within double quotes a backslash is meant for a quote or another one only, which keeps Windows paths whole.
                var escapes = c == '\\' && quote != '\'' && i + 1 < line.Length
                    && (quote == '\0' ? line[i + 1] is ' ' or '"' or '\'' or '\\' : line[i + 1] is '"' or '\\');
                word.Append(escapes ? line[++i] : c);
            }
        }

        if (isOpen)
        {
            words.Add(word.ToString());
        }

        return words;
    }
}
