using QwenCode.Permissions.Files;

namespace QwenCode.Permissions;

/// <summary>The sub-commands that suggested rules name.</summary>
internal static class SubCommands
{
    private static readonly Lazy<Dictionary<string, HashSet<string>>> Known = new(static () =>
    {
        var known = new Dictionary<string, HashSet<string>>(StringComparer.Ordinal);
        foreach (var block in ProgramData.Blocks("sub-commands.txt"))
        {
            // "docker compose" is one name; "pip pip3" are two.
            foreach (var name in block.Title is "docker compose" ? [block.Title] : block.Names)
            {
                known[name] = [.. block.Words("own")];
            }
        }

        return known;
    });

    public static bool IsKnown(string root, string word) =>
        Known.Value.TryGetValue(root, out var words) && words.Contains(word);

    /// <summary>Returns the only sub-command that begins with a word; <c>null</c> if there is none or more than one.</summary>
    public static string? Complete(string root, string word) =>
        word.Length > 0 && Known.Value.TryGetValue(root, out var words)
        && words.Where(name => name.StartsWith(word, StringComparison.Ordinal)).Take(2).ToArray() is [var only] ? only : null;
}
