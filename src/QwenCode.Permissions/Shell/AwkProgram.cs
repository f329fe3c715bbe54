namespace QwenCode.Permissions.Shell;

/// <summary>Checks whether an awk program changes anything.</summary>
internal static class AwkProgram
{
    private static readonly string[] Suspects = ["system", "getline", "close", "@", "|&", "fflush", "ARGV", "ARGC", "PROCINFO", "ENVIRON"];

    /// <summary>Returns whether the program text writes and starts nothing. A program in a file is judged as a file that is read.</summary>
    public static bool IsHarmlessIn(string[] arguments)
    {
        var index = Array.FindIndex(arguments, static text => !text.StartsWith('-'));
        var hasFile = Array.Exists(arguments, static text => text is "-f" or "--file" or "-E" or "--exec");
        return hasFile || index < 0 || Array.TrueForAll(arguments[index..], IsHarmless);
    }

    public static bool IsReadOnly(string[] arguments)
    {
        var index = 0;
        for (; index < arguments.Length && arguments[index].StartsWith('-') && arguments[index].Length > 1; index++)
        {
            var text = arguments[index];
            if (text is "-F" or "-v")
            {
                index++;
            }
            else if (text is "--")
            {
                index++;
                break;
            }
            else if (!text.StartsWith("-F", StringComparison.Ordinal) && !text.StartsWith("-v", StringComparison.Ordinal))
            {
                return false;
            }
        }

        return index >= arguments.Length || IsHarmless(arguments[index]);
    }

    private static bool IsHarmless(string program)
    {
        if (Array.Exists(Suspects, suspect => program.Contains(suspect, StringComparison.Ordinal))
            || program.Replace("||", string.Empty, StringComparison.Ordinal).Contains('|', StringComparison.Ordinal))
        {
            return false;
        }

        // `>` after a print writes a file; before one it is a comparison.
        var print = program.IndexOf("print", StringComparison.Ordinal);
        return print < 0 || program.IndexOf('>', print) < 0;
    }
}
