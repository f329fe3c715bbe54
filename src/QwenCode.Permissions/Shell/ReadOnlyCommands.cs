namespace QwenCode.Permissions.Shell;

/// <summary>The commands that change nothing, and the options that make them change something.</summary>
internal static class ReadOnlyCommands
{
    private static readonly HashSet<string> Harmless =
        ["basename", "cat", "cd", "column", "cut", "df", "dirname", "du", "echo", "grep", "head", "ls", "printenv", "ps", "pwd", "stat",
            "tail", "wc", "where", "which", "whoami"];

    public static bool IsReadOnly(IReadOnlyList<ShellWord> words)
    {
        if (words[0].Literal?.ToLowerInvariant() is not { } root || words[0].HasGlob || words[0].HasTilde)
        {
            return false;
        }

        var arguments = words.Skip(1).ToArray();
        if (Harmless.Contains(root))
        {
            return true;
        }

        // An expansion or a wildcard can produce an option that writes.
        var mayHideOption = Array.Exists(arguments, static word =>
            word.IsDynamic || (word.HasGlob && word.Chars[0].Kind is WordCharKind.Plain && word.Chars[0].Value is '*' or '?' or '['));
        var texts = Array.ConvertAll(arguments, static word => word.Text);
        return root switch
        {
            "env" => arguments.Length == 0,
            "printf" => texts.Length == 0 || !(texts[0].StartsWith('-') || arguments[0].IsDynamic),
            _ when mayHideOption =>
                root is "awk" or "sed" or "git" or "find" && !Array.Exists(arguments, static word => word.IsDynamic)
                && Checked(root, texts),
            _ => Checked(root, texts),
        };
    }

    private static bool Checked(string root, string[] texts) => root switch
    {
        "git" => GitCommands.IsReadOnly(texts),
        "find" => !Array.Exists(texts, static text =>
            text is "-delete" or "-exec" or "-execdir" or "-ok" or "-okdir" or "-fls"
            || text.StartsWith("-fprint", StringComparison.Ordinal)),
        "sed" => SedScript.IsReadOnly(texts),
        "awk" => AwkProgram.IsReadOnly(texts),
        "sort" => !Array.Exists(texts, static text => IsShort(text, "oT") || IsLong(text, "--o", "--com", "--t", "--files0")),
        "tree" => !Array.Exists(texts, static text => IsShort(text, "oR") || IsLong(text, "--output")),
        "rg" or "ripgrep" => !Array.Exists(texts, static text => IsLong(text, "--pre", "--hostname-bin")),
        "uniq" => Positionals(texts, "-f", "-s", "-w") <= 1,
        "less" or "more" =>
            !Array.Exists(texts, static text =>
            text.StartsWith('+') || (text.StartsWith('-') && (text.Length < 2 || !text[1..].All("NSRFXinEes".Contains)))),
        _ => false,
    };

    private static bool IsShort(string text, string letters) =>
        text.Length > 1 && text[0] is '-' && text[1] is not '-' && text.AsSpan(1).IndexOfAny(letters) >= 0;

    private static bool IsLong(string text, params string[] prefixes) =>
        Array.Exists(prefixes, prefix => text.StartsWith(prefix, StringComparison.Ordinal));

    private static int Positionals(string[] texts, params string[] valued)
    {
        var count = 0;
        for (var i = 0; i < texts.Length; i++)
        {
            if (Array.IndexOf(valued, texts[i]) >= 0)
            {
                i++;
            }
            else if (!texts[i].StartsWith('-') || texts[i] is "-")
            {
                count++;
            }
        }

        return count;
    }
}
