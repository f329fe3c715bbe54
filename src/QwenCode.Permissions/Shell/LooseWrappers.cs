namespace QwenCode.Permissions.Shell;

/// <summary>Programs that run the command in their arguments, with too many options to know where it begins.</summary>
internal static class LooseWrappers
{
    private const int MaxStarts = 4;

    /// <summary>Options of containers whose value is never the command.</summary>
    private static readonly HashSet<string> Valued = ["-v", "--volume", "--mount", "-w", "--workdir", "--env", "-p", "--publish", "--name",
        "--network", "--user", "--platform"];

    /// <summary>Each program with the sub-commands that start a command; none if it always does.</summary>
    private static readonly Dictionary<string, HashSet<string>> Programs = Table(
        ("ssh slogin autossh mosh npx bunx pnpx uvx pipx xvfb-run valgrind heaptrack gdb lldb entr watchexec hyperfine numactl cpulimit "
            + "prlimit setpriv firejail bwrap proot", ""),
        ("proxychains proxychains4 torsocks torify tsocks rlwrap rlfe linux64 linux32 i386 x86_64 ld.so ld-linux.so.2 "
            + "ld-linux-x86-64.so.2 ld-linux-aarch64.so.1 ld-musl-x86_64.so.1", ""),
        ("eatmydata faketime daemonize start-stop-daemon systemd-inhibit dbus-launch runuser sg flatpak-spawn distrobox-enter chronic "
            + "ts screen abduco dtach setuidgid chpst softlimit envdir", ""),
        ("docker podman nerdctl", "exec run create compose container"),
        ("kubectl oc", "exec debug run create"),
        ("docker-compose podman-compose", "exec run"),
        ("lxc incus machinectl toolbox distrobox", "exec run shell enter"),
        ("tmux", "new new-session new-window neww split-window splitw run run-shell if-shell respawn-pane respawn-window send-keys "
            + "popup display-popup pipe-pane"),
        ("bundle rbenv pyenv nodenv asdf mise direnv devbox nvm fnm volta opam", "exec run x"),
        ("poetry pipenv pdm hatch conda mamba micromamba rye pixi uv nix devenv", "run exec shell develop"),
        ("npm pnpm yarn", "exec x dlx"),
        ("perf rr", "stat record trace"),
        ("go", "run"));

    /// <summary>Returns the indexes at which the started command may begin; the first one after <c>--</c> is certain.</summary>
    public static IReadOnlyList<int>? Starts(string program, IReadOnlyList<ShellWord> words, out bool isCertain)
    {
        isCertain = false;
        if (!Programs.TryGetValue(program, out var subCommands))
        {
            return null;
        }

        var first = 1;
        if (subCommands.Count > 0)
        {
            while (first < words.Count && !subCommands.Contains(words[first].Text))
            {
                first++;
            }

            first++;
        }

        for (var i = first; i < words.Count; i++)
        {
            if (words[i].Text is "--" && i + 1 < words.Count)
            {
                isCertain = true;
                return [i + 1];
            }
        }

        return [.. Enumerable.Range(first, Math.Max(0, words.Count - first))
            .Where(i => !words[i].StartsWith('-') && words[i].Text is not ("." or "..") && !Valued.Contains(words[i - 1].Text))
            .Take(MaxStarts)];
    }

    private static Dictionary<string, HashSet<string>> Table(params (string Programs, string SubCommands)[] rows)
    {
        var table = new Dictionary<string, HashSet<string>>(StringComparer.Ordinal);
        foreach (var (programs, subCommands) in rows)
        {
            foreach (var program in programs.Split(' '))
            {
                table[program] = [.. subCommands.Split(' ', StringSplitOptions.RemoveEmptyEntries)];
            }
        }

        return table;
    }
}
