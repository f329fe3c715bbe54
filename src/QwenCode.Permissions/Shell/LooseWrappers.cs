using QwenCode.Permissions.Files;

namespace QwenCode.Permissions.Shell;

/// <summary>Programs that run the command in their arguments, with too many options to know where it begins.</summary>
internal static class LooseWrappers
{
    private const int MaxStarts = 4;

    private static readonly Lazy<(Dictionary<string, HashSet<string>> Programs, HashSet<string> Valued)> Table = new(static () =>
    {
        var programs = new Dictionary<string, HashSet<string>>(StringComparer.Ordinal);
        var valued = new HashSet<string>(StringComparer.Ordinal);
        foreach (var block in ProgramData.Blocks("starters.txt"))
        {
            valued.UnionWith(block.Words("values"));
            foreach (var name in block.Title is "*" ? [] : block.Names)
            {
                programs[name] = [.. block.Words("after")];
            }
        }

        return (programs, valued);
    });

    /// <summary>Returns the indexes at which the started command may begin; the first one after <c>--</c> is certain.</summary>
    public static IReadOnlyList<int>? Starts(string program, IReadOnlyList<ShellWord> words, out bool isCertain)
    {
        isCertain = false;
        if (!Table.Value.Programs.TryGetValue(program, out var subCommands))
        {
            return null;
        }

        var first = 1;
        if (subCommands.Count > 0)
        {
            while (first < words.Count && !subCommands.Contains(words[first].Text))
            {
                first++;
            }

            first++;
        }

        for (var i = first; i < words.Count; i++)
        {
            if (words[i].Text is "--" && i + 1 < words.Count)
            {
                isCertain = true;
                return [i + 1];
            }
        }

        return [.. Enumerable.Range(first, Math.Max(0, words.Count - first))
            .Where(i => !words[i].StartsWith('-') && words[i].Text is not ("." or "..") && !Table.Value.Valued.Contains(words[i - 1].Text))
            .Take(MaxStarts)];
    }
}
