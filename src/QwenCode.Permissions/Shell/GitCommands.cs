namespace QwenCode.Permissions.Shell;

/// <summary>Tells read-only git commands from others.</summary>
internal static class GitCommands
{
    private static readonly HashSet<string> Lookers =
        ["blame", "branch", "cat-file", "diff", "grep", "log", "ls-files", "remote", "rev-parse", "show", "status", "describe", "ls-tree",
            "rev-list", "shortlog", "merge-base", "name-rev", "show-ref", "for-each-ref", "count-objects", "check-ignore", "diff-tree",
            "diff-index", "diff-files", "cherry", "range-diff", "whatchanged", "annotate", "tag", "stash", "config", "worktree", "reflog",
            "show-branch", "merge-tree", "var", "version"];

    private static readonly HashSet<string> Own =
    [
        .. ("add am annotate apply archive backfill bisect blame branch bugreport bundle cat-file check-attr check-ignore check-mailmap "
            + "check-ref-format checkout checkout-index cherry cherry-pick clean clone column commit commit-graph commit-tree config "
            + "count-objects credential describe diagnose diff diff-files diff-index diff-tree difftool fast-export fast-import fetch "
            + "fetch-pack filter-branch fmt-merge-msg for-each-ref for-each-repo format-patch fsck gc grep gui hash-object help hook "
            + "index-pack init interpret-trailers lfs log ls-files ls-remote ls-tree mailinfo mailsplit maintenance merge merge-base "
            + "merge-file merge-index merge-tree mergetool mktag mktree multi-pack-index mv name-rev notes pack-objects pack-refs "
            + "patch-id prune prune-packed pull push range-diff read-tree rebase reflog refs remote repack replace replay request-pull "
            + "rerere reset restore rev-list rev-parse revert rm send-email send-pack shortlog show show-branch show-index show-ref "
            + "sparse-checkout stage stash status stripspace submodule subtree switch symbolic-ref tag unpack-file unpack-objects "
            + "update-index update-ref update-server-info var verify-commit verify-pack verify-tag version whatchanged worktree "
            + "write-tree").Split(' '),
    ];

    private static readonly string[] RunningKeys =
        ["pager", "editor", "sshcommand", "external", "helper", "program", "clean", "smudge", "process", "textconv", "driver", "cmd",
            "command", "fsmonitor", "askpass", "gitproxy", "uploadpack", "receivepack", "browser", ".path"];

    private static readonly string[] HarmlessGlobals =
        ["--no-pager", "-P", "--bare", "--no-replace-objects", "--literal-pathspecs", "--glob-pathspecs", "--no-optional-locks",
            "--icase-pathspecs"];

    private static readonly string[] BranchOptions =
    [
        "-a", "-r", "-v", "-vv", "-l", "-i", "-q", "--all", "--remotes", "--verbose", "--list", "--show-current", "--ignore-case",
        "--no-column", "--column", "--no-color", "--color", "--no-abbrev",
    ];

    private static readonly string[] BranchFilters = ["--contains", "--no-contains", "--merged", "--no-merged", "--points-at", "--sort",
        "--format", "--abbrev"];

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
            else if (Array.IndexOf(HarmlessGlobals, text) < 0)
            {
                return false;   // -c, --exec-path and --git-dir change what git runs
            }
        }

        if (index >= arguments.Length)
        {
            return true;
        }

        var rest = arguments[(index + 1)..];
        return Lookers.Contains(arguments[index]) && !Array.Exists(rest, text => WritesOrRuns(arguments[index], text))
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
        return sub < words.Count && (words[sub].Literal is not { } name || !Own.Contains(name));
    }

    /// <summary>Returns whether git runs the value of a setting, given as <c>key=value</c>.</summary>
    public static bool RunsSetting(string setting)
    {
        var equals = setting.IndexOf('=', StringComparison.Ordinal);
        var (key, value) = equals < 0 ? (setting, string.Empty) : (setting[..equals].ToLowerInvariant(), setting[(equals + 1)..]);
        return value.StartsWith('!') || key.StartsWith("alias.", StringComparison.Ordinal)
            || Array.Exists(RunningKeys, end => key.EndsWith(end, StringComparison.Ordinal));
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
            if (Array.IndexOf(BranchFilters, option) >= 0)
            {
                lists |= option is not ("--abbrev" or "--format" or "--sort");
                i += option == text && option is "--sort" or "--format" ? 1 : 0;
            }
            else if (text.StartsWith('-'))
            {
                if (Array.IndexOf(BranchOptions, option) < 0)
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
