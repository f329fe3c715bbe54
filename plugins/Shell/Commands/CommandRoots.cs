using System.Text;

namespace QwenCode.Plugin.Shell.Commands;

/// <summary>
/// Names the programs in a command line, for the question a person is asked. It decides nothing: whether a command may run is judged by
/// the host, which has a parser of its own.
/// </summary>
internal static class CommandRoots
{
    private const int LongestName = 32;

    private static readonly HashSet<string> WithSubcommands = new(StringComparer.Ordinal)
    {
        "git", "npm", "yarn", "pnpm", "docker", "pip", "pip3", "cargo", "kubectl", "dotnet",
    };

    /// <summary>Finds the programs and a permission rule for each, in the order they stand, each once.</summary>
    public static IReadOnlyList<CommandRoot> Find(string command)
    {
        var roots = new List<CommandRoot>();
        foreach (var words in Split(command))
        {
            var first = words.FindIndex(static word => !IsAssignment(word));
            if (first >= 0 && Describe(words[first..]) is var root && !roots.Contains(root))
            {
                roots.Add(root);
            }
        }

        return roots;
    }

    /// <summary>
    /// Returns the name of the first program, for lists of processes; empty if the word may be something else, such as a secret.
    /// </summary>
    public static string NameOf(string command)
    {
        var name = Find(command) is [var first, ..] ? Path.GetFileName(first.Name) : string.Empty;
        return name.Length <= LongestName && name.All(static c => char.IsAsciiLetterOrDigit(c) || c is '.' or '_' or '-' or '+')
            ? name : string.Empty;
    }

    private static CommandRoot Describe(List<string> words)
    {
        var name = words[0];
        if (words.Count == 1)
        {
            return new(name, $"Bash({name})");
        }

        var sub = words[1];
        if (!WithSubcommands.Contains(name) || !sub.All(static c => char.IsAsciiLetterLower(c) || c == '-') || sub.StartsWith('-'))
        {
            return new(name, $"Bash({name} *)");
        }

        return new(name, words.Count == 2 ? $"Bash({name} {sub})" : $"Bash({name} {sub} *)");
    }

    private static bool IsAssignment(string word)
    {
        var sign = word.IndexOf('=', StringComparison.Ordinal);
        return sign > 0 && !char.IsAsciiDigit(word[0]) && word.AsSpan(0, sign).TrimEnd('+').IndexOfAnyExcept(NameCharacters) < 0;
    }

    private static readonly System.Buffers.SearchValues<char> NameCharacters =
        System.Buffers.SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_");

    private static List<List<string>> Split(string command)
    {
        var commands = new List<List<string>>();
        var words = new List<string>();
        var word = new StringBuilder();
        var hasWord = false;
        var quote = '\0';
        for (var i = 0; i < command.Length; i++)
        {
            var c = command[i];
            if (quote != '\0')
            {
                if (c == quote)
                {
                    quote = '\0';
                }
                else if (c == '\\' && quote == '"' && i + 1 < command.Length)
                {
                    word.Append(command[++i]);
                }
                else
                {
                    word.Append(c);
                }

                continue;
            }

            switch (c)
            {
                case '\'' or '"':
                    (quote, hasWord) = (c, true);
                    break;
                case '\\' when i + 1 < command.Length:
                    i++;
                    if (command[i] != '\n')
                    {
                        word.Append(command[i]);
                        hasWord = true;
                    }

                    break;
                case '#' when !hasWord:
                    // A comment runs to the end of the line.
                    i = command.IndexOf('\n', i) is var end and >= 0 ? end - 1 : command.Length;
                    break;
                case '&' when i > 0 && command[i - 1] is '>' or '<':
                case '&' when i + 1 < command.Length && command[i + 1] == '>':
                    word.Append(c);
                    hasWord = true;
                    break;
                case ';' or '&' or '|' or '\n' or '(' or ')':
                    EndWord();
                    EndCommand();
                    break;
                case ' ' or '\t' or '\r':
                    EndWord();
                    break;
                default:
                    word.Append(c);
                    hasWord = true;
                    break;
            }
        }

        EndWord();
        EndCommand();
        return commands;

        void EndWord()
        {
            if (hasWord && !(words.Count == 0 && word.ToString() is "{" or "}" or "!"))
            {
                words.Add(word.ToString());
            }

            word.Clear();
            hasWord = false;
        }

        void EndCommand()
        {
            if (words.Count > 0)
            {
                commands.Add(words);
                words = [];
            }
        }
    }
}

/// <summary>A program in a command line.</summary>
/// <param name="Name">The program as it is written.</param>
/// <param name="Rule">The permission rule that would allow the like of it.</param>
internal sealed record CommandRoot(string Name, string Rule);
