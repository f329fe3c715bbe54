namespace QwenCode.Permissions.Shell;

/// <summary>Code in the arguments or on the standard input of programs: commands for a shell, or code in another language.</summary>
internal static class CarriedCode
{
    private const int ShortestAbbreviation = 5;

    /// <summary>Options whose value is run as a command. Short options may be combined in a cluster.</summary>
    private static readonly Dictionary<string, string[]> CommandOptions = Table(
        ("tar gtar bsdtar", "-I -F --use-compress-program --to-command --checkpoint-action --rsh-command --rmt-command --info-script "
            + "--new-volume-script"),
        ("rsync", "-e --rsh --rsync-path"),
        ("ssh scp sftp slogin autossh mosh", "-o -S --ssh --server"),
        ("man", "-P -H --pager --html"),
        ("split gsplit", "--filter"),
        ("sort gsort", "--compress-program"),
        ("zip", "-TT --unzip-command"),
        ("su runuser", "-c --command --session-command"),
        ("script", "-c --command"),
        ("npx npm pnpm yarn", "-c --call --script-shell --shell"),
        ("make gmake", "--eval"),
        ("nix-shell nix", "--run --command -c"),
        ("nodemon", "-x --exec"),
        ("mapfile readarray", "-C"),
        ("complete compgen", "-C -F"),
        ("wget", "--use-askpass"),
        ("start-stop-daemon", "-x -a --exec --startas"),
        ("vagrant", "-c --command"),
        ("cargo", "-x -s --exec --shell"),
        ("fzf", "--preview --bind"),
        ("git rebase", "-x --exec"),
        ("git difftool", "-x --extcmd"),
        ("git clone", "-u -c --upload-pack --config"),
        ("git fetch git pull git ls-remote git fetch-pack git archive", "--upload-pack --exec"),
        ("git push git send-pack", "--receive-pack --exec"),
        ("git grep", "-O --open-files-in-pager"),
        ("git filter-branch", "--tree-filter --index-filter --parent-filter --msg-filter --commit-filter --tag-name-filter --env-filter"),
        ("git send-email", "--sendmail-cmd --to-cmd --cc-cmd --header-cmd"));

    /// <summary>Options whose value is code in another language.</summary>
    private static readonly Dictionary<string, string[]> CodeOptions = Table(
        ("perl", "-e -E"),
        ("python", "-c"),
        ("node nodejs bun deno", "-e -p --eval --print"),
        ("ruby jruby", "-e"),
        ("php", "-r -B -R -E --run"),
        ("lua luajit", "-e"),
        ("julia R Rscript groovy scala osascript octave gnuplot", "-e -E -p --eval"),
        ("pwsh powershell", "-c -e -Command -EncodedCommand -EncodedArguments"),
        ("emacs", "--eval --execute -f --funcall"),
        ("vi vim nvim view ex gvim", "-c -S -s -u --cmd"),
        ("gdb lldb", "-x -ex -o -s -S --eval-command --command --one-line --source"),
        ("sqlite3", "-cmd"),
        ("psql mysql mariadb", "-c -e --command --execute"),
        ("expect", "-c"),
        ("dc bc m4", "-e --expression"),
        ("enable", "-f"));

    /// <summary>Programs that run their standard input if no file is named.</summary>
    private static readonly HashSet<string> Interpreters =
        ["perl", "python", "node", "nodejs", "deno", "bun", "ruby", "jruby", "php", "lua", "luajit", "R", "julia", "pwsh", "powershell",
            "expect", "tclsh", "ed", "m4"];

    private static readonly HashSet<string> Builtins = ["declare", "typeset", "local", "export", "readonly", "test", "[", "[[", "printf",
        "read", "unset", "mapfile", "readarray", "wait", "getopts"];

    // Letters whose value is the rest of a cluster.
    private const string Ending = "MmIxCD0W";

    /// <summary>Returns the commands in the options of a command, both whole and after a <c>name=</c>.</summary>
    public static IEnumerable<ShellWord> Commands(string program, IReadOnlyList<ShellWord> words)
    {
        if (!CommandOptions.TryGetValue(program, out var options))
        {
            yield break;
        }

        foreach (var value in Values(options, words))
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
    public static bool HasForeign(string program, IReadOnlyList<ShellWord> words)
    {
        var language = program.StartsWith("python", StringComparison.Ordinal) || program.StartsWith("pypy", StringComparison.Ordinal)
            ? "python" : program;
        if (CodeOptions.TryGetValue(language, out var options) && Values(options, words).Any())
        {
            return true;
        }

        var arguments = words.Skip(1).ToArray();
        return language switch
        {
            "deno" when Array.Exists(arguments, static word => word.Text is "eval" or "repl") => true,
            "vi" or "vim" or "nvim" or "view" or "ex" or "gvim" => Array.Exists(arguments, static word => word.StartsWith('+')),
            "make" or "gmake" =>
                Array.Exists(arguments, static word =>
                word.Text is "-f-" || word.Text.StartsWith("SHELL=", StringComparison.Ordinal)
                || word.Text.StartsWith(".SHELLFLAGS=", StringComparison.Ordinal)),
            "sed" or "gsed" => !SedScript.IsHarmless(Array.ConvertAll(arguments, static word => word.Text)),
            "awk" or "gawk" or "mawk" or "nawk" => !AwkProgram.IsHarmlessIn(Array.ConvertAll(arguments, static word => word.Text)),
            "let" => Array.Exists(arguments, static word =>
                word.IsDynamic || word.Text.Any(static c => char.IsLetter(c) || c is '_' or '$' or '`')),
            _ when Interpreters.Contains(language) => Array.TrueForAll(arguments, static word => word.StartsWith('-'))
                && !Array.Exists(arguments, static word =>
                    word.Text is "-v" or "-V" or "-h" || (word.Text.StartsWith("--", StringComparison.Ordinal) && word.Text.Length > 2)),

            // Their variable name may be an array element, and the shell evaluates its index.
            _ => Builtins.Contains(language) && (language is not "printf" || arguments is [{ Text: "-v" }, ..])
                && Array.Exists(arguments, static word =>
                    word.Text.Contains('[', StringComparison.Ordinal)
                    && (word.Text.Contains("$(", StringComparison.Ordinal) || word.Text.Contains('`', StringComparison.Ordinal))),
        };
    }

    private static IEnumerable<ShellWord> Values(string[] options, IReadOnlyList<ShellWord> words)
    {
        for (var i = 1; i < words.Count; i++)
        {
            var word = words[i];
            var next = i + 1 < words.Count ? words[i + 1] : null;
            if (!word.StartsWith('-') || word.Text.Length < 2)
            {
                continue;
            }

            foreach (var option in options)
            {
                if (word.Text == option)
                {
                    if (next is not null)
                    {
                        yield return next;
                    }
                }
                else if (option.StartsWith("--", StringComparison.Ordinal))
                {
                    var equals = Array.FindIndex(word.Chars, static c => c is { Value: '=', IsDynamic: false });
                    var name = equals < 0 ? word.Text : word.Text[..Math.Min(equals, word.Text.Length)];
                    if (name == option || (name.Length >= ShortestAbbreviation && option.StartsWith(name, StringComparison.Ordinal)))
                    {
                        if (equals >= 0)
                        {
                            yield return word.Skip(equals + 1);
                        }
                        else if (next is not null)
                        {
                            yield return next;
                        }
                    }
                }
                else if (option.Length == 2 && word.Text[1] is not '-' && LetterAt(word, option[1]) is > 0 and var at)
                {
                    if (at + 1 < word.Chars.Length)
                    {
                        yield return word.Skip(at + 1);
                    }
                    else if (next is not null)
                    {
                        yield return next;
                    }
                }
            }
        }
    }

    private static int LetterAt(ShellWord word, char letter)
    {
        for (var at = 1; at < word.Chars.Length && !word.Chars[at].IsDynamic; at++)
        {
            var c = word.Chars[at].Value;
            if (c == letter)
            {
                return at;
            }

            if (!char.IsAsciiLetterOrDigit(c) || Ending.Contains(c, StringComparison.Ordinal))
            {
                break;
            }
        }

        return -1;
    }

    private static Dictionary<string, string[]> Table(params (string Programs, string Options)[] rows)
    {
        var table = new Dictionary<string, string[]>(StringComparer.Ordinal);
        foreach (var (programs, options) in rows)
        {
            foreach (var program in programs.Replace("git ", "git\0", StringComparison.Ordinal).Split(' '))
            {
                table[program.Replace('\0', ' ')] = options.Split(' ');
            }
        }

        return table;
    }
}
