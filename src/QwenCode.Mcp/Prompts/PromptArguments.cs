using System.Text;

namespace QwenCode.Mcp.Prompts;

/// <summary>Reads what is written behind a prompt's name: <c>--name=value</c>, <c>--name="some value"</c>, and words in order.</summary>
internal static class PromptArguments
{
    /// <summary>Reads the arguments.</summary>
    /// <param name="prompt">The prompt.</param>
    /// <param name="text">What is written.</param>
    /// <exception cref="McpRequestException">They do not fit.</exception>
    public static Dictionary<string, string> Read(McpPrompt prompt, string text)
    {
        var given = new Dictionary<string, string>(StringComparer.Ordinal);
        var words = new List<string>();
        foreach (var word in Words(text))
        {
            if (!word.StartsWith("--", StringComparison.Ordinal) || word.IndexOf('=', StringComparison.Ordinal) is not (> 2 and var equals))
            {
                words.Add(word);
                continue;
            }

            var name = word[2..equals];
            given[name] = prompt.Arguments.Any(argument => argument.Name == name)
                ? word[(equals + 1)..] : throw new McpRequestException($"It has no argument '{name}'. {PromptHelp.Usage(prompt)}");
        }

        Place(prompt, words, given);
        var missing = string.Join(
            ", ", prompt.Arguments.Where(one => one.IsRequired && !given.ContainsKey(one.Name)).Select(static one => $"'{one.Name}'"));
        return missing.Length == 0 ? given : throw new McpRequestException($"It needs {missing}. {PromptHelp.Usage(prompt)}");
    }

    // Words fill the required arguments first, then the others; the last one that is free takes what is left.
    private static void Place(McpPrompt prompt, List<string> words, Dictionary<string, string> given)
    {
        string[] free = [.. prompt.Arguments.Where(one => !given.ContainsKey(one.Name)).OrderBy(static one => !one.IsRequired)
            .Select(static one => one.Name)];
        var required = prompt.Arguments.Count(one => one.IsRequired && !given.ContainsKey(one.Name));
        if (words.Count > 0 && free.Length == 0)
        {
            throw new McpRequestException($"It takes no more than it has been given. {PromptHelp.Usage(prompt)}");
        }

        // A single required argument is the whole line: it may be a sentence.
        var places = required == 1 ? 1 : Math.Min(words.Count, free.Length);
        for (var i = 0; i < places && words.Count > 0; i++)
        {
            given[free[i]] = i == places - 1 ? string.Join(' ', words.Skip(i)) : words[i];
        }
    }

    private static List<string> Words(string text)
    {
        var words = new List<string>();
        var word = new StringBuilder();
        var (isOpen, isQuoted) = (false, false);
        for (var i = 0; i < text.Length; i++)
        {
            var c = text[i];
            if (char.IsWhiteSpace(c) && !isQuoted)
            {
                if (isOpen)
                {
                    words.Add(word.ToString());
                    word.Clear();
                    isOpen = false;
                }

                continue;
            }

            isOpen = true;
            if (c == '"')
            {
                isQuoted = !isQuoted;
            }
            else
            {
                word.Append(c == '\\' && i + 1 < text.Length && text[i + 1] is '"' or '\\' ? text[++i] : c);
            }
        }

        return isOpen ? [.. words, word.ToString()] : words;
    }
}
