namespace QwenCode.Permissions.Shell;

/// <summary>Environment variables that change which program runs or what it does.</summary>
internal static class ShellEnvironment
{
    /// <summary>Variables whose new value the shell evaluates as an expression, which can run code.</summary>
    private static readonly string[] Integers = ["RANDOM", "SRANDOM", "OPTIND", "HISTCMD"];

    private static readonly HashSet<string> Names =
    [
        "PATH", "IFS", "ENV", "HOME", "CDPATH", "SHELL", "SHELLOPTS", "BASHOPTS", "PS4", "PROMPT_COMMAND", "PAGER", "MANPAGER", "EDITOR",
        "VISUAL",
        "BROWSER", "LESS", "MORE", "GREP_OPTIONS", "RIPGREP_CONFIG_PATH", "AWKPATH", "AWKLIBPATH", "GAWK_READ_TIMEOUT", "MAKEFLAGS",
        "SSH_ASKPASS",
        "SUDO_ASKPASS", "GCONV_PATH", "LOCPATH", "NLSPATH", "TERMINFO", "TERMCAP", "XDG_CONFIG_HOME", "TMPDIR", "RUBYOPT", "RUBYLIB",
        "CLASSPATH",
        "PHPRC", "ZDOTDIR", "FPATH", "CC", "CXX", "LUA_INIT", "HOSTALIASES", "http_proxy", "https_proxy", "all_proxy", "HTTP_PROXY",
        "HTTPS_PROXY", "ALL_PROXY",
        .. Integers,
    ];

    private static readonly string[] Prefixes =
        ["LD_", "DYLD_", "GIT_", "BASH_", "LESS", "PYTHON", "PERL", "NODE_", "NPM_", "npm_", "JAVA_", "JDK_", "_JAVA_", "DOCKER_", "KUBE",
            "SSH_", "CARGO_", "RUST", "GO", "DOTNET_"];

    private static readonly HashSet<string> Commands =
    [
        "PAGER", "MANPAGER", "EDITOR", "VISUAL", "FCEDIT", "BROWSER", "SHELL", "PS4", "PROMPT_COMMAND", "LESSOPEN", "LESSCLOSE",
        "SSH_ASKPASS", "SUDO_ASKPASS", "RSYNC_RSH", "CVS_RSH",
        "GIT_PAGER", "GIT_EDITOR", "GIT_SEQUENCE_EDITOR", "GIT_SSH", "GIT_SSH_COMMAND", "GIT_EXTERNAL_DIFF", "GIT_ASKPASS",
        "GIT_PROXY_COMMAND",
    ];

    /// <summary>Variables that no program runs, reads a file by, or contacts a host by.</summary>
    private static readonly HashSet<string> Harmless =
    [
        "LANG", "LANGUAGE", "TZ", "TERM", "COLUMNS", "LINES", "COLORTERM", "NO_COLOR", "FORCE_COLOR", "CLICOLOR", "CLICOLOR_FORCE", "CI",
        "DEBUG", "VERBOSE", "LOG_LEVEL", "LOGLEVEL", "NODE_ENV", "NODE_NO_WARNINGS", "BABEL_ENV", "RAILS_ENV", "RACK_ENV", "APP_ENV",
        "ENVIRONMENT", "ASPNETCORE_ENVIRONMENT", "DOTNET_ENVIRONMENT", "DOTNET_NOLOGO", "DOTNET_CLI_TELEMETRY_OPTOUT",
        "DOTNET_CLI_UI_LANGUAGE", "MSBUILDDISABLENODEREUSE", "UseSharedCompilation", "PORT", "RUST_BACKTRACE", "RUST_LOG",
        "CARGO_TERM_COLOR", "CARGO_INCREMENTAL", "GOOS", "GOARCH", "GOARM", "GOMAXPROCS", "CGO_ENABLED", "PYTHONUNBUFFERED",
        "PYTHONDONTWRITEBYTECODE", "PYTHONIOENCODING", "PYTHONUTF8", "PYTHONHASHSEED", "PYTHONFAULTHANDLER", "PYTHONWARNINGS",
        "GIT_TERMINAL_PROMPT", "GIT_OPTIONAL_LOCKS", "HUSKY", "TEST", "TESTS", "COVERAGE", "DOCKER_BUILDKIT", "COMPOSE_PROJECT_NAME",
        "SOURCE_DATE_EPOCH", "DEBIAN_FRONTEND", "HOMEBREW_NO_AUTO_UPDATE", "NEXT_TELEMETRY_DISABLED", "TURBO_TELEMETRY_DISABLED",
        "OMP_NUM_THREADS", "CUDA_VISIBLE_DEVICES", "TOKENIZERS_PARALLELISM", "UPDATE_SNAPSHOTS", "UPDATE_GOLDEN",
    ];

    /// <summary>
    /// Returns whether a variable changes nothing that a rule is about. Any other variable may: programs obey more variables than a
    /// list can hold.
    /// </summary>
    /// <remarks>No program is known that obeys a variable of one letter by itself, without an option that names it.</remarks>
    public static bool IsHarmless(string name) => name.Length == 1 || IsListed(name);

    /// <summary>Returns whether no program uses the value of a variable, whatever its options.</summary>
    public static bool IsListed(string name) => Harmless.Contains(name) || name.StartsWith("LC_", StringComparison.Ordinal);

    /// <summary>Returns whether programs run the value of a variable as a command.</summary>
    public static bool RunsValue(string name) => Commands.Contains(name) || name.StartsWith("GIT_CONFIG_VALUE_", StringComparison.Ordinal);

    /// <summary>Returns whether the shell evaluates what is assigned to a variable.</summary>
    public static bool IsInteger(string name) => Array.IndexOf(Integers, name) >= 0;

    public static bool IsDangerous(string name) =>
        Names.Contains(name) || Array.Exists(Prefixes, prefix => name.StartsWith(prefix, StringComparison.Ordinal));
}
