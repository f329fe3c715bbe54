using QwenCode.Permissions.Programs;

namespace QwenCode.Permissions.Shell;

/// <summary>Code in the arguments or on the standard input of programs: commands for a shell, or code in another language.</summary>
internal static class CarriedCode
{
    /// <summary>Programs that run their standard input if no file is named.</summary>
    private static readonly HashSet<string> Interpreters =
        ["perl", "python", "node", "nodejs", "deno", "bun", "ruby", "jruby", "php", "lua", "luajit", "R", "julia", "pwsh", "powershell",
            "expect", "tclsh", "ed", "m4"];

    private static readonly HashSet<string> Builtins = ["declare", "typeset", "local", "export", "readonly", "test", "[", "[[", "printf",
        "read", "unset", "mapfile", "readarray", "wait", "getopts"];

    // Modules of Python that run no code from their arguments, other than what a file holds.
    private static readonly HashSet<string> QuietModules = ["pytest", "pip", "venv", "unittest", "http.server", "json.tool", "compileall",
        "build", "mypy", "black", "flake8", "ruff", "pylint", "isort", "coverage", "ensurepip", "site", "sysconfig", "platform", "django",
        "flask", "uvicorn", "gunicorn", "twine", "zipfile", "tarfile", "pydoc", "doctest", "tox", "poetry", "pre_commit", "virtualenv"];

    /// <summary>Returns the commands in the options of a command, both whole and after a <c>name=</c>.</summary>
    public static IEnumerable<ShellWord> Commands(string program, IReadOnlyList<ShellWord> words)
    {
        if (ProgramTable.Find(program) is not { } entry)
        {
            yield break;
        }

        // Of letters without a dash the values follow in the order of the letters.
        if (program is "tar" or "gtar" or "bsdtar" && words.Count > 1 && !words[1].StartsWith('-')
            && words[1].Text.Any(static c => c is 'I' or 'F'))
        {
            foreach (var word in words.Skip(2).Take(3))
            {
                yield return word;
            }
        }

        foreach (var value in entry.Read([.. words.Skip(1)]).Values(OptionRole.Start))
        {
            yield return value;
            var equals = Array.FindIndex(value.Chars, static c => c is { Value: '=', IsDynamic: false });
            if (equals >= 0)
            {
                yield return value.Skip(equals + 1);
            }
        }
    }

    /// <summary>Returns whether a command carries code in a language that is not parsed here.</summary>
    /// <param name="program">The name of the program.</param>
    /// <param name="words">All words of the command.</param>
    /// <param name="hasInput">Whether its standard input is given in the script.</param>
    public static bool HasForeign(string program, IReadOnlyList<ShellWord> words, bool hasInput)
    {
        var language = ProgramTable.Language(program);
        var arguments = words.Skip(1).ToArray();
        var use = ProgramTable.Find(language)?.Read(arguments);
        if (use is not null && use.Options.Any(static option => option.Option.Role is OptionRole.Code))
        {
            return true;
        }

        if (use is not null && Interpreters.Contains(language) && RunsUnseen(language, use, arguments, hasInput))
        {
            return true;
        }

        return language switch
        {
            "deno" when Array.Exists(arguments, static word => word.Text is "eval" or "repl") => true,
            "vi" or "vim" or "nvim" or "ex" or "gvim" or "view" or "rview" or "gview" or "rvim" or "vimdiff" or "gvimdiff" or "vim.tiny"
                or "vim.basic" => Array.Exists(arguments, static word => word.StartsWith('+')),
            "make" or "gmake" =>
                Array.Exists(arguments, static word =>
                word.HasSubstitution || word.Text.Contains("$(", StringComparison.Ordinal)
                || word.Text is "-f-" || word.Text.StartsWith("SHELL=", StringComparison.Ordinal)
                || word.Text.StartsWith(".SHELLFLAGS=", StringComparison.Ordinal)),
            "sed" or "gsed" => !SedScript.IsHarmless(Array.ConvertAll(arguments, static word => word.Text)),
            "awk" or "gawk" or "mawk" or "nawk" => !AwkProgram.IsHarmlessIn(Array.ConvertAll(arguments, static word => word.Text)),
            "let" => Array.Exists(arguments, static word =>
                word.IsDynamic || word.Text.Any(static c => char.IsLetter(c) || c is '_' or '$' or '`')),
            // Their variable name may be an array element, and the shell evaluates its index.
            _ => Builtins.Contains(language) && (language is not "printf" || arguments is [{ Text: "-v" }, ..])
                && Array.Exists(arguments, static word =>
                    word.Text.Contains('[', StringComparison.Ordinal)
                    && (word.Text.Contains("$(", StringComparison.Ordinal) || word.Text.Contains('`', StringComparison.Ordinal))),
        };
    }

    /// <summary>Returns whether an interpreter runs code that no file holds: its input, a descriptor, or an address with data.</summary>
    private static bool RunsUnseen(string language, ProgramUse use, ShellWord[] arguments, bool hasInput)
    {
        if (Array.Exists(arguments, static word => word.Text.Contains("data:", StringComparison.Ordinal)))
        {
            return true;
        }

        var program = use.Positionals.Count > 0 ? use.Positionals[0] : null;
        if (program is { } given && (given.HasSubstitution || given.Text is "-" || given.Text.StartsWith("/dev/", StringComparison.Ordinal)
            || given.Text.StartsWith("/proc/", StringComparison.Ordinal)))
        {
            return true;
        }

        if (language is "python" && use.Has("-m"))
        {
            return hasInput || !QuietModules.Contains(program?.Literal ?? string.Empty);
        }

        // Without a program they run their input; an option may have taken the program's place.
        return program is null
            ? hasInput || !use.Flags.Exists(static flag => flag is "-v" or "-V" or "-h" || flag is ['-', '-', _, ..])
            : hasInput && (use.Unknown.Count > 0 || language is "ed");
    }
}
