namespace QwenCode.Permissions.Shell;

/// <summary>
/// Tells tests of the shell that only look from those whose operands the shell evaluates: an array index in the value of a variable can
/// run code, after <c>-v</c> and in the numbers that <c>[[</c> compares.
/// </summary>
internal static class ShellTest
{
    private static readonly HashSet<string> Comparisons = ["-eq", "-ne", "-lt", "-le", "-gt", "-ge"];

    /// <summary>Returns whether a test evaluates none of its operands.</summary>
    /// <param name="root"><c>test</c>, <c>[</c> or <c>[[</c>.</param>
    /// <param name="arguments">The words after it.</param>
    public static bool IsReadOnly(string root, ShellWord[] arguments)
    {
        if (Array.Exists(arguments, static word => word.Literal is "-v" or "-R"))
        {
            return false;
        }

        for (var i = 0; i < arguments.Length; i++)
        {
            var next = i + 1 < arguments.Length ? arguments[i + 1] : null;
            if (root is "[[" ? IsComparison(arguments[i]) && !(i > 0 && IsNumber(arguments[i - 1]) && next is not null && IsNumber(next))
                : MayEvaluate(arguments[i], next))
            {
                return false;
            }
        }

        return true;
    }

    private static bool IsComparison(ShellWord word) => word.Literal is { } text && Comparisons.Contains(text);

    private static bool IsNumber(ShellWord word) => word.Literal is { } text
        ? text.TrimStart('-', '+') is { Length: > 0 } digits && digits.All(char.IsAsciiDigit)
        : IsExpandedNumber(word);

    private static bool IsExpandedNumber(ShellWord word) =>
        word.Chars is [{ IsDynamic: true, Value: var index }] && index < word.Variables.Length && word.Variables[index] is ShellWord.Number;

    /// <summary>Returns whether a word may become <c>-v</c> with the next one as its operand, or both at once by splitting.</summary>
    private static bool MayEvaluate(ShellWord word, ShellWord? next) =>
        word.IsDynamic && !IsExpandedNumber(word) && (Array.Exists(word.Chars, static c => c.Kind is WordCharKind.Dynamic)
            || (word.Chars[0].IsDynamic && next is not null && (next.IsDynamic || (next.Text.Contains('[', StringComparison.Ordinal)))));
}
