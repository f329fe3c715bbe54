using QwenCode.Permissions.Programs;

namespace QwenCode.Permissions.Shell;

/// <summary>Options that some programs take before their sub-command.</summary>
internal static class GlobalOptions
{
    private static readonly HashSet<string> Programs =
        ["git", "npm", "yarn", "pnpm", "docker", "podman", "kubectl", "oc", "cargo", "pip", "pip3"];

    /// <summary>Returns whether a program has sub-commands with options before them.</summary>
    public static bool Has(string program) => Programs.Contains(program);

    /// <summary>Returns the index of the sub-command; 1 if no options come before it, or if the program has no sub-commands.</summary>
    public static int Skip(string program, IReadOnlyList<ShellWord> words)
    {
        var index = 1;
        if (!Has(program))
        {
            return index;
        }

        var entry = ProgramTable.Find(program)!;
        while (index < words.Count && words[index].StartsWith('-'))
        {
            index += TakesWord(entry, words[index]) ? 2 : 1;
        }

        return Math.Min(index, words.Count);
    }

    /// <summary>
    /// Returns the other indexes at which the sub-command may be, because an option before it is not known and may take a value.
    /// </summary>
    public static IEnumerable<int> Possible(string program, IReadOnlyList<ShellWord> words)
    {
        if (!Has(program))
        {
            yield break;
        }

        var entry = ProgramTable.Find(program)!;
        var hasUnknown = false;
        for (var index = 1; index < words.Count; index++)
        {
            if (words[index].StartsWith('-'))
            {
                hasUnknown |= entry.Find(words[index].Text.Split('=')[0]) is null;
                index += TakesWord(entry, words[index]) ? 1 : 0;
            }
            else if (!hasUnknown)
            {
                yield break;
            }
            else
            {
                yield return index;
                hasUnknown &= words[index - 1].StartsWith('-');
            }
        }
    }

    private static bool TakesWord(ProgramEntry entry, ShellWord word) => entry.Find(word.Text) is { TakesWord: true };
}
