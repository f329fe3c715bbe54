namespace QwenCode.Permissions.Shell;

/// <summary>Reads a script that the grammar gave up on: everything that might start a command is taken for one, so that a deny rule still finds its word.</summary>
internal static class CrudeReading
{
    private const int MaxCommands = 1000;

    private static readonly HashSet<string> Skipped = ["then", "do", "else", "elif", "if", "while", "until", "!", "in"];

    public static IEnumerable<IReadOnlyList<ShellWord>> Split(string script)
    {
        foreach (var piece in script.Replace("\\\n", string.Empty, StringComparison.Ordinal).Split([';', '&', '|', '\n', '\r', '\0', '(', ')', '`', '{', '}'], StringSplitOptions.RemoveEmptyEntries).Take(MaxCommands))
        {
            var text = piece.Replace("\\", string.Empty, StringComparison.Ordinal).Replace("'", string.Empty, StringComparison.Ordinal)
                .Replace("\"", string.Empty, StringComparison.Ordinal);
            var words = text.Split([' ', '\t', '<', '>'], StringSplitOptions.RemoveEmptyEntries).SkipWhile(Skipped.Contains).ToArray();
            if (words.Length > 0)
            {
                yield return [.. words.Select(ShellWord.Of)];
            }
        }
    }
}
