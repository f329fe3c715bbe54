using QwenCode.Permissions.Programs;

namespace QwenCode.Permissions.Shell;

/// <summary>
/// The names in the arguments, the input and the variables of a command whose program may run what they say. A program that is not
/// listed may start any of its arguments, in any spelling; so a rule whose words are among them, in order, leads to a question.
/// </summary>
internal static class Mentions
{
    private const int Most = 5000;

    /// <summary>Returns the names in a command; none if the program runs none of its arguments.</summary>
    /// <param name="program">The name of the program.</param>
    /// <param name="command">The command.</param>
    /// <param name="piped">What is written to its standard input, if known.</param>
    public static IReadOnlyList<string> Of(string program, SimpleCommand command, string? piped)
    {
        var names = new List<string>();
        if (IsLoose(program))
        {
            foreach (var word in command.Words.Skip(1))
            {
                Add(names, word.Text);
            }

            AddInput(names, command, piped);
        }
        else if (program is "make" or "gmake")
        {
            foreach (var word in command.Words.Skip(1).Where(static word => word.Text.Contains('=', StringComparison.Ordinal)))
            {
                Add(names, word.Text);
            }
        }
        else if (ReadsScript(program))
        {
            AddInput(names, command, piped);
        }

        return names;
    }

    /// <summary>Splits a text into names. Those of options are left out, their values are not.</summary>
    public static void Add(List<string> names, string text)
    {
        foreach (var part in text.Split([' ', '\t', '\r', '\n'], StringSplitOptions.RemoveEmptyEntries))
        {
            var equals = part.IndexOf('=', StringComparison.Ordinal);
            if (part[0] is '-' && equals < 0)
            {
                continue;
            }

            var rest = part[0] is '-' ? part[(equals + 1)..] : part;
            for (var i = 0; i < rest.Length && names.Count < Most;)
            {
                var end = i;
                while (end < rest.Length && (char.IsLetterOrDigit(rest[end]) || rest[end] is '_' or '-'))
                {
                    end++;
                }

                if (end > i && rest[i..end].Trim('-') is { Length: > 0 } name)
                {
                    names.Add(name);
                }

                i = end + 1;
            }
        }
    }

    /// <summary>Returns whether names are among others, in order.</summary>
    public static bool Contain(IReadOnlyList<string> names, IReadOnlyList<string> wanted)
    {
        if (wanted.Count == 0)
        {
            return false;
        }

        var at = 0;
        foreach (var name in names)
        {
            if (string.Equals(name, wanted[at], StringComparison.OrdinalIgnoreCase) && ++at == wanted.Count)
            {
                return true;
            }
        }

        return false;
    }

    private static bool IsLoose(string program) =>
        !CommandUnfolding.IsWrapper(program) && !CommandUnfolding.IsShell(program) && (ProgramTable.Find(program)?.IsLoose
            ?? !CommandUnfolding.IsBuiltIn(program));

    // These build what they are given on their input.
    private static bool ReadsScript(string program) => program is "docker" or "podman" or "nerdctl" or "kubectl" or "oc" or "at" or "batch"
        or "curl" or "wget" or "tar" or "zip" or "rsync";

    private static void AddInput(List<string> names, SimpleCommand command, string? piped)
    {
        foreach (var redirection in command.Redirections.Where(static r => r.Kind is RedirectionKind.Text))
        {
            Add(names, redirection.Target.Text);
        }

        if (piped is not null)
        {
            Add(names, piped);
        }
    }
}
