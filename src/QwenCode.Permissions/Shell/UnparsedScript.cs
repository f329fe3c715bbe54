namespace QwenCode.Permissions.Shell;

/// <summary>
/// Splits a script that the grammar rejects: everything that might start a command counts as one, so that deny rules still match.
/// </summary>
internal static class UnparsedScript
{
    private const int MaxCommands = 1000;

    private static readonly HashSet<string> Skipped = ["then", "do", "else", "elif", "if", "while", "until", "!", "in"];

    public static IEnumerable<IReadOnlyList<ShellWord>> Split(string script)
    {
        foreach (var piece in script.Replace("\\\n", string.Empty, StringComparison.Ordinal)
            .Split([';', '&', '|', '\n', '\r', '\0', '(', ')', '`', '{', '}'], StringSplitOptions.RemoveEmptyEntries).Take(MaxCommands))
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
