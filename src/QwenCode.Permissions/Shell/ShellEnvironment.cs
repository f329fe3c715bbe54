namespace QwenCode.Permissions.Shell;

/// <summary>Environment variables that change which program runs or what it does.</summary>
internal static class ShellEnvironment
{
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

    /// <summary>Returns whether programs run the value of a variable as a command.</summary>
    public static bool RunsValue(string name) => Commands.Contains(name) || name.StartsWith("GIT_CONFIG_VALUE_", StringComparison.Ordinal);

    public static bool IsDangerous(string name) =>
        Names.Contains(name) || Array.Exists(Prefixes, prefix => name.StartsWith(prefix, StringComparison.Ordinal));
}
