using QwenCode.Permissions.Files;

namespace QwenCode.Permissions.Shell;

/// <summary>Tells read-only git commands from others.</summary>
internal static class GitCommands
{
    private static readonly Lazy<ProgramBlock> Git = new(static () => ProgramData.Block("git.txt", "git"));

    private static readonly Lazy<ProgramBlock> Branch = new(static () => ProgramData.Block("git.txt", "branch"));

    public static bool IsReadOnly(string[] arguments)
    {
        var index = 0;
        for (; index < arguments.Length && arguments[index].StartsWith('-'); index++)
        {
            var text = arguments[index];
            if (text is "--version" or "--help" or "-v" or "-h")
            {
                return true;
            }

            if (text is "-C")
            {
                index++;
            }
            else if (!Git.Value.Has("plain", text))
            {
                return false;   // -c, --exec-path and --git-dir change what git runs
            }
        }

        if (index >= arguments.Length)
        {
            return true;
        }

        var rest = arguments[(index + 1)..];
        return Git.Value.Has("looks", arguments[index]) && !Array.Exists(rest, text => WritesOrRuns(arguments[index], text))
            && arguments[index] switch
        {
            "branch" => IsBranchList(rest),
            "tag" => IsTagList(rest),
            "stash" => rest is ["list" or "show", ..],
            "worktree" => rest is ["list", ..],
            "reflog" => rest.Length == 0 || rest[0] is "show" || rest[0].StartsWith('-'),
            "config" => IsConfigQuery(rest),
            "merge-tree" => !Array.Exists(rest, static text => text.StartsWith("--w", StringComparison.Ordinal)),
            "remote" => IsRemoteList([.. rest.SkipWhile(static text => text is "-v" or "--verbose")]),
            "cat-file" => !Array.Exists(rest, static text => text is "--textconv" or "--filters"),
            _ => true,
        };
    }

    /// <summary>
    /// Returns whether a command of git is none of its own: then it may be an alias, or a program that is called git-NAME.
    /// </summary>
    public static bool IsUnknown(IReadOnlyList<ShellWord> words)
    {
        var sub = GlobalOptions.Skip("git", words);
        return sub < words.Count && (words[sub].Literal is not { } name || !Git.Value.Has("own", name));
    }

    /// <summary>Returns whether git runs the value of a setting, given as <c>key=value</c>.</summary>
    public static bool RunsSetting(string setting)
    {
        var equals = setting.IndexOf('=', StringComparison.Ordinal);
        var (key, value) = equals < 0 ? (setting, string.Empty) : (setting[..equals].ToLowerInvariant(), setting[(equals + 1)..]);
        return value.StartsWith('!') || key.StartsWith("alias.", StringComparison.Ordinal)
            || Git.Value.Words("runs").Any(end => key.EndsWith(end, StringComparison.Ordinal));
    }

    // A name refers to a configured remote; an address would be contacted, and may send data to it.
    private static bool IsRemoteList(string[] rest) =>
        rest.Length == 0 || rest[0] is "get-url"
            || (rest[0] is "show" && Array.TrueForAll(rest, static text => text.AsSpan().IndexOfAny(':', '/', '.') < 0));

    /// <summary>Options of read-only git commands. Git also accepts any unambiguous prefix of a long option.</summary>
    private static bool WritesOrRuns(string command, string text) =>
        (text.StartsWith("--o", StringComparison.Ordinal) && text is not "--oneline" and not "--others"
            && !text.StartsWith("--only", StringComparison.Ordinal))
        || text.StartsWith("--ext", StringComparison.Ordinal)
        || (command is "grep" && text.Length > 1 && text[0] is '-' && text[1] is not '-' && text.Contains('O', StringComparison.Ordinal));

    private static bool IsTagList(string[] rest) => rest.Length == 0
        || (rest[0] is "-l" or "--list" or "-n" or "--contains" or "--merged" or "--no-merged" or "--points-at"
            or "--no-contains" && Array.TrueForAll(rest, static text => !text.StartsWith('-') || text is "-l" or "--list" or "-n"
                or "--contains" or "--merged" or "--no-merged" or "--points-at" or "--no-contains" or "-i" or "--ignore-case"
                || text.StartsWith("--sort", StringComparison.Ordinal) || text.StartsWith("--format", StringComparison.Ordinal)));

    private static bool IsConfigQuery(string[] rest)
    {
        var scope = rest.SkipWhile(static text => text is "--global" or "--local" or "--system" or "--worktree" or "--show-origin"
            or "--show-scope" or "--name-only" or "-z" or "--null" or "--includes").ToArray();
        return scope is ["--get" or "--get-all" or "--get-regexp" or "get", _, ..] or ["-l" or "--list" or "list"]
            && !Array.Exists(scope[1..], static text => text.StartsWith('-'));
    }

    private static bool IsBranchList(string[] rest)
    {
        var lists = false;
        var names = 0;
        for (var i = 0; i < rest.Length; i++)
        {
            var text = rest[i];
            var option = text.Split('=')[0];
            if (Branch.Value.Has("filters", option))
            {
                lists |= option is not ("--abbrev" or "--format" or "--sort");
                i += option == text && option is "--sort" or "--format" ? 1 : 0;
            }
            else if (text.StartsWith('-'))
            {
                if (!Branch.Value.Has("plain", option))
                {
                    return false;
                }

                lists |= text is "-l" or "--list";
            }
            else
            {
                names++;
            }
        }

        return lists || names == 0;
    }
}
