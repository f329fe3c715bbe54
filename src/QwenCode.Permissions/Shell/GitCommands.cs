namespace QwenCode.Permissions.Shell;

/// <summary>Tells read-only git commands from others.</summary>
internal static class GitCommands
{
    private static readonly HashSet<string> Lookers =
        ["blame", "branch", "cat-file", "diff", "grep", "log", "ls-files", "remote", "rev-parse", "show", "status", "describe"];

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
            "remote" => IsRemoteList([.. rest.SkipWhile(static text => text is "-v" or "--verbose")]),
            "cat-file" => !Array.Exists(rest, static text => text is "--textconv" or "--filters"),
            _ => true,
        };
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
